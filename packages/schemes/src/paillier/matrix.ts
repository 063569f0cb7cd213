import { SchemeError } from "../error.ts";
import type { Bounds, Packing } from "./arithmetic/packing.ts";
import { fromBytes, gcd } from "./arithmetic/integers.ts";
import { concatBytes, encoder, FieldReader, integerBytes } from "./bytes.ts";
import { ciphertextBytes, KEY_ID_BYTES, type KeyBits, type PublicKey, requireKeyBits } from "./key.ts";

const MAGIC = "paillier matrix";
const VERSION = 1;
/** Values of a matrix at most: 4 GiB of them in the widest form that they have in memory. */
const MOST_VALUES = 2 ** 29;
const MOST_DECIMALS = 12;
const MOST_ABOUT_BYTES = 1024;
/** A value and its sign: what a double holds exactly. */
export const MOST_SLOT_BITS = 54;

/** How the values lie; their product is how many there are. A series is one frame of one row. */
export interface Shape {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
}

/** All that everybody may know of an encrypted matrix. */
export interface MatrixHeader {
  /** Id of the key that opens it. */
  readonly key: Uint8Array;
  readonly bits: KeyBits;
  readonly shape: Shape;
  readonly packing: Packing;
  /** Every value lies within: the promise that makes overflow impossible. */
  readonly bounds: Bounds;
  /** A value v stands for v / (10^decimals · divisor). */
  readonly decimals: number;
  /** What a mean is still to be divided by. */
  readonly divisor: number;
  /** What the maker wrote about the values, at most 1,024 bytes; no operation reads it. */
  readonly about: Uint8Array;
}

export interface EncryptedMatrix extends MatrixHeader {
  /** Numbers below n², each twice as long as n, one after the other. */
  readonly ciphertexts: Uint8Array;
}

export function valuesIn({ frames, rows, columns, samples }: Shape): number {
  return frames * rows * columns * samples;
}

/** How many ciphertexts hold `count` values. */
export function ciphertextsFor(count: number, { perCiphertext }: Packing): number {
  return Math.ceil(count / perCiphertext);
}

/** Bytes of an encoded matrix: what `encodeMatrix` writes. */
export function matrixSize(header: MatrixHeader): number {
  const count = ciphertextsFor(valuesIn(header.shape), header.packing);
  return encodeHeader(header).length + count * ciphertextBytes(header);
}

export function encodeMatrix(matrix: EncryptedMatrix): Uint8Array<ArrayBuffer> {
  return concatBytes(encodeHeader(matrix), matrix.ciphertexts);
}

function encodeHeader(header: MatrixHeader): Uint8Array<ArrayBuffer> {
  const { key, bits, shape, packing, bounds, decimals, divisor, about } = header;
  return concatBytes(
    encoder.encode(MAGIC),
    integerBytes(VERSION, 1),
    key,
    integerBytes(bits, 2),
    ...[shape.frames, shape.rows, shape.columns].map((size) => integerBytes(size, 4)),
    integerBytes(shape.samples, 2),
    integerBytes(packing.slotBits, 1),
    integerBytes(packing.perCiphertext, 2),
    integerBytes(bounds.min, 8),
    integerBytes(bounds.max, 8),
    integerBytes(decimals, 1),
    integerBytes(divisor, 8),
    integerBytes(about.length, 2),
    about,
  );
}

/**
 * Reads a matrix; what parses encodes again to the same bytes. That its ciphertexts are in the group takes the key:
 * `requireInGroup`.
 * @throws SchemeError
 */
export function parseMatrix(bytes: Uint8Array): EncryptedMatrix {
  const reader = new FieldReader(bytes, "encrypted matrix");
  const header = readHeader(reader);
  checkHeader(header);
  const wanted = ciphertextsFor(valuesIn(header.shape), header.packing) * ciphertextBytes(header);
  if (reader.left > wanted) reader.fail("has bytes left over");
  return { ...header, ciphertexts: reader.take(wanted) };
}

