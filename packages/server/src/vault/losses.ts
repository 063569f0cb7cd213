import { setTimeout as pause } from "node:timers/promises";
import type { KnownLosses } from "@chirograph/vault";

const FRESH_MS = 60_000;
/** So long whoever asks waits for them to be counted. */
const PATIENCE_MS = 2000;

/** What a vault's rows tell of versions at risk. All are read for it: once a minute at most, and nobody waits long. */
export class LossCount {
  readonly #countAll: () => Promise<KnownLosses>;
  #last: KnownLosses | null = null;
  /** When the last count began; milliseconds since 1970-01-01 UTC. */
  #asOf = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;

  constructor(countAll: () => Promise<KnownLosses>) {
    this.#countAll = countAll;
  }

  /** @returns what was counted last; `null` while they are counted for the first time */
  async read(): Promise<KnownLosses | null> {
    if (this.#counting === undefined && Date.now() - this.#asOf >= FRESH_MS) this.#begin();
    const over = new AbortController();
    const late = pause(PATIENCE_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
    try {
      await Promise.race([this.#counting, late]);
    } finally {
      over.abort();
    }
    return this.#last;
  }

  /** Long work may have changed them: the next who asks has them counted anew. */
  forget(): void {
    this.#asOf = Number.NEGATIVE_INFINITY;
  }

  #begin(): void {
    this.#asOf = Date.now();
    this.#counting = this.#count();
    // Whoever waits is told of a failure; it is nobody else's.
    this.#counting.catch(() => this.forget());
  }

  async #count(): Promise<void> {
    try {
      this.#last = await this.#countAll();
    } finally {
      this.#counting = undefined;
    }
  }
}
