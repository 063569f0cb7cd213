import { StoreError } from "../error.ts";
import { boundedWait } from "./bounded-wait.ts";
import type { Clock } from "./clock.ts";

export interface TimeOutOptions extends Partial<Pick<Clock, "sleep">> {
  /** So long a store may take for an answer, or for the first piece of a get: 15,000 ms. */
  readonly answerMs?: number;
  /** So long it may take for each further piece: 15,000 ms. How long the caller takes does not count. */
  readonly silenceMs?: number;
  /**
   * So long a put may go on without taking a further piece: 120,000 ms. Behind the last one the answer may take 1 s longer
   * for each 8 MiB, at most an hour.
   */
  readonly putMs?: number;
  /**
   * So long a store has to say what became of a put, when the caller cancels or it was late behind the last byte, or to end
   * a get: 2,000 ms.
   */
  readonly graceMs?: number;
}

/** The times in use. */
export type Times = Required<TimeOutOptions>;

/** One request, and the signal that the store gets for it. */
export class Watch {
  readonly #sleep: Clock["sleep"];
  readonly #store = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #passOn = (): void => this.#store.abort(this.#caller!.reason);

  constructor({ sleep }: Pick<Clock, "sleep">, caller: AbortSignal | undefined) {
    this.#sleep = sleep;
    this.#caller = caller;
    if (caller?.aborted === true) this.#passOn();
    else caller?.addEventListener("abort", this.#passOn, { once: true });
  }

  get signal(): AbortSignal {
    return this.#store.signal;
  }

  get caller(): AbortSignal | undefined {
    return this.#caller;
  }

  /** What the work comes to, within so many milliseconds. */
  wait<T>(work: Promise<T>, limitMs: number): Promise<T> {
    return boundedWait(work, {
      sleep: this.#sleep,
      limitMs,
      signal: this.#caller,
      late: () => this.giveUp(limitMs),
    });
  }

  /** Tells the store that nobody waits any more. */
  giveUp(limitMs: number): StoreError {
    const error = new StoreError("unavailable", `The store gave no sign for ${limitMs / 1000} s.`);
    this.#store.abort(error);
    return error;
  }

  release(): void {
    this.#caller?.removeEventListener("abort", this.#passOn);
  }
}
