import type { Engine } from "@chirograph/engine/interface";
import { type MessageKey, type MessageKeyRequest, openMessageKey } from "./key.ts";
import { CHUNK_BYTES, HEADER_BYTES, plaintextSize, SEALED_CHUNK_BYTES, sealedChunkOffset } from "./size.ts";

/** Sealed chunks opened at a time. */
const BATCH_CHUNKS = 64;

/** Reads `[offset, offset + lengthBytes)` of the sealed message; gives exactly that much or throws. */
export type SealedRead = (offset: number, lengthBytes: number) => Promise<Uint8Array>;

/** A whole message at once. `null`: another key or context, or damage; the difference is not told. */
export async function openMessage(
  engine: Engine,
  request: MessageKeyRequest,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | null> {
  plaintextSize(sealed.length);
  const messageKey = await openMessageKey(engine, request, sealed.subarray(0, HEADER_BYTES));
  if (messageKey === null) return null;
  return openChunks(engine, messageKey, 0, sealed.subarray(HEADER_BYTES));
}

/** A sealed message whose commitment was found right and whose length was authenticated. */
export interface OpenedMessage {
  readonly plaintextBytes: number;
  readonly messageKey: MessageKey;
  /**
   * Plaintext from `first` (inclusive) to `end` (exclusive), in pieces, each given out only after its chunk's
   * tag; the generator returns `false`, having given out all that came before, when a tag does not match.
   */
  range(first: number, end: number): AsyncGenerator<Uint8Array, boolean, void>;
}

/**
 * Random access (C2SP chunked-encryption, "Implementation notes"): checks the commitment first, then the last
 * chunk, which authenticates the length. `null` when either is wrong.
 */
export async function openRandomAccess(
  engine: Engine,
  request: MessageKeyRequest,
  sealedBytes: number,
  read: SealedRead,
): Promise<OpenedMessage | null> {
  const plaintextBytes = plaintextSize(sealedBytes);
  const messageKey = await openMessageKey(engine, request, await read(0, HEADER_BYTES));
  if (messageKey === null) return null;

  const lastIndex = Math.floor(plaintextBytes / CHUNK_BYTES);
  const lastOffset = sealedChunkOffset(lastIndex);
  const last = await read(lastOffset, sealedBytes - lastOffset);
  if ((await openChunks(engine, messageKey, lastIndex, last)) === null) return null;

  return {
    plaintextBytes,
    messageKey,
    async *range(first, end) {
      if (first < 0 || end > plaintextBytes || first > end) {
        throw new RangeError(`[${first}, ${end}) is not inside a message of ${plaintextBytes} bytes`);
      }
      const endChunk = Math.ceil(end / CHUNK_BYTES);
      for (let chunk = Math.floor(first / CHUNK_BYTES); chunk < endChunk; chunk += BATCH_CHUNKS) {
        const batchEnd = Math.min(chunk + BATCH_CHUNKS, endChunk);
        const offset = sealedChunkOffset(chunk);
        const sealed = await read(offset, Math.min(sealedChunkOffset(batchEnd), sealedBytes) - offset);
        const plain = await openChunks(engine, messageKey, chunk, sealed);
        if (plain === null) return false;
        const start = chunk * CHUNK_BYTES;
        yield plain.subarray(Math.max(0, first - start), Math.min(plain.length, end - start));
      }
      return true;
    },
  };
}

/**
 * Opens a stream of any piece sizes. Gives out each chunk after its tag, at most up to the last good one, and
 * then returns `false` for damage, truncation or another key.
 */
export async function* openStream(
  engine: Engine,
  request: MessageKeyRequest,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, boolean, void> {
  const pending = new Uint8Array(HEADER_BYTES + BATCH_CHUNKS * SEALED_CHUNK_BYTES);
  let filled = 0;
  let messageKey: MessageKey | null = null;
  let firstIndex = 0;
  for await (const piece of sealed) {
    for (let offset = 0; offset < piece.length;) {
      const wanted = messageKey === null ? HEADER_BYTES : BATCH_CHUNKS * SEALED_CHUNK_BYTES;
      const taken = Math.min(piece.length - offset, wanted - filled);
      pending.set(piece.subarray(offset, offset + taken), filled);
      offset += taken;
      filled += taken;
      if (filled < wanted) continue;
      filled = 0;
      if (messageKey === null) {
        messageKey = await openMessageKey(engine, request, pending.subarray(0, HEADER_BYTES));
        if (messageKey === null) return false;
        continue;
      }
      const plain = yield* openSingly(engine, messageKey, firstIndex, pending.subarray(0, wanted));
      if (!plain) return false;
      firstIndex += BATCH_CHUNKS;
    }
  }
  if (messageKey === null) return false;
  const lastBytes = filled % SEALED_CHUNK_BYTES;
  const endsShort = lastBytes >= SEALED_CHUNK_BYTES - CHUNK_BYTES;
  const whole = endsShort ? filled : filled - lastBytes;
  return (yield* openSingly(engine, messageKey, firstIndex, pending.subarray(0, whole))) && endsShort;
}

/** Opens a batch at once; where a tag is wrong, again chunk by chunk, so that all good ones before it are given out. */
async function* openSingly(
  engine: Engine,
  messageKey: MessageKey,
  firstIndex: number,
  sealed: Uint8Array,
): AsyncGenerator<Uint8Array<ArrayBuffer>, boolean, void> {
  if (sealed.length === 0) return true;
  const all = await openChunks(engine, messageKey, firstIndex, sealed);
  if (all !== null) {
    yield all;
    return true;
  }
  for (let offset = 0; offset < sealed.length; offset += SEALED_CHUNK_BYTES) {
    const index = firstIndex + offset / SEALED_CHUNK_BYTES;
    const chunk = await openChunks(
      engine,
      messageKey,
      index,
      sealed.subarray(offset, offset + SEALED_CHUNK_BYTES),
    );
    if (chunk === null) return false;
    yield chunk;
  }
  return false;
}

function openChunks(
  engine: Engine,
  messageKey: MessageKey,
  firstIndex: number,
  data: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | null> {
  return engine.openChunks({
    key: messageKey.key,
    baseNonce: messageKey.baseNonce,
    chunkBytes: CHUNK_BYTES,
    firstIndex,
    data,
  });
}
