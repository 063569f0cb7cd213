import { type CallOptions, type ObjectBody, type Store, StoreError } from "@chirograph/stores";

const DEADLINE_MS = 15;

/** A store on which nobody waits for ever: one that does nothing for so long counts as not answering. */
export function withDeadline(store: Store): Store {
  return {
    promises: store.promises,
    put: (name, body, options) => {
      const watch = new Watch(options);
      return watch.over(store.put(name, watched(body, watch), watch.options));
    },
    async *get(name, range, options) {
      const watch = new Watch(options);
      const pieces = store.get(name, range, watch.options)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await watch.over(pieces.next());
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        watch.end();
        await pieces.return?.().catch(() => undefined);
      }
    },
    head: (name, options) => new Watch(options).call((own) => store.head(name, own)),
    list: (request, options) => new Watch(options).call((own) => store.list(request, own)),
    delete: (name, options) => new Watch(options).call((own) => store.delete(name, own)),
  };
}

/** Runs while the store has the turn. */
class Watch {
  readonly options: CallOptions;
  readonly #stop = new AbortController();
  readonly #late = Promise.withResolvers<never>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ signal }: CallOptions = {}) {
    const own = this.#stop.signal;
    this.options = { signal: signal === undefined ? own : AbortSignal.any([signal, own]) };
    this.#late.promise.catch(() => undefined);
  }

  call<T>(call: (options: CallOptions) => Promise<T>): Promise<T> {
    return this.over(call(this.options));
  }

  async over<T>(answer: Promise<T>): Promise<T> {
    this.resume();
    try {
      return await Promise.race([answer, this.#late.promise]);
    } finally {
      this.pause();
    }
  }

  resume(): void {
    this.#timer = setTimeout(() => {
      const error = new StoreError("unavailable", "The store does not answer.");
      this.#late.reject(error);
      this.#stop.abort(error);
    }, DEADLINE_MS);
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.pause();
    this.#stop.abort();
  }
}

/** A store that waits for a body is not late. */
function watched({ sizeBytes, bytes }: ObjectBody, watch: Watch): ObjectBody {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    watch.pause();
    for await (const piece of bytes) {
      watch.resume();
      yield piece;
      watch.pause();
    }
    watch.resume();
  }
  return { sizeBytes, bytes: pieces() };
}
