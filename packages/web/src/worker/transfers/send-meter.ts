import type { ObjectBody, Store } from "@chirograph/stores";
import type { Id } from "@chirograph/vault";

/** What is heard of one object on its way to its store. */
export interface Listener {
  readonly onSent: (bytes: number) => void;
  readonly onEnd: (isStored: boolean) => void;
}

/** Stands between the vault and its stores and counts what goes out; the vault knows nothing of it. */
export class SendMeter {
  readonly #listeners = new Map<string, Listener>();
  readonly #onWaiting: (isWaiting: boolean) => void;
  #waiting = 0;

  constructor(onWaiting: (isWaiting: boolean) => void) {
    this.#onWaiting = onWaiting;
  }

  /** Hears of the next put of an object; several fragments may share it. */
  listen(store: Id, object: string, listener: Listener): void {
    const before = this.#listeners.get(keyOf(store, object));
    this.#listeners.set(keyOf(store, object), before === undefined ? listener : both(before, listener));
  }

  /** A request begins or ends to wait for the server. */
  waiting(begins: boolean): void {
    const was = this.#waiting > 0;
    this.#waiting = Math.max(0, this.#waiting + (begins ? 1 : -1));
    if (was !== this.#waiting > 0) this.#onWaiting(!was);
  }

  metered(id: Id, store: Store): Store {
    return {
      promises: store.promises,
      put: async (name, body, options) => {
        const listener = this.#listeners.get(keyOf(id, name));
        if (listener === undefined) return store.put(name, body, options);
        let isStored = false;
        try {
          await store.put(name, counted(body, listener), options);
          isStored = true;
        } finally {
          this.#listeners.delete(keyOf(id, name));
          listener.onEnd(isStored);
        }
      },
      get: (...call) => store.get(...call),
      head: (...call) => store.head(...call),
      list: (...call) => store.list(...call),
      delete: (...call) => store.delete(...call),
    };
  }
}

/** A piece is on its way once the next one is asked for. */
function counted({ sizeBytes, bytes }: ObjectBody, { onSent }: Listener): ObjectBody {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      const { length } = piece;
      yield piece;
      onSent(length);
    }
  }
  return { sizeBytes, bytes: pieces() };
}

function both(first: Listener, second: Listener): Listener {
  return {
    onSent: (bytes) => {
      first.onSent(bytes);
      second.onSent(bytes);
    },
    onEnd: (isStored) => {
      first.onEnd(isStored);
      second.onEnd(isStored);
    },
  };
}

function keyOf(store: Id, object: string): string {
  return `${store}/${object}`;
}
