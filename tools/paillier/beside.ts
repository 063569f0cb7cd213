import {
  ciphertextsFor,
  type EncryptedMatrix,
  matrixSize,
  type Paillier,
  type PrivateKey,
  sumOf,
  valuesIn,
} from "@chirograph/schemes/paillier";
import { PrivateKey as TheirPrivateKey, PublicKey as TheirPublicKey } from "paillier-bigint";
import { type Cost, measured } from "./measure.ts";

/** Costs of one pixel in a ciphertext of its own, in CPU milliseconds. */
export interface PixelCosts {
  readonly encrypt: number;
  readonly decrypt: number;
}

export interface ImageFigures {
  readonly encrypt: Cost;
  readonly decrypt: Cost;
  readonly ciphertexts: number;
  readonly sizeBytes: number;
}

const THEIR_PIXELS = 24;
const OUR_SINGLES = 512;

/** paillier-bigint on the same key: one pixel a ciphertext, which is all that it offers. */
export async function theirPixels(key: PrivateKey, pixels: Uint16Array): Promise<PixelCosts> {
  const [n, p, q] = [key.publicKey.n, key.primes.p, key.primes.q].map(integer) as [bigint, bigint, bigint];
  const theirPublic = new TheirPublicKey(n, n + 1n);
  const lambda = ((p - 1n) * (q - 1n)) / 2n;
  // Given the primes, it decrypts by the Chinese remainder theorem: its faster way.
  const theirPrivate = new TheirPrivateKey(lambda, inverse(lambda, n), theirPublic, p, q);
  const some = [...pixels.subarray(0, THEIR_PIXELS)].map(BigInt);
  theirPrivate.decrypt(theirPublic.encrypt(1n));
  const sealed = await measured(async () => some.map((pixel) => theirPublic.encrypt(pixel)));
  const opened = await measured(async () => sealed.result.map((pixel) => theirPrivate.decrypt(pixel)));
  if (opened.result.some((pixel, index) => pixel !== some[index]))
    throw new Error("theirs does not come back");
  return { encrypt: perPixel(sealed, some.length), decrypt: perPixel(opened, some.length) };
}

/** One value a ciphertext, each under fresh noise. */
export async function ourSingles(
  paillier: Paillier,
  key: PrivateKey,
  pixels: Uint16Array,
): Promise<PixelCosts> {
  const values = pixels.subarray(0, OUR_SINGLES);
  const shape = { frames: 1, rows: 1, columns: values.length, samples: 1 };
  const plan = { shape, bounds: { min: 0, max: 65_535 }, perCiphertext: 1 };
  // The first run makes the tables.
  await paillier.encrypt(key.publicKey, values, plan);
  const sealed = await measured(() => paillier.encrypt(key.publicKey, values, plan));
  const opened = await measured(() => paillier.decrypt(key, sealed.result));
  return { encrypt: perPixel(sealed, values.length), decrypt: perPixel(opened, values.length) };
}

/** A whole image: encrypted, added to itself, decrypted and compared. */
export async function ourImage(
  paillier: Paillier,
  key: PrivateKey,
  pixels: Uint16Array,
  columns: number,
): Promise<ImageFigures & { readonly add: Cost }> {
  const shape = { frames: 1, rows: pixels.length / columns, columns, samples: 1 };
  const plan = { shape, bounds: { min: 0, max: 65_535 } };
  const sealed = await measured(() => paillier.encrypt(key.publicKey, pixels, plan));
  const matrix: EncryptedMatrix = sealed.result;
  const opened = await measured(() => paillier.decrypt(key, matrix));
  if (opened.result.some((pixel, index) => pixel !== pixels[index]))
    throw new Error("ours does not come back");
  const added = await measured(() => paillier.combine(key.publicKey, sumOf([matrix, matrix])));
  return {
    encrypt: sealed,
    decrypt: opened,
    add: added,
    ciphertexts: ciphertextsFor(valuesIn(shape), matrix.packing),
    sizeBytes: matrixSize(matrix),
  };
}

export const perPixel = ({ cpuSeconds }: Cost, pixels: number): number => (1000 * cpuSeconds) / pixels;

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, u, v] = [modulus, value % modulus, 0n, 1n];
  while (b !== 0n) [a, b, u, v] = [b, a % b, v, u - (a / b) * v];
  return ((u % modulus) + modulus) % modulus;
}
