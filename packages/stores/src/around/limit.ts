import type { ByteRange, CallOptions, Store } from "../store.ts";
import { type Clock, clockOf } from "./clock.ts";
import { Slots } from "./slots.ts";
import { type Around, type Ask, type RequestKind, wrapped } from "./wrapped.ts";

/** A get of at most so much is read at once and kept for its reader. */
const SHORT_BYTES = 65_536;

export interface LimitOptions extends Partial<Pick<Clock, "sleep">> {
  /** So many gets run at once: 32. Each is one until its iteration ends or is broken off, however slow its reader. */
  readonly atOnce?: number;
  /** So many requests run at once that wait for nobody but the store (head, list, delete, gets of 64 KiB): 32. */
  readonly shortAtOnce?: number;
  /**
   * So many puts run at once: 128. The puts of one version flow in step with each other, n of them at one store in the
   * worst case: where fewer may run than belong together, all wait until `longestWaitMs` ends it.
   */
  readonly putsAtOnce?: number;
  /** So many may wait, of each sort: 10,000. What comes then is `unavailable`. */
  readonly mostWaiting?: number;
  /** So long each waits at most; then it is `unavailable`, though the store was not asked: 60,000 ms. */
  readonly longestWaitMs?: number;
}

/**
 * Lets so many requests at once through to the store; the others wait their turn, in order and not for ever, and can be
 * cancelled. Short requests, gets and puts each have turns of their own: slow readers keep nobody from finding out whether
 * the store is there.
 */
export function withLimit(store: Store, options: LimitOptions = {}): Store {
  const { atOnce = 32, shortAtOnce = 32, putsAtOnce = 128 } = options;
  const { mostWaiting = 10_000, longestWaitMs = 60_000 } = options;
  const { sleep } = clockOf(options);
  const slots = (most: number): Slots => new Slots({ most, mostWaiting, longestWaitMs, sleep });
  return wrapped(store, new Limit(slots(atOnce), slots(shortAtOnce), slots(putsAtOnce)));
}

class Limit implements Around {
  readonly #gets: Slots;
  readonly #short: Slots;
  readonly #puts: Slots;

  constructor(gets: Slots, short: Slots, puts: Slots) {
    this.#gets = gets;
    this.#short = short;
    this.#puts = puts;
  }

  async answer<T>(kind: RequestKind, options: CallOptions | undefined, ask: Ask<Promise<T>>): Promise<T> {
    const slots = kind === "put" ? this.#puts : this.#short;
    await slots.take(options?.signal);
    try {
      return await ask(options);
    } finally {
      slots.free();
    }
  }

  async *pieces(
    options: CallOptions | undefined,
    ask: Ask<AsyncIterable<Uint8Array>>,
    range: ByteRange | undefined,
  ): AsyncGenerator<Uint8Array> {
    if (range !== undefined && range.lengthBytes <= SHORT_BYTES) {
      yield* await this.answer("get", options, (inner) => piecesOf(ask(inner), range.lengthBytes));
      return;
    }
    await this.#gets.take(options?.signal);
    try {
      yield* ask(options);
    } finally {
      this.#gets.free();
    }
  }
}

/** All pieces, but none behind the one that is too much: whoever reads them has to see that, and the store gives no more. */
async function piecesOf(pieces: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of pieces) {
    all.push(piece);
    lengthBytes += piece.length;
    if (lengthBytes > mostBytes) break;
  }
  return all;
}
