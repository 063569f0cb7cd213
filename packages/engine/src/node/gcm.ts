import { createCipheriv, createDecipheriv } from "node:crypto";
import type { CipherGCM, DecipherGCM, KeyObject } from "node:crypto";
import { TAG_BYTES } from "../chunks.ts";

const OPTIONS = { authTagLength: TAG_BYTES };

/** AES-GCM with the key's length; no associated data. */
export function encryptor(key: KeyObject, nonce: Uint8Array): CipherGCM {
  return createCipheriv(algorithmFor(key), key, nonce, OPTIONS);
}

/** The inverse. What its `update` gives is not to be believed before `tagMatches`. */
export function decryptor(key: KeyObject, nonce: Uint8Array, tag: Uint8Array): DecipherGCM {
  return createDecipheriv(algorithmFor(key), key, nonce, OPTIONS).setAuthTag(tag);
}

/** Ends decryption; false when the tag is wrong, the only reason for which the end of GCM can fail. */
export function tagMatches(decipher: DecipherGCM): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

function algorithmFor(key: KeyObject): "aes-128-gcm" | "aes-256-gcm" {
  return key.symmetricKeySize === 16 ? "aes-128-gcm" : "aes-256-gcm";
}
