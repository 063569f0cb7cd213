import { type Envelope, type KnownFragment, type LockedEnvelope, surveyFragments } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Id } from "../catalogue.ts";
import type { Answers } from "./answers.ts";
import type { HeldFragment } from "./held-fragment.ts";
import { SlowerThanOthers, type Standing } from "./standing.ts";

/** What happens to one fragment while a version is being opened. */
export interface FragmentEvent {
  /** From 0. */
  readonly index: number;
  readonly store: Id;
  /** `missing`: its store does not give it, or gives something else. */
  readonly state: "asked" | "arrived" | "missing";
}

/** What has become of a reading for which fragments are looked at. */
export interface ReadingState {
  outcome: "given" | "failed" | undefined;
}

/** What a look needs. */
export interface LookParts {
  readonly engine: Engine;
  readonly envelope: Envelope & LockedEnvelope;
  readonly held: readonly HeldFragment[];
  readonly answers: Answers;
  readonly standing: Standing;
  readonly tell: (event: FragmentEvent) => void;
}

/** Looks at fragments, so many as are lacking and one more for each that is overdue, the most promising first. */
export class Looks {
  readonly #parts: LookParts;
  readonly known: KnownFragment[] = [];
  /** Stores whose fragments could not be read, or are not what the author signed. */
  readonly useless: Set<Id> = new Set<Id>();
  /** How many want more fragments. */
  #gathering = 0;
  #changed = Promise.withResolvers<void>();
  #defect: { readonly error: unknown } | undefined;

  constructor(parts: LookParts) {
    this.#parts = parts;
  }

  /** @returns whether nothing lacks any more; `false` when the reading is over before, or no fragment is left */
  async gather(lacking: () => number, reading?: ReadingState): Promise<boolean> {
    this.#gathering++;
    try {
      for (;;) {
        const count = lacking();
        if (count <= 0) return true;
        if (reading?.outcome !== undefined) return false;
        this.#beginLooks(count);
        if (this.#underWay().length === 0) return false;
        await this.#change();
        if (this.#defect !== undefined) throw this.#defect.error;
      }
    } finally {
      this.#gathering--;
      // Whoever failed will want those that are on their way.
      if (this.#gathering === 0 && reading?.outcome !== "failed") this.#leave();
    }
  }

  /** Something is other than those who gather believe. */
  announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #underWay(): HeldFragment[] {
    return this.#parts.held.filter(({ state }) => state === "looked at");
  }

  #beginLooks(count: number): void {
    const now = this.#parts.answers.time.now();
    const looks = this.#underWay();
    const late = looks.filter((held) => this.#overdueAt(held) <= now);
    const lateStores = new Set(late.map(({ store }) => store));
    for (let timely = looks.length - late.length; timely < count; timely++) {
      const next = this.#next(lateStores);
      if (next === undefined) return;
      this.#look(next).catch((error: unknown) => {
        this.#defect = { error };
        this.announce();
      });
    }
  }

  /** The best that is left: by store, data fragments first. */
  #next(lateStores: ReadonlySet<Id>): HeldFragment | undefined {
    const { held, standing, answers } = this.#parts;
    const left = held
      .filter(({ state, store }) => state === "left" && !standing.hasFailed(store))
      .map((one) => {
        const isAway = standing.isAway(one.store) || lateStores.has(one.store);
        return { one, rank: isAway ? Infinity : answers.rank(one.store) };
      });
    const best = Math.min(...left.map(({ rank }) => rank));
    return left.find(({ rank }) => rank === best)?.one;
  }

  /** Until a look ends, or one may be overdue. */
  async #change(): Promise<void> {
    const { time, patienceMs } = this.#parts.answers;
    const now = time.now();
    const soon = this.#underWay()
      .map((held) => this.#overdueAt(held))
      .filter((at) => at > now);
    const { over, cancel } = time.timer(Math.min(...soon, now + patienceMs) - now);
    try {
      await Promise.race([this.#changed.promise, over]);
    } finally {
      cancel();
    }
  }

  #overdueAt({ reader }: HeldFragment): number {
    return reader.overdueAt(this.#parts.answers.patienceMs) ?? Infinity;
  }

  async #look(held: HeldFragment): Promise<void> {
    const { engine, envelope, tell } = this.#parts;
    const { index, store } = held;
    const isWanted = held.beginLook();
    tell({ index, store, state: "asked" });
    const [known] = (await surveyFragments(engine, envelope, [held])).known;
    if (!isWanted()) return;
    held.known = known;
    held.state = known === undefined ? "useless" : "known";
    if (known === undefined) this.useless.add(store);
    else this.known.push(known);
    tell({ index, store, state: known === undefined ? "missing" : "arrived" });
    this.announce();
  }

  /** Looks that nobody waits for any more are broken off. */
  #leave(): void {
    for (const held of this.#underWay()) held.leave(new SlowerThanOthers());
  }
}
