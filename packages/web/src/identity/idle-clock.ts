/** Counts down to the moment when nobody has touched anything for `limitMs`. Knows no timers: it is asked. */
export class IdleClock {
  readonly #limitMs: number;
  #last: number;

  constructor(limitMs: number, now: number) {
    this.#limitMs = limitMs;
    this.#last = now;
  }

  /** Somebody is there. One who comes back too late does not turn the clock back. */
  touch(now: number): void {
    if (this.leftMs(now) > 0) this.#last = now;
  }

  /** Until it is time to lock; 0 from then on. A clock that was set back counts as no time. */
  leftMs(now: number): number {
    if (now < this.#last) this.#last = now;
    return Math.max(0, this.#last + this.#limitMs - now);
  }
}
