import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { hpkePublicKey as withoutPlatform } from "../hpke.ts";

/** What stands in PKCS #8 before a bare seed of ML-KEM-768 (RFC 9935) and before a private key of X25519 (RFC 8410). */
const ML_KEM_768 = Buffer.from("3054020100300b060960864801650304040204428040", "hex");
const X25519 = Buffer.from("302e020100300506032b656e04220420", "hex");
const ML_KEM_SEED_BYTES = 64;
const X25519_SEED_BYTES = 32;
const ML_KEM_PUBLIC_BYTES = 1184;
const X25519_PUBLIC_BYTES = 32;

/**
 * See `Engine.hpkePublicKey`: X-Wing's key generation (draft-connolly-cfrg-xwing-kem, section 5.2), with OpenSSL's two
 * halves: a tenth of the time that it takes without them. Not every Node's OpenSSL has ML-KEM; then they are done without.
 */
export async function hpkePublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return natively(seed) ?? withoutPlatform(seed);
}

let hasMlKem = true;

function natively(seed: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (!hasMlKem) return undefined;
  const expanded = createHash("shake256", { outputLength: ML_KEM_SEED_BYTES + X25519_SEED_BYTES })
    .update(seed)
    .digest();
  try {
    const publicKey = new Uint8Array(ML_KEM_PUBLIC_BYTES + X25519_PUBLIC_BYTES);
    publicKey.set(publicHalf(ML_KEM_768, expanded.subarray(0, ML_KEM_SEED_BYTES), ML_KEM_PUBLIC_BYTES));
    publicKey.set(
      publicHalf(X25519, expanded.subarray(ML_KEM_SEED_BYTES), X25519_PUBLIC_BYTES),
      ML_KEM_PUBLIC_BYTES,
    );
    return publicKey;
  } catch {
    hasMlKem = false;
    return undefined;
  } finally {
    expanded.fill(0);
  }
}

function publicHalf(header: Buffer, secret: Buffer, publicBytes: number): Buffer {
  const document = Buffer.concat([header, secret]);
  try {
    const privateKey = createPrivateKey({ key: document, format: "der", type: "pkcs8" });
    return createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-publicBytes);
  } finally {
    document.fill(0);
  }
}
