import type { CallOptions, ObjectBody, Store } from "../store.ts";
import { clockOf } from "./clock.ts";
import { TimedPut } from "./timed-put.ts";
import { type TimeOutOptions, type Times, Watch } from "./watch.ts";
import { type Around, type Ask, type AskPut, wrapped } from "./wrapped.ts";

/**
 * Ends what a store does not answer in time with `unavailable`. The store's own signal is aborted; one that does not
 * listen to it keeps nobody waiting. A long transfer may last as long as it moves.
 */
export function withTimeOut(store: Store, options: TimeOutOptions = {}): Store {
  const { answerMs = 15_000, silenceMs = 15_000, putMs = 120_000, graceMs = 2000 } = options;
  const { sleep } = clockOf(options);
  return wrapped(store, new TimeOut({ sleep, answerMs, silenceMs, putMs, graceMs }));
}

class TimeOut implements Around {
  readonly #times: Times;

  constructor(times: Times) {
    this.#times = times;
  }

  async answer<T>(_kind: unknown, options: CallOptions | undefined, ask: Ask<Promise<T>>): Promise<T> {
    const watch = new Watch(this.#times, options?.signal);
    try {
      return await watch.wait(ask({ signal: watch.signal }), this.#times.answerMs);
    } finally {
      watch.release();
    }
  }

  async *pieces(
    options: CallOptions | undefined,
    ask: Ask<AsyncIterable<Uint8Array>>,
  ): AsyncGenerator<Uint8Array> {
    options?.signal?.throwIfAborted();
    const watch = new Watch(this.#times, options?.signal);
    const pieces = ask({ signal: watch.signal })[Symbol.asyncIterator]();
    let isLeft = true;
    try {
      for (let limitMs = this.#times.answerMs; ; limitMs = this.#times.silenceMs) {
        isLeft = false;
        const { done, value } = await watch.wait(pieces.next(), limitMs);
        if (done === true) return;
        isLeft = true;
        yield value;
      }
    } finally {
      const closing = Promise.resolve(pieces.return?.());
      // After an error there is nothing to wait for, and a store that hangs would not end.
      if (isLeft) await watch.wait(closing, this.#times.graceMs).catch(() => undefined);
      else void closing.catch(() => undefined);
      watch.release();
    }
  }

  async put(body: ObjectBody, options: CallOptions | undefined, ask: AskPut): Promise<void> {
    options?.signal?.throwIfAborted();
    const watch = new Watch(this.#times, options?.signal);
    try {
      await new TimedPut(body, this.#times, watch).run(ask);
    } finally {
      watch.release();
    }
  }
}
