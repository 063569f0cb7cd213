/**
 * Powers of one base: for every digit of the exponent a row with all powers that the digit can stand for, so that a
 * power is one product a digit and no squaring (Brickell, Gordon, McCurley, Wilson 1992, with full rows).
 */
export class FixedBase {
  readonly #modulus: bigint;
  readonly #digitBits: 4 | 8;
  readonly #rows: readonly (readonly bigint[])[];

  constructor(base: bigint, modulus: bigint, exponentBytes: number, digitBits: 4 | 8) {
    this.#modulus = modulus;
    this.#digitBits = digitBits;
    const rows: bigint[][] = [];
    let first = base;
    for (let digit = 0; digit < (8 * exponentBytes) / digitBits; digit++) {
      const row = [1n, first];
      while (row.length < 2 ** digitBits) row.push((row.at(-1)! * first) % modulus);
      rows.push(row);
      first = (row.at(-1)! * first) % modulus;
    }
    this.#rows = rows;
  }

  /** `base` to the power of `exponent`, most significant byte first. */
  power(exponent: Uint8Array): bigint {
    let result = 1n;
    for (const [row, digit] of this.#digits(exponent)) {
      result = (result * this.#rows[row]![digit]!) % this.#modulus;
    }
    return result;
  }

  *#digits(exponent: Uint8Array): Generator<[row: number, digit: number]> {
    const last = exponent.length - 1;
    for (let index = 0; index <= last; index++) {
      const byte = exponent[last - index]!;
      if (this.#digitBits === 8) {
        yield [index, byte];
      } else {
        yield [2 * index, byte & 15];
        yield [2 * index + 1, byte >> 4];
      }
    }
  }
}
