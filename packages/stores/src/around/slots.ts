import { StoreError } from "../error.ts";
import { boundedWait } from "./bounded-wait.ts";
import type { Clock } from "./clock.ts";

export interface SlotOptions extends Pick<Clock, "sleep"> {
  /** So many at once. */
  readonly most: number;
  /** So many may wait, and so long each. */
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
}

/** `unavailable`, though the store was not even asked: those before are too slow, and another attempt would wait again. */
export class NoTurn extends StoreError {
  constructor(waitedMs: number) {
    super("unavailable", `Other requests kept this store busy for ${waitedMs / 1000} s; try again later.`);
  }
}

/** So many at once and no more; who has to wait is served in the order of coming. */
export class Slots {
  readonly #options: SlotOptions;
  /** In the order of coming. */
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(options: SlotOptions) {
    for (const [name, count] of [
      ["at once", options.most],
      ["waiting", options.mostWaiting],
    ] as const) {
      if (!(Number.isSafeInteger(count) && count >= 1)) {
        throw new StoreError("invalid", `The number of requests ${name} is a whole number from 1.`);
      }
    }
    this.#options = options;
  }

  /** Resolves when a slot is taken for the caller. @throws StoreError `unavailable`; the signal's reason */
  async take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#taken < this.#options.most) {
      this.#taken++;
      return;
    }
    if (this.#waiting.size >= this.#options.mostWaiting) {
      throw new StoreError("unavailable", "Too many requests wait for this store already.");
    }
    await this.#turn(signal);
  }

  /** Hands the slot on to who waits longest. */
  free(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const { sleep, longestWaitMs: limitMs } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    try {
      await boundedWait(promise, { sleep, limitMs, signal, late: () => new NoTurn(limitMs) });
    } catch (error) {
      // The slot may have been handed over at the same moment.
      if (!this.#waiting.delete(resolve)) this.free();
      throw error;
    }
  }
}
