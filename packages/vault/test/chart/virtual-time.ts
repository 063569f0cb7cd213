// Time that passes when nobody computes and everybody waits.
import type { Engine } from "@chirograph/engine";
import type { Timer, WaitingTime } from "../../src/pause.ts";
import { engine as platform } from "./fixtures.ts";

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
  #computing = 0;

  /** The platform's engine, of which this knows when it computes. */
  readonly engine: Engine = new Proxy(platform, {
    get: (target, name: keyof Engine) => {
      const method = target[name] as (...request: unknown[]) => unknown;
      return (...request: unknown[]) => this.#counted(method.apply(target, request));
    },
  });

  readonly waiting: WaitingTime = { now: () => this.ms, timer: (delayMs) => this.#timer(delayMs) };

  /** How many wait for some time to come. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(delayMs: number): Promise<void> {
    return this.#timer(delayMs).over;
  }

  /** What the work comes to, and how long it took. */
  async run<T>(work: Promise<T>): Promise<{ value: T; tookMs: number }> {
    const begun = this.ms;
    const channel = new MessageChannel();
    let isOver = false;
    const over = (): void => void (isOver = true);
    work.then(over, over);
    try {
      for (;;) {
        await turn(channel);
        if (isOver) return { value: await work, tookMs: this.ms - begun };
        if (this.#computing === 0) this.#wakeNext();
      }
    } finally {
      channel.port1.close();
    }
  }

  async pass(delayMs: number): Promise<void> {
    await this.run(this.sleep(delayMs));
  }

  #timer(delayMs: number): Timer {
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper: Sleeper = { until: this.ms + delayMs, wake: resolve };
    this.#sleepers.add(sleeper);
    return { over: promise, cancel: () => this.#sleepers.delete(sleeper) };
  }

  #counted(result: unknown): unknown {
    if (!(result instanceof Promise)) return result;
    this.#computing++;
    return result.finally(() => this.#computing--);
  }

  #wakeNext(): void {
    const [next] = [...this.#sleepers].toSorted((left, right) => left.until - right.until);
    if (next === undefined) return;
    this.ms = Math.max(this.ms, next.until);
    this.#sleepers.delete(next);
    next.wake();
  }
}
