import type { Readable } from "node:stream";
import type { BlobDownloadResponseParsed, BlockBlobClient } from "@azure/storage-blob";
import { StoreError } from "../error.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange, CallOptions } from "../store.ts";
import { guarded } from "./azure-error.ts";

/**
 * The bytes of a blob, or of a range that is not empty, as they come in.
 * @throws StoreError `not-found`, `out-of-range`; `unavailable` also when other bytes come than were asked for
 */
export async function* download(
  blob: BlockBlobClient,
  range: ByteRange | undefined,
  options: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = options;
  const call = { maxRetryRequests: 0, ...(signal !== undefined && { abortSignal: signal }) };
  const answer = await guarded(() => blob.download(range?.offset, range?.lengthBytes, call), options);
  const body = answer.readableStreamBody as Readable;
  try {
    const lengthBytes = range === undefined ? wholeLength(answer) : rangeLength(answer, range);
    yield* exactlySoMany(body, lengthBytes, options);
  } finally {
    // Whoever stops early wants no more of it.
    body.destroy();
  }
}

async function* exactlySoMany(
  body: Readable,
  lengthBytes: number,
  options: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let left = lengthBytes;
  for (;;) {
    const { done, value } = await guarded(() => chunks.next(), options);
    options.signal?.throwIfAborted();
    if (done === true) break;
    if (value.length > left) throw otherBytes();
    left -= value.length;
    yield new Uint8Array(value.buffer, value.byteOffset, value.length);
  }
  if (left > 0) throw otherBytes();
}

function wholeLength({ _response: { status }, contentLength }: BlobDownloadResponseParsed): number {
  if (status !== 200 || !isLength(contentLength)) throw otherBytes();
  return contentLength;
}

/** The service cuts a range that reaches beyond the end, and says how long the blob is. */
function rangeLength(
  { _response: { status }, contentRange }: BlobDownloadResponseParsed,
  { offset, lengthBytes }: ByteRange,
): number {
  const stated = /^bytes (\d{1,16})-(-?\d{1,16})\/(\d{1,16})$/.exec(contentRange ?? "");
  if (status !== 206 || stated === null) throw otherBytes();
  const [first, last, sizeBytes] = stated.slice(1).map(Number) as [number, number, number];
  rangeWithin({ offset, lengthBytes }, sizeBytes);
  if (first !== offset || last !== offset + lengthBytes - 1) throw otherBytes();
  return lengthBytes;
}

export function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function otherBytes(): StoreError {
  return new StoreError("unavailable", "Azure answers with other bytes than were asked for.");
}
