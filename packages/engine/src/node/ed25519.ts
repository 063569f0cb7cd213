import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, hash, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { mayBeSignature, PUBLIC_KEY_BYTES, pkcs8FromSeed } from "../ed25519.ts";
import type { SignatureCheck } from "../engine.ts";
import { plainBytes } from "./memory.ts";

const SPKI_HEADER = Uint8Array.of(48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0);

/** See `Engine.ed25519PublicKey`. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return publicHalf(privateKeyFrom(seed));
}

function publicHalf(privateKey: KeyObject): Uint8Array<ArrayBuffer> {
  const document = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return new Uint8Array(document.subarray(-PUBLIC_KEY_BYTES));
}

/** See `Engine.ed25519Sign`: the signature, as whoever checks it is to have it. */
export function ed25519Sign({ seed, message }: { seed: Uint8Array; message: Uint8Array }): {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array<ArrayBuffer>;
} {
  const { key, publicKey } = signingKey(seed);
  return { publicKey, message, signature: plainBytes(sign(null, message, key)) };
}

/** See `Engine.ed25519Verify`. */
export function ed25519Verify(check: SignatureCheck): boolean {
  if (!mayBeSignature(check)) return false;
  return verify(null, check.message, publicKeyFrom(check.publicKey), check.signature);
}

/** The same on one of the threads that Node reads files with: a check takes longer than all else that is done here at once. */
export function ed25519VerifyBeside(check: SignatureCheck): Promise<boolean> {
  if (!mayBeSignature(check)) return Promise.resolve(false);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  verify(null, check.message, publicKeyFrom(check.publicKey), check.signature, (error, isValid) => {
    if (error === null) resolve(isValid);
    else reject(error);
  });
  return promise;
}

/** Importing a key takes longer than using it. A seed's key is forgotten with its array, and when that holds another. */
const privateKeys = new WeakMap<Uint8Array, SigningKey>();
const publicKeys = new Map<string, KeyObject>();
const MOST_PUBLIC_KEYS = 256;

interface SigningKey {
  /** Of the seed. */
  readonly digest: string;
  readonly key: KeyObject;
  readonly publicKey: Uint8Array;
}

function signingKey(seed: Uint8Array): SigningKey {
  const digest = hash("sha256", seed, "base64");
  const known = privateKeys.get(seed);
  if (known?.digest === digest) return known;
  const key = privateKeyFrom(seed);
  const made = { digest, key, publicKey: publicHalf(key) };
  privateKeys.set(seed, made);
  return made;
}

function privateKeyFrom(seed: Uint8Array): KeyObject {
  const document = pkcs8FromSeed(seed);
  try {
    return createPrivateKey({ key: Buffer.from(document.buffer), format: "der", type: "pkcs8" });
  } finally {
    document.fill(0);
  }
}

function publicKeyFrom(publicKey: Uint8Array): KeyObject {
  const document = Buffer.concat([SPKI_HEADER, publicKey]);
  const name = document.toString("latin1");
  const known = publicKeys.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: document, format: "der", type: "spki" });
  if (publicKeys.size === MOST_PUBLIC_KEYS) publicKeys.clear();
  publicKeys.set(name, key);
  return key;
}
