import { StoreError } from "../error.ts";
import { CircuitOpen } from "./circuit-open.ts";
import { type Clock, clockOf } from "./clock.ts";
import { NoTurn } from "./slots.ts";

export interface RetryOptions extends Partial<Clock> {
  /** How often a request is made at most: 4. A get that has brought 1 MiB since its last failure counts afresh. */
  readonly attempts?: number;
  /** After so many milliseconds no further attempt is begun: 45,000. */
  readonly longestMs?: number;
  /** Before attempt i + 1 lies a random time up to `firstDelayMs` · 2^(i − 1), at most `longestDelayMs`: 200 and 10,000. */
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  /** Bodies up to this length are kept in memory while they are put, so that they can be put again: 1 MiB. */
  readonly replayBytes?: number;
}

/** How one request goes on after a failure. */
export class Attempts {
  readonly #clock: Clock;
  readonly #plan: Required<Pick<RetryOptions, "attempts" | "longestMs" | "firstDelayMs" | "longestDelayMs">>;
  #since: number;
  #failed = 0;

  constructor(options: RetryOptions) {
    const { attempts = 4, longestMs = 45_000, firstDelayMs = 200, longestDelayMs = 10_000 } = options;
    this.#clock = clockOf(options);
    this.#plan = { attempts, longestMs, firstDelayMs, longestDelayMs };
    this.#since = this.#clock.now();
  }

  /** Waits until it is time for another attempt. @throws `error`, when there is to be none; the signal's reason */
  async again(error: unknown, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (!isTemporary(error)) throw error;
    const { attempts, longestMs, firstDelayMs, longestDelayMs } = this.#plan;
    // Any time up to the longest: whoever failed together does not come back together.
    const delayMs = this.#clock.random() * Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failed);
    this.#failed++;
    const isLate = this.#clock.now() + delayMs - this.#since > longestMs;
    if (this.#failed >= attempts || isLate) throw error;
    await this.#clock.sleep(delayMs, signal);
  }

  /** The request came a good deal further: what failed before is forgotten. */
  startAfresh(): void {
    this.#failed = 0;
    this.#since = this.#clock.now();
  }
}

function isTemporary(error: unknown): boolean {
  if (error instanceof CircuitOpen || error instanceof NoTurn) return false;
  return error instanceof StoreError && error.code === "unavailable";
}
