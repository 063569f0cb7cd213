import { mostOf } from "./parties.ts";
import type { Group } from "./region-cover.ts";

/** What must hold while fragments are dealt, if at most `lost` of them go with a loss that the policy bears. */
export interface Limits {
  readonly fragments: number;
  readonly tolerate: number;
  readonly lost: number;
  /** Nested or apart, so that whatever is dealt to the least laden store with room can be completed if anything can. */
  readonly groups: readonly Group[];
}

/** Fragments that were dealt so far, and what may still be dealt. */
export class Dealt {
  readonly loads: number[];
  readonly #limits: Limits;
  /** Fragments of each group. */
  readonly #held: number[];

  constructor(limits: Limits, loads: readonly number[]) {
    this.#limits = limits;
    this.loads = [...loads];
    this.#held = limits.groups.map(({ members }) => sumOf(loads.filter((_, store) => members.has(store))));
  }

  get left(): number {
    return this.#limits.fragments - sumOf(this.loads);
  }

  give(store: number): void {
    this.loads[store]!++;
    this.#limits.groups.forEach(({ members }, index) => {
      if (members.has(store)) this.#held[index]!++;
    });
  }

  /** Gives one more to the first of these stores from where all can still be dealt; where all can, there is one. */
  giveFirst(stores: readonly number[]): void {
    const next = stores.find((store) => this.#hasRoom(store) && this.#with(store).canBeCompleted());
    if (next === undefined) throw new Error("what can be completed can be continued");
    this.give(next);
  }

  /** Whether all that is left can be dealt: if at all, then as evenly as possible. */
  canBeCompleted(): boolean {
    const { tolerate, lost } = this.#limits;
    const completed = new Dealt(this.#limits, this.loads);
    for (let { left } = completed; left > 0; left--) {
      const store = completed.#leastLaden();
      if (store === undefined) return false;
      completed.give(store);
    }
    return mostOf(completed.loads, tolerate) <= lost;
  }

  #with(store: number): Dealt {
    const more = new Dealt(this.#limits, this.loads);
    more.give(store);
    return more;
  }

  #hasRoom(store: number): boolean {
    return this.#limits.groups.every(
      ({ members, most }, index) => !members.has(store) || this.#held[index]! < most,
    );
  }

  #leastLaden(): number | undefined {
    let least: number | undefined;
    this.loads.forEach((load, store) => {
      if ((least === undefined || load < this.loads[least]!) && this.#hasRoom(store)) least = store;
    });
    return least;
  }
}

function sumOf(loads: readonly number[]): number {
  return loads.reduce((sum, load) => sum + load, 0);
}
