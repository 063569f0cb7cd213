import type { Engine } from "@chirograph/engine/interface";
import { concat } from "../../src/encoding/bytes.ts";
import type { MessageKey } from "../../src/layer1/key.ts";
import { CHUNK_BYTES } from "../../src/layer1/size.ts";

/** Chunks handed to the engine at a time, at most: 1 MiB keeps every core busy and memory flat. */
const MOST_BATCH_CHUNKS = 64;

/**
 * Seals a stream of any piece sizes; gives the header first, then runs of sealed chunks.
 * @param messageBytes how long it is going to be, so that a small message takes little memory
 */
export async function* sealStream(
  engine: Engine,
  messageKey: MessageKey,
  message: AsyncIterable<Uint8Array>,
  messageBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  yield messageKey.header;
  const batchChunks = Math.min(MOST_BATCH_CHUNKS, Math.floor(messageBytes / CHUNK_BYTES) + 1);
  const batch = new Uint8Array(batchChunks * CHUNK_BYTES);
  let filled = 0;
  let firstIndex = 0;
  for await (const piece of message) {
    for (let offset = 0; offset < piece.length;) {
      const taken = Math.min(piece.length - offset, batch.length - filled);
      batch.set(piece.subarray(offset, offset + taken), filled);
      offset += taken;
      filled += taken;
      if (filled === batch.length) {
        yield await engine.sealChunks({ ...chunkKey(messageKey), firstIndex, data: batch });
        firstIndex += batchChunks;
        filled = 0;
      }
    }
  }
  yield await sealTail(engine, messageKey, firstIndex, batch.subarray(0, filled));
}

/** Seals what is left and ends the message: the last chunk is always a short one, empty if need be. */
async function sealTail(
  engine: Engine,
  messageKey: MessageKey,
  firstIndex: number,
  data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const fullBytes = data.length - (data.length % CHUNK_BYTES);
  const last = await engine.sealChunks({
    ...chunkKey(messageKey),
    firstIndex: firstIndex + fullBytes / CHUNK_BYTES,
    data: data.subarray(fullBytes),
  });
  if (fullBytes === 0) return last;
  const full = await engine.sealChunks({
    ...chunkKey(messageKey),
    firstIndex,
    data: data.subarray(0, fullBytes),
  });
  return concat(full, last);
}

function chunkKey(messageKey: MessageKey): { key: Uint8Array; baseNonce: Uint8Array; chunkBytes: number } {
  return { key: messageKey.key, baseNonce: messageKey.baseNonce, chunkBytes: CHUNK_BYTES };
}
