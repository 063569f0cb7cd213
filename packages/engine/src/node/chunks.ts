import { createSecretKey } from "node:crypto";
import { chunkNonce, layoutOfPlain, layoutOfSealed, TAG_BYTES } from "../chunks.ts";
import type { ChunksRequest } from "../engine.ts";
import { decryptor, encryptor, tagMatches } from "./gcm.ts";
import { uninitialisedBytes } from "./memory.ts";

/** See `Engine.sealChunks`. */
export function sealChunks(request: ChunksRequest): Uint8Array<ArrayBuffer> {
  const { baseNonce, firstIndex, chunkBytes, data } = request;
  const layout = layoutOfPlain(data.length, chunkBytes);
  const key = createSecretKey(request.key);
  const sealed = uninitialisedBytes(layout.sealedBytes);
  let offset = 0;
  for (let chunk = 0; chunk < layout.count; chunk++) {
    const plain = data.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    const cipher = encryptor(key, chunkNonce(baseNonce, firstIndex + chunk));
    sealed.set(cipher.update(plain), offset);
    cipher.final();
    sealed.set(cipher.getAuthTag(), offset + plain.length);
    offset += plain.length + TAG_BYTES;
  }
  return sealed;
}

/** See `Engine.openChunks`. */
export function openChunks(request: ChunksRequest): Uint8Array<ArrayBuffer> | null {
  const { baseNonce, firstIndex, chunkBytes, data } = request;
  const layout = layoutOfSealed(data.length, chunkBytes);
  if (layout === null) return null;
  const key = createSecretKey(request.key);
  const opened = uninitialisedBytes(layout.plainBytes);
  const recordBytes = chunkBytes + TAG_BYTES;
  for (let chunk = 0; chunk < layout.count; chunk++) {
    const record = data.subarray(chunk * recordBytes, (chunk + 1) * recordBytes);
    const nonce = chunkNonce(baseNonce, firstIndex + chunk);
    const decipher = decryptor(key, nonce, record.subarray(-TAG_BYTES));
    opened.set(decipher.update(record.subarray(0, -TAG_BYTES)), chunk * chunkBytes);
    if (!tagMatches(decipher)) {
      opened.fill(0);
      return null;
    }
  }
  return opened;
}
