import { StoreError } from "../error.ts";
import { readAll } from "../read.ts";
import type { CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../store.ts";
import { Attempts, type RetryOptions } from "./attempts.ts";
import { ReplayableBody } from "./replayable-body.ts";
import { resumedGet } from "./resumed-get.ts";

const REPLAY_BYTES = 1_048_576;

/**
 * Asks again, after a random and growing time, when the store was `unavailable`; every other error passes at once. A get
 * goes on where it broke off.
 *
 * A put whose body is longer than `replayBytes` is made again only while nothing of the body was read. After a put that
 * failed the object may be there all the same: `exists` then counts as success if, and only if, the object there has
 * the same bytes.
 */
export function withRetry(store: Store, options: RetryOptions = {}): Store {
  return new RetryingStore(store, options);
}

class RetryingStore implements Store {
  readonly #store: Store;
  readonly #retry: RetryOptions;

  constructor(store: Store, retry: RetryOptions) {
    this.#store = store;
    this.#retry = retry;
  }

  get promises(): Store["promises"] {
    return this.#store.promises;
  }

  async put(name: string, body: ObjectBody, options?: CallOptions): Promise<void> {
    const attempts = new Attempts(this.#retry);
    const replay = new ReplayableBody(body, this.#retry.replayBytes ?? REPLAY_BYTES);
    let mayBeThere = false;
    try {
      for (;;) {
        try {
          return await this.#store.put(name, replay.next(), options);
        } catch (error) {
          if (mayBeThere && isTaken(error) && (await this.#holds(name, replay, options))) return;
          if (replay.threw(error) || !replay.canBePutAgain) throw error;
          await attempts.again(error, options?.signal);
          mayBeThere ||= replay.wasRead || body.sizeBytes === 0;
        }
      }
    } finally {
      await replay.close();
    }
  }

  get(...[name, range, options]: Parameters<Store["get"]>): AsyncIterable<Uint8Array> {
    return resumedGet(this.#store, { name, range }, this.#retry, options);
  }

  head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
    return this.#again(options, () => this.#store.head(name, options));
  }

  list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]> {
    return this.#again(options, () => this.#store.list(request, options));
  }

  delete(name: string, options?: CallOptions): Promise<void> {
    return this.#again(options, () => this.#store.delete(name, options));
  }

  async #again<T>(options: CallOptions | undefined, ask: () => Promise<T>): Promise<T> {
    const attempts = new Attempts(this.#retry);
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        await attempts.again(error, options?.signal);
      }
    }
  }

  /** Whether the object there is, byte for byte, the one that is being put. */
  async #holds(name: string, replay: ReplayableBody, options: CallOptions | undefined): Promise<boolean> {
    const ours = replay.next();
    const head = await this.head(name, options);
    if (head === null || head.sizeBytes !== ours.sizeBytes) return false;
    const theirs = await readAll(this, name, { offset: 0, lengthBytes: ours.sizeBytes }, options);
    let offset = 0;
    for await (const piece of ours.bytes) {
      const there = theirs.subarray(offset, offset + piece.length);
      if (there.length < piece.length || piece.some((byte, index) => byte !== there[index])) return false;
      offset += piece.length;
    }
    return offset === theirs.length;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof StoreError && error.code === "exists";
}
