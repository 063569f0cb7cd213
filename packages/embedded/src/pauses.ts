import type { Id } from "@chirograph/vault";

const FIRST_MS = 2000;
const LONGEST_MS = 60_000;

/** Stores that were looked for in vain: each is left alone for a while, twice as long after each further look, up to a minute. */
export class Pauses {
  readonly #pauses = new Map<Id, { readonly until: number; readonly lengthMs: number }>();

  isOn(store: Id): boolean {
    return Date.now() < (this.#pauses.get(store)?.until ?? 0);
  }

  begin(store: Id): void {
    const before = this.#pauses.get(store);
    const lengthMs = before === undefined ? FIRST_MS : Math.min(2 * before.lengthMs, LONGEST_MS);
    this.#pauses.set(store, { until: Date.now() + lengthMs, lengthMs });
  }

  /** The store is there again. */
  forget(store: Id): void {
    this.#pauses.delete(store);
  }
}
