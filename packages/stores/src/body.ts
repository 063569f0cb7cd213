import { StoreError } from "./error.ts";
import type { CallOptions, ObjectBody } from "./store.ts";

/**
 * The pieces of a body, as long together as was announced. Nothing beyond that length is handed on.
 * @throws StoreError `wrong-length`, `invalid`; the signal's reason; whatever the body throws
 */
export function exactly(
  { sizeBytes, bytes }: ObjectBody,
  { signal }: CallOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new StoreError("invalid", "The length of an object is a number of bytes.");
  }
  return counted(bytes, sizeBytes, signal);
}

async function* counted(
  bytes: ObjectBody["bytes"],
  sizeBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = sizeBytes;
  for await (const piece of bytes) {
    signal?.throwIfAborted();
    if (piece.length > left) throw new StoreError("wrong-length", "The body is longer than announced.");
    left -= piece.length;
    yield piece;
  }
  signal?.throwIfAborted();
  if (left > 0) throw new StoreError("wrong-length", "The body is shorter than announced.");
}

/**
 * The same bytes in pieces of about `batchBytes`, so that a body of many small pieces costs few writes. A batch holds
 * until the next one is asked for: its memory is used again.
 */
export async function* inBatches(
  pieces: AsyncIterable<Uint8Array>,
  batchBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const batch = new Uint8Array(batchBytes);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled > 0 && piece.length > batchBytes - filled) {
      yield batch.subarray(0, filled);
      filled = 0;
    }
    if (piece.length >= batchBytes) {
      yield piece;
    } else {
      batch.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield batch.subarray(0, filled);
}
