import type { Readable } from "node:stream";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { StoreError } from "../error.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange } from "../store.ts";
import { guarded } from "./s3-error.ts";

/** How a range is asked for. */
export function rangeHeader({ offset, lengthBytes }: ByteRange): string {
  return `bytes=${offset}-${offset + lengthBytes - 1}`;
}

/**
 * The bytes that were asked for, exactly them.
 * @throws StoreError `out-of-range`; `unavailable` when the server answers something else, or too little
 */
export async function* piecesOf(
  answer: GetObjectCommandOutput,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const body = answer.Body as Readable | undefined;
  if (body === undefined) throw otherThanAsked();
  try {
    const { isCut, ...wanted } = wantedOf(answer, range);
    let { skipBytes, lengthBytes } = wanted;
    const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    // Asked on when all is there: so the connection can be used again, and what is too much shows.
    for (;;) {
      if (isCut && lengthBytes === 0) return;
      const { done, value } = await guarded(() => chunks.next(), signal);
      if (done === true && lengthBytes === 0) return;
      if (done === true) throw new StoreError("unavailable", "The store's answer ended too soon.");
      const piece = new Uint8Array(value.buffer, value.byteOffset, value.length);
      const part = piece.subarray(skipBytes, Math.min(piece.length, skipBytes + lengthBytes));
      if (!isCut && part.length < piece.length) throw otherThanAsked();
      skipBytes -= Math.min(skipBytes, piece.length);
      lengthBytes -= part.length;
      if (part.length > 0) yield part;
    }
  } finally {
    // What breaks while it is thrown away concerns nobody.
    body.on("error", () => undefined).destroy();
  }
}

interface Wanted {
  readonly skipBytes: number;
  readonly lengthBytes: number;
  /** Whether the answer is the whole object and only a part is wanted. */
  readonly isCut: boolean;
}

/** What of the answer is wanted: all of it, unless the server gave the whole object for a part. */
function wantedOf(answer: GetObjectCommandOutput, range: ByteRange | undefined): Wanted {
  const status = answer.$metadata.httpStatusCode;
  const { ContentLength: lengthBytes, ContentRange: given } = answer;
  if (status === 206 && range !== undefined) {
    checkRange(given ?? "", range);
    if (lengthBytes !== undefined && lengthBytes !== range.lengthBytes) throw otherThanAsked();
    return { skipBytes: 0, lengthBytes: range.lengthBytes, isCut: false };
  }
  if (status !== 200 || lengthBytes === undefined) throw otherThanAsked();
  const within = rangeWithin(range, lengthBytes);
  return { skipBytes: within.offset, lengthBytes: within.lengthBytes, isCut: range !== undefined };
}

function checkRange(given: string, range: ByteRange): void {
  const [, first, last, total] = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/.exec(given) ?? [];
  if (first === undefined || last === undefined || total === undefined) throw otherThanAsked();
  if (total !== "*") rangeWithin(range, Number(total));
  const isAsked = Number(first) === range.offset && Number(last) === range.offset + range.lengthBytes - 1;
  if (!isAsked) throw otherThanAsked();
}

function otherThanAsked(): StoreError {
  return new StoreError("unavailable", "The store answers with something else than was asked for.");
}
