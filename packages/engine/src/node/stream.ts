import { createSecretKey } from "node:crypto";
import { GcmMismatch } from "../engine.ts";
import type { GcmOpenRequest, GcmStreamRequest } from "../engine.ts";
import { decryptor, encryptor, tagMatches } from "./gcm.ts";
import { plainBytes } from "./memory.ts";

/** See `Engine.gcmEncrypt`. */
export async function* gcmEncrypt(request: GcmStreamRequest): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const cipher = encryptor(createSecretKey(request.key), request.nonce);
  for await (const piece of request.data) yield plainBytes(cipher.update(piece));
  cipher.final();
  yield plainBytes(cipher.getAuthTag());
}

/** See `Engine.gcmAuthenticate`. */
export async function gcmAuthenticate(request: GcmOpenRequest): Promise<boolean> {
  const decipher = decryptor(createSecretKey(request.key), request.nonce, request.tag);
  // GCM has no way to check without decrypting; the plaintext ends here.
  for await (const piece of request.data) decipher.update(piece).fill(0);
  return tagMatches(decipher);
}

/** See `Engine.gcmDecrypt`. */
export async function* gcmDecrypt(request: GcmOpenRequest): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const decipher = decryptor(createSecretKey(request.key), request.nonce, request.tag);
  for await (const piece of request.data) yield plainBytes(decipher.update(piece));
  if (!tagMatches(decipher)) throw new GcmMismatch("the ciphertext changed after it was authenticated");
}
