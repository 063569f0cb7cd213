import { CircuitOpen } from "./circuit-open.ts";
import { type Clock, clockOf } from "./clock.ts";

export interface CircuitOptions extends Partial<Pick<Clock, "now">> {
  /** So many failures in a row open the circuit: 5. */
  readonly failures?: number;
  /** So long it stays open at first, twice as long after each probe that fails, up to `longestPauseMs`: 1,000 and 60,000. */
  readonly pauseMs?: number;
  readonly longestPauseMs?: number;
}

/** How a store is doing, as the requests to it tell. */
export interface StoreHealth {
  /** `open`: nothing is asked of it. `half-open`: one request may try. */
  readonly state: "closed" | "open" | "half-open";
  /** Milliseconds since 1970-01-01 UTC. */
  readonly since: number;
  /** Failures since the last success. */
  readonly failures: number;
}

/** A request that was let through, and what it came to. */
export interface Passage {
  /** The store has begun to answer. */
  alive(): void;
  succeeded(): void;
  failed(error: unknown): void;
  /** It was cancelled, or failed by the caller's doing: nothing is known. */
  left(): void;
}

/** Opens when a store fails again and again, and lets single requests try whether it has come back. */
export class Circuit {
  readonly #now: Clock["now"];
  readonly #mostFailures: number;
  readonly #firstPauseMs: number;
  readonly #longestPauseMs: number;
  /** Open, or half-open from `until` on. */
  #open: { readonly since: number; readonly until: number; readonly cause: unknown } | undefined;
  #closedSince: number;
  #pauseMs: number;
  #failures = 0;
  /** The request that tries. */
  #probe: Passage | undefined;
  /** Requests of an earlier state tell nothing about this one. */
  #era = 0;

  constructor(options: CircuitOptions = {}) {
    const { failures = 5, pauseMs = 1000, longestPauseMs = 60_000 } = options;
    this.#now = clockOf(options).now;
    this.#mostFailures = failures;
    this.#firstPauseMs = this.#pauseMs = pauseMs;
    this.#longestPauseMs = longestPauseMs;
    this.#closedSince = this.#now();
  }

  health(): StoreHealth {
    const failures = this.#failures;
    if (this.#open === undefined) return { state: "closed", since: this.#closedSince, failures };
    const { since, until } = this.#open;
    if (this.#now() < until) return { state: "open", since, failures };
    return { state: "half-open", since: until, failures };
  }

  /** @throws StoreError `unavailable` while the circuit is open, or half-open with somebody trying already */
  requirePassable(): void {
    if (this.#open === undefined) return;
    if (this.#now() < this.#open.until || this.#probe !== undefined) {
      throw new CircuitOpen({ cause: this.#open.cause });
    }
  }

  /** Lets a request through. @throws StoreError as `requirePassable` */
  enter(): Passage {
    this.requirePassable();
    let era = this.#era;
    const isProbe = (): boolean => this.#probe === passage;
    const end = (note: () => void): void => {
      const counts = isProbe() || era === this.#era;
      if (isProbe()) this.#probe = undefined;
      if (counts) note();
    };
    const passage: Passage = {
      alive: () => {
        if (!isProbe()) return;
        this.#probe = undefined;
        this.#close();
        // The store still has to bring a request to its end: one failure before that opens it again, for longer.
        this.#failures = this.#mostFailures - 1;
        era = this.#era;
      },
      succeeded: () => end(() => this.#succeed()),
      failed: (error) => end(() => this.#fail(error)),
      left: () => end(() => undefined),
    };
    if (this.#open !== undefined) this.#probe = passage;
    return passage;
  }

  #succeed(): void {
    if (this.#open !== undefined) this.#close();
    this.#failures = 0;
    this.#pauseMs = this.#firstPauseMs;
  }

  #fail(error: unknown): void {
    this.#failures++;
    if (this.#open === undefined && this.#failures < this.#mostFailures) return;
    const since = this.#now();
    this.#open = { since, until: since + this.#pauseMs, cause: error };
    this.#pauseMs = Math.min(2 * this.#pauseMs, this.#longestPauseMs);
    this.#era++;
  }

  #close(): void {
    this.#open = undefined;
    this.#closedSince = this.#now();
    this.#era++;
  }
}