function readHeader(reader: FieldReader): MatrixHeader {
  reader.magic(MAGIC);
  const version = reader.integer(1);
  if (version !== VERSION) {
    throw new SchemeError("unsupported", `Encrypted matrices of version ${version} are not known.`);
  }
  return {
    key: reader.take(KEY_ID_BYTES).slice(),
    bits: requireKeyBits(reader.integer(2)),
    shape: {
      frames: reader.integer(4),
      rows: reader.integer(4),
      columns: reader.integer(4),
      samples: reader.integer(2),
    },
    packing: { slotBits: reader.integer(1), perCiphertext: reader.integer(2) },
    bounds: { min: reader.signed(), max: reader.signed() },
    decimals: reader.integer(1),
    divisor: reader.integer(8),
    about: reader.take(reader.integer(2)).slice(),
  };
}

/** @throws SchemeError `out-of-limits` */
export function checkHeader({ bits, shape, packing, bounds, decimals, divisor, about }: MatrixHeader): void {
  const { slotBits, perCiphertext } = packing;
  const count = valuesIn(shape);
  require(count >= 1 && count <= MOST_VALUES, `it has from 1 to ${MOST_VALUES} values`);
  require(slotBits >= 2 && slotBits <= MOST_SLOT_BITS, `a value has from 2 to ${MOST_SLOT_BITS} bits`);
  require(perCiphertext >= 1, "a ciphertext holds at least one value");
  // Two bits less than n has: one for the sign, one because n is no power of two.
  require(perCiphertext * slotBits <= bits - 2, "the values of a ciphertext are shorter than its key");
  require(bounds.min <= bounds.max && fits(bounds, slotBits), "the bounds of the values fit in their bits");
  require(decimals <= MOST_DECIMALS, `a value has at most ${MOST_DECIMALS} decimals`);
  require(divisor >= 1, "nothing is divided by zero");
  require(about.length <= MOST_ABOUT_BYTES, `what is said about it takes at most ${MOST_ABOUT_BYTES} bytes`);
}

function require(isRight: boolean, rule: string): void {
  if (!isRight) throw new SchemeError("out-of-limits", `The encrypted matrix breaks a rule: ${rule}.`);
}

/** True when values within the bounds fit in so many bits with their sign. */
export function fits({ min, max }: Bounds, slotBits: number): boolean {
  const half = 2 ** (slotBits - 1);
  return min >= -half && max < half && Number.isSafeInteger(min) && Number.isSafeInteger(max);
}

/** @throws SchemeError `wrong-key` */
export function requireKey(key: PublicKey, matrix: MatrixHeader): void {
  if (isSameBytes(key.id, matrix.key) && key.bits === matrix.bits) return;
  throw new SchemeError("wrong-key", "The encrypted matrix was made for another Paillier key than this one.");
}

/**
 * Every ciphertext must be a unit modulo n²: zero and multiples of a prime factor are none.
 * @throws SchemeError `not-in-group`, with its position
 */
export function requireInGroup(key: PublicKey, { ciphertexts }: EncryptedMatrix): void {
  const n = fromBytes(key.n);
  const square = n * n;
  const size = ciphertextBytes(key);
  let product = 1n;
  for (let offset = 0; offset < ciphertexts.length; offset += size) {
    const ciphertext = fromBytes(ciphertexts.subarray(offset, offset + size));
    product = (product * ciphertext) % n;
    if (ciphertext >= square || product === 0n) throw outside(offset / size);
  }
  if (gcd(product, n) === 1n) return;
  for (let offset = 0; offset < ciphertexts.length; offset += size) {
    if (gcd(fromBytes(ciphertexts.subarray(offset, offset + size)), n) !== 1n) throw outside(offset / size);
  }
}

function outside(index: number): SchemeError {
  return new SchemeError(
    "not-in-group",
    `Ciphertext ${index + 1} of the matrix is no ciphertext under this key: it is outside the group.`,
  );
}

export function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
