export interface LooksOptions {
  /** So old may be what is known, in milliseconds. */
  readonly staleMs: number;
  /** Nobody waits longer for a look: what is known already serves until it ends. */
  readonly waitMs: number;
}

/** Looks at something again and again that may take long, and keeps nobody waiting for it. */
export class Looks {
  readonly #look: () => Promise<unknown>;
  readonly #options: LooksOptions;
  #looked = Date.now();
  /** Of the look that is under way: its end, or the time that is waited for it. */
  #waiting: Promise<void> | undefined;

  constructor(look: () => Promise<unknown>, options: LooksOptions) {
    this.#look = look;
    this.#options = options;
  }

  /** Looks again if that was a while ago. Whoever comes later waits for the same look, and no longer. */
  async again(): Promise<void> {
    if (this.#waiting === undefined && Date.now() - this.#looked < this.#options.staleMs) return;
    this.#waiting ??= this.#begin();
    await this.#waiting;
  }

  /** Looks, and waits for it to end. */
  async now(): Promise<void> {
    await this.#look();
    this.#looked = Date.now();
  }

  #begin(): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.waitMs);
    const look = this.now().finally(() => {
      clearTimeout(timer);
      this.#waiting = undefined;
    });
    return Promise.race([look, over]);
  }
}
