// Time that passes when nothing else is left to do.
import type { Clock } from "../src/around/clock.ts";

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** A turn of the event loop, behind all that promises still have to do. */
function turn({ port1, port2 }: MessageChannel): Promise<void> {
  return new Promise((resolve) => {
    port1.addEventListener("message", () => resolve(), { once: true });
    port1.start();
    port2.postMessage(0);
  });
}

export class VirtualTime {
  ms = 0;
  readonly #sleepers = new Set<Sleeper>();

  /** The random number that comes next. */
  chance = 0.5;

  get clock(): Clock {
    return { now: () => this.ms, sleep: this.sleep, random: () => this.chance };
  }

  readonly sleep = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const sleeper: Sleeper = { until: this.ms + delayMs, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });

  /** How many sleep. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** What the work comes to, while time passes whenever it waits for nothing else. */
  async run<T>(work: Promise<T>, longestMs = 3_600_000): Promise<T> {
    const channel = new MessageChannel();
    let isOver = false;
    const over = (): void => void (isOver = true);
    work.then(over, over);
    const end = this.ms + longestMs;
    try {
      for (;;) {
        await turn(channel);
        if (isOver) return await work;
        if (!this.#wakeNext(end)) throw new Error(`It hangs at ${this.ms} ms.`);
      }
    } finally {
      channel.port1.close();
    }
  }

  /** Lets so much time pass. */
  async pass(delayMs: number): Promise<void> {
    await this.run(this.sleep(delayMs));
  }

  #wakeNext(end: number): boolean {
    const next = [...this.#sleepers].toSorted((left, right) => left.until - right.until)[0];
    if (next === undefined || next.until > end) return false;
    this.ms = Math.max(this.ms, next.until);
    this.#sleepers.delete(next);
    next.wake();
    return true;
  }
}
