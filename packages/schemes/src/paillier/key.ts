import type { Engine } from "@chirograph/engine/interface";
import { SchemeError } from "../error.ts";
import { bitLength, fromBytes, gcd, power, toBytes } from "./arithmetic/integers.ts";
import type { Primes } from "./arithmetic/decryption.ts";
import type { PublicNumbers } from "./arithmetic/task.ts";
import { concatBytes, encoder, FieldReader, integerBytes } from "./bytes.ts";

/** Bits of n that may be had. NIST SP 800-57 gives 2048 bits 112 bits of strength, 3072 give 128. */
export const KEY_BITS = [2048, 3072] as const;
export type KeyBits = (typeof KEY_BITS)[number];

const MAGIC = "paillier key";
const VERSION = 1;
export const KEY_ID_BYTES = 32;

/** Whoever has it may encrypt and compute. */
export interface PublicKey extends PublicNumbers {
  readonly bits: KeyBits;
  /** SHA-256 over the encoded key: 32 bytes. */
  readonly id: Uint8Array;
}

/** Whoever has it may read. */
export interface PrivateKey {
  readonly publicKey: PublicKey;
  readonly primes: Primes;
}

/** Bytes of a ciphertext: a number below n². */
export function ciphertextBytes({ bits }: { readonly bits: KeyBits }): number {
  return bits / 4;
}

/** Bytes of an exponent of fresh noise: half as long as n (docs/schemes.md gives the reason). */
export function exponentBytes({ bits }: { readonly bits: KeyBits }): number {
  return bits / 16;
}

/**
 * The same where the noise must hide from the key's holder how a result came about: 128 bits longer than n, which makes
 * it even over the whole group, whatever noise was there before.
 */
export function hidingExponentBytes({ bits }: { readonly bits: KeyBits }): number {
  return bits / 8 + 16;
}

/** @throws SchemeError `out-of-limits` */
export function requireKeyBits(bits: number): KeyBits {
  const known = KEY_BITS.find((size) => size === bits);
  if (known !== undefined) return known;
  const why = bits < KEY_BITS[0] ? "shorter ones can be broken" : "no other size is offered";
  throw new SchemeError("out-of-limits", `A Paillier key of ${bits} bits is refused: 2048 or 3072; ${why}.`);
}

export async function makePublicKey(engine: Engine, n: bigint, noiseBase: bigint): Promise<PublicKey> {
  const bits = requireKeyBits(bitLength(n));
  const numbers = { n: toBytes(n, bits / 8), noiseBase: toBytes(noiseBase, ciphertextBytes({ bits })) };
  const id = await engine.sha256([
    encoder.encode("chirograph/v1/paillier-key\0"),
    encodeNumbers(bits, numbers),
  ]);
  return { bits, ...numbers, id };
}

export function encodePublicKey(key: PublicKey): Uint8Array<ArrayBuffer> {
  return encodeNumbers(key.bits, key);
}

function encodeNumbers(bits: KeyBits, { n, noiseBase }: PublicNumbers): Uint8Array<ArrayBuffer> {
  return concatBytes(encoder.encode(MAGIC), integerBytes(VERSION, 1), integerBytes(bits, 2), n, noiseBase);
}

/** @throws SchemeError */
export async function parsePublicKey(engine: Engine, bytes: Uint8Array): Promise<PublicKey> {
  const reader = new FieldReader(bytes, "Paillier key");
  const key = await readPublicKey(engine, reader);
  reader.end();
  return key;
}

export function encodePrivateKey({ publicKey, primes }: PrivateKey): Uint8Array<ArrayBuffer> {
  return concatBytes(encodePublicKey(publicKey), primes.p, primes.q);
}

/** @throws SchemeError, also when the primes are not those of the public half */
export async function parsePrivateKey(engine: Engine, bytes: Uint8Array): Promise<PrivateKey> {
  const reader = new FieldReader(bytes, "private Paillier key");
  const publicKey = await readPublicKey(engine, reader);
  const primeBytes = publicKey.bits / 16;
  const primes = { p: reader.take(primeBytes).slice(), q: reader.take(primeBytes).slice() };
  reader.end();
  const [p, q, n] = [fromBytes(primes.p), fromBytes(primes.q), fromBytes(publicKey.n)];
  // The larger one stands first, so that a key has one encoding.
  if (p <= q || p * q !== n) reader.fail("has primes that are not those of its public half");
  // The base of the noise must encrypt zero, or every ciphertext is off by something.
  const noiseBase = fromBytes(publicKey.noiseBase);
  const order = ((p - 1n) * (q - 1n)) / 2n;
  if (power(noiseBase, order, n * n) !== 1n) reader.fail("has a base of noise that is no encryption of zero");
  return { publicKey, primes };
}

async function readPublicKey(engine: Engine, reader: FieldReader): Promise<PublicKey> {
  reader.magic(MAGIC);
  const version = reader.integer(1);
  if (version !== VERSION) {
    throw new SchemeError("unsupported", `Paillier keys of version ${version} are not known.`);
  }
  const bits = requireKeyBits(reader.integer(2));
  const n = fromBytes(reader.take(bits / 8));
  const noiseBase = fromBytes(reader.take(ciphertextBytes({ bits })));
  if (bitLength(n) !== bits || n % 2n === 0n)
    reader.fail(`has a modulus that is no odd number of ${bits} bits`);
  if (noiseBase <= 1n || noiseBase >= n * n - 1n || gcd(noiseBase, n) !== 1n) {
    reader.fail("has a base of noise outside the group");
  }
  return makePublicKey(engine, n, noiseBase);
}
