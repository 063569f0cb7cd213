import type { Engine } from "@chirograph/engine/interface";
import { concat } from "../encoding/bytes.ts";
import { type MessageKey, type MessageKeyRequest, newMessageKey } from "./key.ts";
import { CHUNK_BYTES } from "./size.ts";

/** A whole message at once: `header ‖ chunks`. */
export async function sealMessage(
  engine: Engine,
  request: MessageKeyRequest,
  message: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const messageKey = await newMessageKey(engine, request);
  return concat(messageKey.header, await sealAll(engine, messageKey, message));
}

/** The last chunk is always a short one, empty if need be. */
async function sealAll(
  engine: Engine,
  messageKey: MessageKey,
  message: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const fullBytes = message.length - (message.length % CHUNK_BYTES);
  const last = await engine.sealChunks({
    ...chunkKey(messageKey),
    firstIndex: fullBytes / CHUNK_BYTES,
    data: message.subarray(fullBytes),
  });
  if (fullBytes === 0) return last;
  const full = await engine.sealChunks({
    ...chunkKey(messageKey),
    firstIndex: 0,
    data: message.subarray(0, fullBytes),
  });
  return concat(full, last);
}

function chunkKey(messageKey: MessageKey): { key: Uint8Array; baseNonce: Uint8Array; chunkBytes: number } {
  return { key: messageKey.key, baseNonce: messageKey.baseNonce, chunkBytes: CHUNK_BYTES };
}
