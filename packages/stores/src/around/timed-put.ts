import type { ObjectBody } from "../store.ts";
import type { Times, Watch } from "./watch.ts";
import { asyncIterator } from "./watched-body.ts";
import type { AskPut } from "./wrapped.ts";

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;

/** A put during which the store's turns are timed: the time that the body takes for a piece is the caller's. */
export class TimedPut {
  readonly #body: ObjectBody;
  readonly #times: Times;
  readonly #watch: Watch;
  readonly #over = Promise.withResolvers<never>();
  readonly #answered = new AbortController();
  #turn: AbortController | undefined;
  #givenBytes = 0;

  constructor(body: ObjectBody, times: Times, watch: Watch) {
    this.#body = body;
    this.#times = times;
    this.#watch = watch;
    this.#over.promise.catch(() => undefined);
  }

  async run(ask: AskPut): Promise<void> {
    const { caller, signal } = this.#watch;
    const onAbort = (): void => void this.#leave(caller!.reason);
    caller?.addEventListener("abort", onAbort, { once: true });
    const pieces = this.#pieces();
    try {
      this.#beginTurn();
      await Promise.race([
        ask({ sizeBytes: this.#body.sizeBytes, bytes: pieces }, { signal }),
        this.#over.promise,
      ]);
    } finally {
      this.#answered.abort();
      this.#endTurn();
      caller?.removeEventListener("abort", onAbort);
      // A store that failed without a word to the body leaves it open.
      void pieces.return(undefined).catch(() => undefined);
    }
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const pieces = asyncIterator(this.#body.bytes);
    let isOpen = true;
    try {
      for (;;) {
        this.#watch.signal.throwIfAborted();
        this.#endTurn();
        isOpen = false;
        const { done, value } = await pieces.next();
        this.#givenBytes += value?.length ?? 0;
        this.#beginTurn();
        if (done === true) return;
        isOpen = true;
        yield value;
      }
    } finally {
      if (isOpen) await pieces.return?.();
    }
  }

  #beginTurn(): void {
    if (this.#answered.signal.aborted) return;
    const turn = new AbortController();
    this.#turn = turn;
    const hasAll = this.#givenBytes >= this.#body.sizeBytes;
    const limitMs = this.#times.putMs + (hasAll ? longerFor(this.#body.sizeBytes) : 0);
    this.#times.sleep(limitMs, turn.signal).then(
      () => this.#giveUp(limitMs, hasAll),
      () => undefined,
    );
  }

  #giveUp(limitMs: number, hasAll: boolean): void {
    const error = this.#watch.giveUp(limitMs);
    // Whether an object that is there is this put's own only the store can tell: `head` sees another's as well.
    if (hasAll) void this.#leave(error);
    else this.#over.reject(error);
  }

  #endTurn(): void {
    this.#turn?.abort();
    this.#turn = undefined;
  }

  /** A store that is told to stop says whether the object is there already; one that says nothing is left. */
  async #leave(reason: unknown): Promise<void> {
    try {
      await this.#times.sleep(this.#times.graceMs, this.#answered.signal);
      this.#over.reject(reason);
    } catch {
      // The store has answered.
    }
  }
}

/** What a store may need to put together what it has taken: 1 s for each 8 MiB. */
function longerFor(sizeBytes: number): number {
  return Math.min((sizeBytes / (8 * MIB)) * 1000, HOUR_MS);
}
