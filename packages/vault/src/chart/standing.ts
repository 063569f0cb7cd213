import { StoreError } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";

/** Why a store is left that gives what it should, but later than others. */
export class SlowerThanOthers extends StoreError {
  constructor() {
    super("unavailable", "Other stores were faster.");
  }
}

/** How the stores of one version stand while it is read. */
export class Standing {
  /** Stores that fail, or were slower than others: not read from as long as others give what is needed. */
  readonly #aside = new Map<Id, StoreError>();
  /** Stores for which somebody waits for too long just now, once for each who does. */
  readonly #overdue: Id[] = [];

  isAway(store: Id): boolean {
    return this.#aside.has(store) || this.#overdue.includes(store);
  }

  /** Why it is aside. */
  reason(store: Id): StoreError | undefined {
    return this.#aside.get(store);
  }

  hasFailed(store: Id): boolean {
    return this.#aside.has(store) && !this.wasSlow(store);
  }

  /** Whether it is aside because it was slower than others, and for nothing worse. */
  wasSlow(store: Id): boolean {
    return this.#aside.get(store) instanceof SlowerThanOthers;
  }

  setAside(store: Id, reason: StoreError): void {
    if (!this.hasFailed(store)) this.#aside.set(store, reason);
  }

  async whileOverdue<T>(store: Id, work: () => Promise<T>): Promise<T> {
    this.#overdue.push(store);
    try {
      return await work();
    } finally {
      this.#overdue.splice(this.#overdue.indexOf(store), 1);
    }
  }

  forgive(): void {
    this.#aside.clear();
  }
}

/** Whether it tells of the store, and not of one object there. */
export function isStoreWide(error: unknown): error is StoreError {
  return error instanceof StoreError && (error.code === "unavailable" || error.code === "denied");
}
