import { StoreError } from "../error.ts";
import type { ByteRange, CallOptions, Store } from "../store.ts";
import { Attempts, type RetryOptions } from "./attempts.ts";

const FRESH_BYTES = 1_048_576;

/**
 * The pieces of a get that goes on, with a range, where it broke off: no byte twice, none skipped. How many bytes there
 * are to be is known from the range asked for, or from `head` once something has failed. That the object is still the
 * same nobody can tell but by its size: names are never given twice, and readers check what they get.
 * @throws StoreError `malformed` when the store gives more than there is to be, or the object has another size than
 *   before
 */
export async function* resumedGet(
  store: Store,
  { name, range }: { readonly name: string; readonly range: ByteRange | undefined },
  retry: RetryOptions,
  options: CallOptions | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const attempts = new Attempts(retry);
  let wanted = range?.lengthBytes;
  let given = 0;
  let freshFrom = 0;
  for (;;) {
    try {
      if (given > 0) wanted ??= await sizeOf(store, name, options);
      const rest = given === 0 ? range : behind(given, { offset: range?.offset ?? 0, lengthBytes: wanted! });
      if (given > 0 && rest?.lengthBytes === 0) return;
      for await (const piece of store.get(name, rest, options)) {
        if (wanted !== undefined && given + piece.length > wanted) throw changed();
        given += piece.length;
        yield piece;
      }
      if (wanted === undefined || given === wanted) return;
      throw new StoreError("unavailable", "The store ended before all that was asked for.");
    } catch (error) {
      if (given - freshFrom >= FRESH_BYTES) {
        freshFrom = given;
        attempts.startAfresh();
      }
      await attempts.again(isShorter(error, given) ? changed() : error, options?.signal);
    }
  }
}

/** What is left of a range of which so many bytes are there. */
function behind(given: number, { offset, lengthBytes }: ByteRange): ByteRange {
  if (given > lengthBytes) throw changed();
  return { offset: offset + given, lengthBytes: lengthBytes - given };
}

async function sizeOf(store: Store, name: string, options: CallOptions | undefined): Promise<number> {
  const head = await store.head(name, options);
  if (head === null) throw new StoreError("not-found", "The object is not there any more.");
  return head.sizeBytes;
}

/** A range of which the beginning was there has no other way to lie outside. */
function isShorter(error: unknown, given: number): boolean {
  return given > 0 && error instanceof StoreError && error.code === "out-of-range";
}

function changed(): StoreError {
  return new StoreError("malformed", "The object is not as long as it was when its first bytes were read.");
}
