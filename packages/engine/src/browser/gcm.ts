import { TAG_BYTES } from "../chunks.ts";
import { unshared } from "./memory.ts";

/** AES-GCM under the key's length; no associated data. */
export function importAesKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", unshared(key), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** @returns ciphertext ‖ tag */
export async function encrypt(
  key: CryptoKey,
  nonce: Uint8Array,
  plain: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.encrypt(parameters(nonce), key, unshared(plain)));
}

/** The inverse; `null` when the tag does not match. */
export async function decrypt(
  key: CryptoKey,
  nonce: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce), key, unshared(sealed)));
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") return null;
    throw error;
  }
}

function parameters(nonce: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: unshared(nonce), tagLength: 8 * TAG_BYTES };
}
