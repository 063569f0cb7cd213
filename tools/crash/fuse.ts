import type { Store } from "@chirograph/stores";
import type { Rows } from "@chirograph/vault";
import { DatabaseSync } from "node:sqlite";

/**
 * Counts the points before, during and after every write to a store and to the catalogue, and kills this process at
 * one of them: SIGKILL, so nothing is flushed, closed or caught.
 */
export class Fuse {
  readonly #killAt: number;
  #passed = 0;

  /** @param killAt number of the point, from 1; 0 never kills */
  constructor(killAt: number) {
    this.#killAt = killAt;
  }

  get passed(): number {
    return this.#passed;
  }

  point(): void {
    this.#passed += 1;
    if (this.#passed === this.#killAt) process.kill(process.pid, "SIGKILL");
  }

  store(store: Store): Store {
    return {
      promises: store.promises,
      get: (...call) => store.get(...call),
      head: (...call) => store.head(...call),
      list: (...call) => store.list(...call),
      put: async (name, body, options) => {
        this.point();
        await store.put(name, { ...body, bytes: this.#halfway(body.bytes) }, options);
        this.point();
      },
      delete: async (name, options) => {
        this.point();
        await store.delete(name, options);
        this.point();
      },
    };
  }

  /** Every method that writes; those that read pass. */
  rows(rows: Rows): Rows {
    const writes = new Set<keyof Rows>([
      "reserve",
      "begin",
      "finish",
      "replace",
      "paid",
      "forget",
      "gone",
      "saveJob",
    ]);
    return new Proxy(rows, {
      get: (target, name: keyof Rows) => {
        const method = (target[name] as (...call: unknown[]) => Promise<unknown>).bind(target);
        if (!writes.has(name)) return method;
        return async (...call: unknown[]) => {
          this.point();
          const result = await method(...call);
          this.point();
          return result;
        };
      },
    });
  }

  /** The point during a transaction: everything is said and COMMIT is not. */
  watchTransactions(): void {
    const point = (): void => this.point();
    const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, "exec")!.value as (
      sql: string,
    ) => void;
    DatabaseSync.prototype.exec = function watched(this: DatabaseSync, sql: string): void {
      if (/^\s*COMMIT/i.test(sql)) point();
      exec.call(this, sql);
    };
  }

  async *#halfway(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let first = true;
    for await (const piece of bytes) {
      if (first) {
        const middle = Math.ceil(piece.length / 2);
        yield piece.subarray(0, middle);
        this.point();
        yield piece.subarray(middle);
      } else {
        yield piece;
      }
      first = false;
    }
  }
}
