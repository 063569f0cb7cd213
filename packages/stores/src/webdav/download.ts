import type { IncomingMessage } from "node:http";
import { StoreError } from "../error.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange, CallOptions } from "../store.ts";
import { drain, expectStatus, odd, statusOf } from "./answer.ts";
import type { DavServer } from "./dav-server.ts";
import { received } from "./propfind.ts";

/**
 * The bytes of a file, or of a range of it: exactly those, or an error. `null` when there is no such file. A server that
 * sends the whole file for a range is read up to the end of the range.
 * @param range at least one byte long
 * @throws StoreError `out-of-range`, `unavailable`, `denied`; the signal's reason
 */
export async function download(
  server: DavServer,
  path: string,
  range: ByteRange | undefined,
  options: CallOptions,
): Promise<AsyncGenerator<Uint8Array> | null> {
  const headers = range === undefined ? {} : { range: rangeHeader(range) };
  const answer = await server.ask("GET", path, { headers }, options);
  try {
    const status = statusOf(answer);
    if (status === 404 || (status === 416 && range !== undefined)) {
      await drain(answer);
      if (status === 416) throw outOfRange();
      return null;
    }
    expectStatus(answer, 200, ...(range === undefined ? [] : [206]));
    return cut(received(answer, options), bytesOf(answer, range));
  } catch (error) {
    answer.destroy();
    throw error;
  }
}

function rangeHeader({ offset, lengthBytes }: ByteRange): string {
  return `bytes=${offset}-${offset + lengthBytes - 1}`;
}

/** Where in the body of the answer the bytes lie that were asked for. */
function bytesOf(answer: IncomingMessage, range: ByteRange | undefined): ByteRange {
  const coding = answer.headers["content-encoding"] ?? "identity";
  if (coding !== "identity") throw odd("sends a body that is packed, unasked");
  const bodyBytes = lengthOf(answer);
  if (statusOf(answer) === 200) return rangeWithin(range, bodyBytes);
  checkContentRange(answer.headers["content-range"], range!);
  if (bodyBytes !== range!.lengthBytes) throw odd("answers with another length than was asked for");
  return { offset: 0, lengthBytes: bodyBytes };
}

function lengthOf({ headers }: IncomingMessage): number {
  const text = headers["content-length"] ?? "";
  const length = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(length)) throw odd("does not say how long its answer is");
  return length;
}

function checkContentRange(header: string | undefined, { offset, lengthBytes }: ByteRange): void {
  const [, first, last, total] = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/.exec(header ?? "") ?? [];
  if (first === undefined || Number(first) !== offset)
    throw odd("answers with another range than was asked for");
  const end = offset + lengthBytes - 1;
  // It sends what there is of the range.
  if (Number(last) < end && Number(total) === Number(last) + 1) throw outOfRange();
  if (Number(last) !== end || Number(total) <= end)
    throw odd("answers with another range than was asked for");
}

/** `range` of what comes. */
async function* cut(pieces: AsyncIterable<Uint8Array>, range: ByteRange): AsyncGenerator<Uint8Array> {
  const end = range.offset + range.lengthBytes;
  let at = 0;
  for await (const piece of pieces) {
    const wanted = piece.subarray(Math.max(0, range.offset - at), Math.max(0, end - at));
    at += piece.length;
    if (wanted.length > 0) yield wanted;
    // Behind the last byte only the end is waited for, which lets the connection serve again.
    if (at > end) return;
  }
  if (at < end) throw odd("sends less than it announced");
}

function outOfRange(): StoreError {
  return new StoreError("out-of-range", "The range does not lie inside the object.");
}
