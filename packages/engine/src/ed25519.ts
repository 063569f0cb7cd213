import type { SignatureCheck } from "./engine.ts";

/** What of Ed25519 (RFC 8032) both platforms share. */

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

const PKCS8_HEADER = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

/** The PKCS #8 document (RFC 8410) of a private key: the one form in which every platform takes a bare seed. */
export function pkcs8FromSeed(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const document = new Uint8Array(PKCS8_HEADER.length + SEED_BYTES);
  document.set(PKCS8_HEADER);
  document.set(seed, PKCS8_HEADER.length);
  return document;
}

const PRIME = 2n ** 255n - 19n;
const ORDER_EIGHT_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  PRIME - 1n,
  ORDER_EIGHT_Y,
  PRIME - ORDER_EIGHT_Y,
]);

/**
 * What a platform's verifier is not asked about, because the answer is no. Lengths first. Then points of
 * small order, as public key or in the signature: a signature under such a key holds for many messages,
 * and OpenSSL refuses both where BoringSSL accepts, so that two clients would see two histories. Last,
 * coordinates that are not reduced, which RFC 8032 (section 5.1.3) refuses and implementations let pass.
 */
export function mayBeSignature({ publicKey, signature }: SignatureCheck): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  return isProperPoint(publicKey) && isProperPoint(signature.subarray(0, PUBLIC_KEY_BYTES));
}

/** The last bytes, without the sign, of all that is refused: with another one, a point needs no big numbers. */
const REFUSED_TOPS: ReadonlySet<number> = new Set([...SMALL_ORDER_Y, PRIME].map((y) => Number(y >> 248n)));

function isProperPoint(encoded: Uint8Array): boolean {
  if (!REFUSED_TOPS.has(encoded.at(-1)! & 0x7f)) return true;
  // A little-endian y; the highest bit is the sign of x.
  const y = BigInt.asUintN(
    255,
    encoded.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n),
  );
  return y < PRIME && !SMALL_ORDER_Y.has(y);
}
