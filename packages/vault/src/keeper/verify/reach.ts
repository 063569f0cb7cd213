import { type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";

/** Why something could not be had from a store. */
export type Failure = "missing" | "damaged" | "unreachable";

/** After so many calls in a row that a store did not answer, nobody waits for it any more. */
const PATIENCE = 3;

/** The stores as one job reaches them. */
export class Reach {
  readonly signal: AbortSignal | undefined;
  readonly #stores: ReadonlyMap<Id, Store>;
  readonly #silent: Map<Id, number>;
  readonly #failed: Set<Id>;

  constructor(
    stores: ReadonlyMap<Id, Store>,
    signal: AbortSignal | undefined,
    known: { readonly silent: Map<Id, number>; readonly failed: Set<Id> } = {
      silent: new Map(),
      failed: new Set(),
    },
  ) {
    this.#stores = stores;
    this.signal = signal;
    this.#silent = known.silent;
    this.#failed = known.failed;
  }

  /** The same stores, but only these of them; whichever does not answer here is not waited for there either. */
  within(usable: ReadonlySet<Id>): Reach {
    const stores = new Map([...this.#stores].filter(([id]) => usable.has(id)));
    return new Reach(stores, this.signal, { silent: this.#silent, failed: this.#failed });
  }

  /** `undefined` for a store that is not at hand or does not answer. */
  store(id: Id): Store | undefined {
    return (this.#silent.get(id) ?? 0) < PATIENCE ? this.#stores.get(id) : undefined;
  }

  /** Stores that did not answer at least once, or are not at hand. */
  unreachable(known: readonly Id[]): Id[] {
    return known.filter((id) => !this.#stores.has(id) || this.#failed.has(id));
  }

  answered(id: Id): void {
    this.#silent.delete(id);
  }

  /** What a failed call says; a defect, or the end of the job, is thrown on. */
  judge(id: Id, error: unknown): Failure {
    this.signal?.throwIfAborted();
    if (!(error instanceof StoreError)) throw error;
    switch (error.code) {
      case "not-found":
        return "missing";
      case "malformed":
      case "out-of-range":
      case "wrong-length":
        return "damaged";
      case "unavailable":
      case "denied":
      case "full":
      case "exists":
        this.#failed.add(id);
        this.#silent.set(id, (this.#silent.get(id) ?? 0) + 1);
        return "unreachable";
      case "invalid":
        throw error;
    }
  }

  /** The result of a call, or what its failure says. */
  async ask<T>(id: Id, call: (store: Store) => Promise<T>): Promise<T | Failure> {
    const store = this.store(id);
    if (store === undefined) return "unreachable";
    try {
      const result = await call(store);
      this.answered(id);
      return result;
    } catch (error) {
      return this.judge(id, error);
    }
  }
}
