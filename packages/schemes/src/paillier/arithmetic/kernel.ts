import { Decryption, type Primes } from "./decryption.ts";
import { FixedBase } from "./fixed-base.ts";
import { fromBytes, inverses, modulo, power, writeBytes } from "./integers.ts";
import { pack, unpack } from "./packing.ts";
import type { PowersOf } from "./powers.ts";
import {
  BLIND_BYTES,
  type CombineTask,
  type DecryptTask,
  type EncryptTask,
  type Noise,
  type PublicNumbers,
  type Task,
  type TaskResult,
  type TotalTask,
} from "./task.ts";

/** Runs tasks on one thread, and keeps the tables of the key that it last worked with. */
export class Kernel {
  readonly #powersOf: PowersOf;
  #noise: KeptTable | undefined;
  #decryption: { readonly of: Primes; readonly decryption: Decryption } | undefined;

  constructor(powersOf: PowersOf) {
    this.#powersOf = powersOf;
  }

  run(task: Task): TaskResult {
    switch (task.type) {
      case "encrypt":
        return this.#encrypt(task);
      case "decrypt":
        return this.#decrypt(task);
      case "combine":
        return this.#combine(task);
      case "total":
        return total(task);
    }
  }

  #encrypt({ key, values, packing, noise }: EncryptTask): Uint8Array<ArrayBuffer> {
    const { slotBits, perCiphertext } = packing;
    return this.#withNoise(key, noise, ({ n, square }, index) => {
      const from = index * perCiphertext;
      const packed = pack(values.subarray(from, from + perCiphertext), slotBits);
      return (1n + modulo(packed, n) * n) % square;
    });
  }

  #combine(task: CombineTask): Uint8Array<ArrayBuffer> {
    const { key, inputs, weights, constant, count, packing, noise } = task;
    const { slotBits, perCiphertext } = packing;
    const { n, square, ciphertextBytes } = numbersOf(key);
    const ciphertexts = inputs.map((input) => split(input, ciphertextBytes));
    const used = ciphertexts[0]!.length;
    /** Products of what is added and of what is taken away; these are inverted all at once. */
    const product = (index: number, sign: 1 | -1): bigint =>
      weights.reduce((result, weight, which) => {
        if (weight * sign <= 0) return result;
        return (result * power(ciphertexts[which]![index]!, BigInt(weight * sign), square)) % square;
      }, 1n);
    const away = weights.some((weight) => weight < 0)
      ? inverses(
          Array.from({ length: used }, (_, index) => product(index, -1)),
          square,
        )
      : undefined;
    return this.#withNoise(key, noise, (_, index) => {
      const slots = Math.min(perCiphertext, count - index * perCiphertext);
      const shift = pack(new Float64Array(slots).fill(constant), slotBits);
      let result = product(index, 1);
      if (away !== undefined) result = (result * away[index]!) % square;
      return shift === 0n ? result : (result * (1n + modulo(shift, n) * n)) % square;
    });
  }

  #decrypt(task: DecryptTask): Float64Array<ArrayBuffer> | null {
    const { primes, ciphertexts, count, packing, bounds, blinds } = task;
    const { slotBits, perCiphertext } = packing;
    const decryption = this.#decryptionOf(primes);
    const { n } = decryption;
    const values = new Float64Array(count);
    const all = split(ciphertexts, 4 * primes.p.length);
    for (const [index, ciphertext] of all.entries()) {
      const blind = fromBytes(blinds.subarray(index * BLIND_BYTES, (index + 1) * BLIND_BYTES));
      const plaintext = decryption.decrypt(ciphertext, blind);
      const packed = plaintext > n / 2n ? plaintext - n : plaintext;
      const slots = values.subarray(index * perCiphertext, Math.min((index + 1) * perCiphertext, count));
      if (!unpack(packed, slotBits, bounds, slots)) return null;
    }
    return values;
  }

  /** One ciphertext for every exponent: what `make` gives, under fresh noise. */
  #withNoise(
    key: PublicNumbers,
    { exponents, exponentBytes, digitBits }: Noise,
    make: (numbers: Numbers, index: number) => bigint,
  ): Uint8Array<ArrayBuffer> {
    const numbers = numbersOf(key);
    const { square, ciphertextBytes } = numbers;
    const table = this.#tableOf(key, numbers, exponentBytes, digitBits);
    const made = new Uint8Array((exponents.length / exponentBytes) * ciphertextBytes);
    for (let index = 0; index * ciphertextBytes < made.length; index++) {
      const exponent = exponents.subarray(index * exponentBytes, (index + 1) * exponentBytes);
      const ciphertext = (make(numbers, index) * table.power(exponent)) % square;
      writeBytes(ciphertext, made.subarray(index * ciphertextBytes, (index + 1) * ciphertextBytes));
    }
    return made;
  }

  #tableOf(key: PublicNumbers, { square }: Numbers, exponentBytes: number, digitBits: 4 | 8): FixedBase {
    const kept = this.#noise;
    const serves = kept !== undefined && kept.digitBits >= digitBits && kept.exponentBytes >= exponentBytes;
    if (serves && isSameKey(kept.of, key)) return kept.table;
    const table = new FixedBase(fromBytes(key.noiseBase), square, exponentBytes, digitBits);
    this.#noise = { of: key, digitBits, exponentBytes, table };
    return table;
  }

  #decryptionOf(primes: Primes): Decryption {
    const kept = this.#decryption;
    if (kept !== undefined && isSame(kept.of.p, primes.p) && isSame(kept.of.q, primes.q)) {
      return kept.decryption;
    }
    const decryption = new Decryption(primes, this.#powersOf);
    this.#decryption = { of: primes, decryption };
    return decryption;
  }
}

/** A table serves shorter exponents too. */
interface KeptTable {
  readonly of: PublicNumbers;
  readonly digitBits: number;
  readonly exponentBytes: number;
  readonly table: FixedBase;
}

interface Numbers {
  readonly n: bigint;
  readonly square: bigint;
  readonly ciphertextBytes: number;
}

function numbersOf(key: PublicNumbers): Numbers {
  const n = fromBytes(key.n);
  return { n, square: n * n, ciphertextBytes: 2 * key.n.length };
}

function total({ key, ciphertexts, weights }: TotalTask): Uint8Array<ArrayBuffer> {
  const { square, ciphertextBytes } = numbersOf(key);
  let [added, away] = [1n, 1n];
  for (const [index, ciphertext] of split(ciphertexts, ciphertextBytes).entries()) {
    const weight = weights[index]!;
    if (weight > 0) added = (added * power(ciphertext, BigInt(weight), square)) % square;
    if (weight < 0) away = (away * power(ciphertext, BigInt(-weight), square)) % square;
  }
  const made = new Uint8Array(ciphertextBytes);
  writeBytes(away === 1n ? added : (added * inverses([away], square)[0]!) % square, made);
  return made;
}

function split(ciphertexts: Uint8Array, ciphertextBytes: number): bigint[] {
  return Array.from({ length: ciphertexts.length / ciphertextBytes }, (_, index) =>
    fromBytes(ciphertexts.subarray(index * ciphertextBytes, (index + 1) * ciphertextBytes)),
  );
}

function isSameKey(left: PublicNumbers, right: PublicNumbers): boolean {
  return isSame(left.n, right.n) && isSame(left.noiseBase, right.noiseBase);
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
