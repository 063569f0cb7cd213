import type { Id } from "../../catalogue.ts";
import type { StoreSettings } from "../settings.ts";

/** Stores whose loads are nearer to what they should be are even enough. */
const SLACK = 0.05;

/** What one store has and should have, in bytes of fragments. */
export interface StoreLoad {
  readonly store: Id;
  readonly before: number;
  readonly after: number;
  readonly target: number;
}

/**
 * How bytes are spread over the stores that count. In one round a store either gives or takes, and a move helps when the
 * giver stays as full as the taker becomes, or fuller. So every move brings two stores nearer to each other, what helps
 * no more in a round never helps again in it, and rounds come to an end.
 */
export class Balance {
  readonly #before: ReadonlyMap<Id, number>;
  #loads: Map<Id, number>;
  readonly #targets = new Map<Id, number>();
  #givers: ReadonlySet<Id> = new Set();
  readonly #closed = new Set<Id>();

  /** @param loads bytes on every store that counts */
  constructor(stores: readonly StoreSettings[], loads: ReadonlyMap<Id, number>) {
    this.#before = loads;
    this.#loads = new Map(loads);
    const counting = stores.filter(({ id }) => loads.has(id));
    const total = sumOf([...loads.values()]);
    const weights = sumOf(counting.map(({ weight }) => weight));
    for (const { id, weight } of counting) this.#targets.set(id, (total * weight) / weights);
    this.beginRound();
  }

  /** Who gives and who takes, as it is now. */
  beginRound(): void {
    this.#givers = new Set(
      [...this.#targets].flatMap(([id, target]) => (this.#load(id) > target ? [id] : [])),
    );
  }

  /** What lies there in fact, where not all went as planned. */
  restate(loads: ReadonlyMap<Id, number>): void {
    this.#loads = new Map(loads);
  }

  /** A store that did not take what it was given takes nothing more. */
  close(store: Id): void {
    this.#closed.add(store);
  }

  get isUneven(): boolean {
    return [...this.#targets].some(([id, target]) => Math.abs(this.#load(id) - target) > SLACK * target);
  }

  helps(from: Id, to: Id, sizeBytes: number): boolean {
    if (this.#closed.has(to)) return false;
    if (!this.gives(from) || !this.#targets.has(to) || this.gives(to)) return false;
    return this.#fillWith(from, -sizeBytes) >= this.#fillWith(to, sizeBytes);
  }

  gives(store: Id): boolean {
    return this.#givers.has(store);
  }

  moved(from: Id | undefined, to: Id, sizeBytes: number): void {
    if (from !== undefined && this.#loads.has(from)) this.#loads.set(from, this.#load(from) - sizeBytes);
    this.#loads.set(to, this.#load(to) + sizeBytes);
  }

  /** From 0; 1 is what it should have. */
  fill(store: Id): number {
    return this.#fillWith(store, 0);
  }

  list(): StoreLoad[] {
    return Array.from(this.#targets, ([store, target]) => ({
      store,
      before: this.#before.get(store) ?? 0,
      after: this.#load(store),
      target: Math.round(target),
    }));
  }

  #fillWith(store: Id, moreBytes: number): number {
    return (this.#load(store) + moreBytes) / (this.#targets.get(store) || 1);
  }

  #load(store: Id): number {
    return this.#loads.get(store) ?? 0;
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
