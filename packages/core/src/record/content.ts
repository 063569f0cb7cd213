import { ChirographError } from "../error.ts";
import { contentBytes } from "../envelope/inside.ts";
import { checkEntries, type Entry, type Shape } from "../envelope/path.ts";

/** A record as it comes from outside: its files, and their content in one stream. */
export interface RecordContent {
  readonly shape: Shape;
  /** In the order of the format: ascending by the bytes of their paths (`compareEntries`). */
  readonly entries: readonly Entry[];
  /** A media type. */
  readonly kind: string;
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * The entries' content, one after the other, in pieces of any size. Each is read before the next one is asked for, so
   * a source may use its memory again. Where `next` is given memory, which is never empty, may be shared with threads and
   * is lent until `next` is called again, the next piece may be written to its beginning and given as a view of it: that
   * saves a copy.
   */
  readonly data: AsyncIterable<Uint8Array>;
}

/**
 * The content whole, in memory of its own.
 * @throws ChirographError for entries that are none, and `wrong-length` when the content is not as long as they say
 */
export async function wholeContent({
  shape,
  entries,
  data,
}: Pick<RecordContent, "shape" | "entries" | "data">): Promise<Uint8Array<ArrayBuffer>> {
  checkEntries(shape, entries);
  const whole = new Uint8Array(contentBytes(entries));
  let end = 0;
  for await (const piece of padContent(data, whole.length, whole.length)) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}

/** Zeros are written in pieces of this size. */
const PADDING_PIECE_BYTES = 65_536;

/**
 * The content and then zeros up to `recordBytes`.
 * @throws ChirographError `wrong-length` when the content is not `lengthBytes` long
 */
export async function* padContent(
  data: AsyncIterable<Uint8Array>,
  lengthBytes: number,
  recordBytes: number,
): AsyncGenerator<Uint8Array, void, Uint8Array | undefined> {
  const pieces: AsyncIterator<Uint8Array, unknown, Uint8Array | undefined> = data[Symbol.asyncIterator]();
  let seen = 0;
  let room: Uint8Array | undefined;
  let isOver = false;
  try {
    while (seen <= lengthBytes) {
      isOver = true;
      const { done, value } = await pieces.next(room);
      if (done === true) break;
      isOver = false;
      seen += value.length;
      if (seen <= lengthBytes) room = yield value;
    }
  } finally {
    // As `for await` has it, which has no way to give `next` anything: not after the end, nor after a failure.
    if (!isOver) await pieces.return?.();
  }
  if (seen !== lengthBytes) {
    const problem = seen > lengthBytes ? "is longer than" : `ended after ${seen} of`;
    throw new ChirographError(
      "wrong-length",
      `The content ${problem} the ${lengthBytes} bytes that were announced.`,
    );
  }
  for (let left = recordBytes - lengthBytes; left > 0; left -= PADDING_PIECE_BYTES) {
    yield new Uint8Array(Math.min(left, PADDING_PIECE_BYTES));
  }
}
