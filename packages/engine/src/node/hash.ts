import { createHash, createHmac, createSecretKey, hash, hkdfSync, timingSafeEqual } from "node:crypto";
import type { HashEachRequest, HkdfRequest } from "../engine.ts";
import { hkdf, type Mac } from "../hkdf.ts";
import { plainBytes } from "./memory.ts";

const NO_SALT = new Uint8Array(0);

/** See `Engine.constantTimeEqual`. */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** See `Engine.sha256`. */
export function sha256(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // In one call where it can be: no object is made for it then, which takes longer to go than to come.
  if (parts.length === 1) return plainBytes(hash("sha256", parts[0]!, "buffer"));
  const whole = createHash("sha256");
  for (const part of parts) whole.update(part);
  return plainBytes(whole.digest());
}

/** See `Engine.sha256Each`. */
export function sha256Each({ prefix, blocks }: HashEachRequest): Uint8Array<ArrayBuffer>[] {
  return blocks.map((block) => sha256([prefix, block]));
}

/** Node's own HKDF refuses a longer info. */
const MOST_INFO_BYTES = 1024;

/** See `Engine.hkdfSha512`. */
export async function hkdfSha512(request: HkdfRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { inputKey, info, lengthBytes } = request;
  if (info.length > MOST_INFO_BYTES) return hkdf(hmacSha512, request);
  return new Uint8Array(hkdfSync("sha512", createSecretKey(inputKey), NO_SALT, info, lengthBytes));
}

/** HMAC-SHA-512, for HKDF. */
export async function hmacSha512(key: Uint8Array): Promise<Mac> {
  // As a key object at once: Node tries raw bytes for every other kind of key first, which takes longer than the hash.
  const secret = createSecretKey(key);
  return async (message) => plainBytes(createHmac("sha512", secret).update(message).digest());
}
