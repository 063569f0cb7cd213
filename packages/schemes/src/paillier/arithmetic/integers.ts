const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The integer that `bytes` hold, most significant first. */
export function fromBytes(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  let hex = "0x";
  for (const byte of bytes) hex += hexOfByte[byte]!;
  return BigInt(hex);
}

/** `lengthBytes` bytes, most significant first. */
export function toBytes(value: bigint, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  writeBytes(value, bytes);
  return bytes;
}

/** Fills `bytes` with `value`, most significant first. */
export function writeBytes(value: bigint, bytes: Uint8Array): void {
  const hex = value.toString(16).padStart(2 * bytes.length, "0");
  if (value < 0n || hex.length > 2 * bytes.length) throw new RangeError("the integer does not fit");
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(hex.substring(2 * index, 2 * index + 2), 16);
  }
}

/** Bits of a positive integer. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return 4 * (hex.length - 1) + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}

/** The remainder from 0 to `modulus` − 1, also of a negative value. */
export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

export function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** The inverse of `value`, or `null` where there is none. */
export function inverse(value: bigint, modulus: bigint): bigint | null {
  let [a, b] = [modulus, modulo(value, modulus)];
  let [u, v] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [u, v] = [v, u - quotient * v];
  }
  return a === 1n ? modulo(u, modulus) : null;
}

/** The inverses of many units for the price of one and three products each (Montgomery's trick). */
export function inverses(values: readonly bigint[], modulus: bigint): bigint[] {
  const before: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    before.push(product);
    product = (product * value) % modulus;
  }
  let rest = inverse(product, modulus);
  if (rest === null) throw new RangeError("not all values are units");
  const result: bigint[] = Array.from({ length: values.length });
  for (let index = values.length - 1; index >= 0; index--) {
    result[index] = (rest * before[index]!) % modulus;
    rest = (rest * values[index]!) % modulus;
  }
  return result;
}

const WINDOW_BITS = 5;
const WINDOW = 2 ** WINDOW_BITS;

/** `base` to the power of `exponent` ≥ 0. Takes time that depends on the exponent's bits. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const first = modulo(base, modulus);
  if (exponent < WINDOW) return smallPower(first, Number(exponent), modulus);
  const powers = [1n, first];
  while (powers.length < WINDOW) powers.push((powers.at(-1)! * first) % modulus);
  let result = 1n;
  for (const digit of exponent.toString(WINDOW)) {
    for (let bit = 0; bit < WINDOW_BITS; bit++) result = (result * result) % modulus;
    const value = Number.parseInt(digit, WINDOW);
    if (value !== 0) result = (result * powers[value]!) % modulus;
  }
  return result;
}

/** Weights of a mean are small, and need no table. */
function smallPower(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (let bit = 31 - Math.clz32(exponent); bit >= 0; bit--) {
    result = (result * result) % modulus;
    if ((exponent >> bit) & 1) result = (result * base) % modulus;
  }
  return result;
}
