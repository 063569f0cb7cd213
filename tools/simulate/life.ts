import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** Whoever waits for a process that has died. */
export class Died extends Error {
  override readonly name = "Died";
}

/** A call that reaches out of a process: to a store, to the rows, to another process. */
interface Call<T> {
  readonly latencyMs: number;
  /** Does it, all at once; what it throws is what the caller gets. */
  readonly apply: () => T | Promise<T>;
  /** Whether it may still arrive when whoever sent it has died. */
  readonly outlivesSender: boolean;
}

/** A process that can die at any call that reaches out of it: what it had in memory is gone. */
export class Life {
  readonly name: string;
  isOver = false;
  /** Dies at so many calls from now. */
  fuse: number | undefined;
  /** Rejects when it dies. */
  readonly death: Promise<never>;
  #endings: (() => void)[] = [];
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(name: string, parts: { clock: Clock; random: Random }) {
    this.name = name;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.death = new Promise((_, reject) => this.onDeath(() => reject(new Died(`${name} died`))));
    this.death.catch(() => undefined);
  }

  onDeath(tell: () => void): void {
    if (this.isOver) tell();
    else this.#endings.push(tell);
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    const endings = this.#endings;
    this.#endings = [];
    for (const tell of endings) tell();
  }

  call<T>({ latencyMs, apply, outlivesSender }: Call<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    promise.catch(() => undefined);
    // What the dead still compute reaches nobody: every further call of theirs ends at once.
    const dead = (): Died => new Died(`${this.name} has died`);
    if (!this.isOver && this.fuse !== undefined && --this.fuse <= 0) {
      if (this.#random.chance(0.5)) void quietly(apply);
      this.end();
    }
    if (this.isOver) {
      reject(dead());
      return promise;
    }
    this.#clock.after(latencyMs, () => {
      if (!this.isOver) return void settle(apply, resolve, reject);
      if (outlivesSender && this.#random.chance(0.5)) void quietly(apply);
      reject(dead());
    });
    return promise;
  }
}

async function settle<T>(
  apply: () => T | Promise<T>,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): Promise<void> {
  try {
    resolve(await apply());
  } catch (error) {
    reject(error);
  }
}

async function quietly(apply: () => unknown): Promise<void> {
  try {
    await apply();
  } catch {
    // Nobody is left to hear of it.
  }
}
