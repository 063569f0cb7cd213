import { type KnownFragment, type LockedEnvelope, surveyFragments, type Envelope } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Id, Place } from "../catalogue.ts";
import type { VaultParts } from "./parts.ts";
import { type PlacedFragment, placedFragments } from "./places.ts";

/** The fragments of one version, of which no more are looked at than are needed. */
export class FragmentHand {
  readonly #engine: Engine;
  readonly #envelope: Envelope & LockedEnvelope;
  readonly #placed: readonly PlacedFragment[];
  readonly #known: KnownFragment[] = [];
  readonly #useless = new Set<Id>();
  #looked = 0;

  constructor(parts: VaultParts, envelope: Envelope & LockedEnvelope, places: readonly (Place | null)[]) {
    this.#engine = parts.engine;
    this.#envelope = envelope;
    this.#placed = placedFragments(parts.stores, envelope, places);
  }

  /** Fragments whose frames match what the author signed. */
  get known(): readonly KnownFragment[] {
    return this.#known;
  }

  /** Stores whose fragments could not be read, or are not what the author signed. */
  get useless(): ReadonlySet<Id> {
    return this.#useless;
  }

  /** Whether the frame of every data fragment is known, so that a rebuilt block is held against it at once. */
  get hasAllData(): boolean {
    const indices = this.#indices();
    return Array.from({ length: this.#envelope.needed }, (_, index) => index).every((index) =>
      indices.has(index),
    );
  }

  /** Looks at the data fragments, and for each that is missing at another one. */
  async gather(): Promise<void> {
    const { needed } = this.#envelope;
    while (this.#indices().size < needed && this.#looked < this.#placed.length) {
      await this.#look(needed - this.#indices().size);
    }
  }

  /** Looks at all the others. @returns whether there is one more to read from */
  async gatherAll(): Promise<boolean> {
    const before = this.#known.length;
    await this.#look(this.#placed.length - this.#looked);
    return this.#known.length > before;
  }

  /** The store from which a known fragment was read. */
  storeOf({ source }: KnownFragment): Id {
    return this.#placed.find((placed) => placed.source === source)!.store;
  }

  /** Where the fragments of these positions should be. */
  storesAt(positions: readonly number[]): Id[] {
    return this.#placed.filter(({ index }) => positions.includes(index)).map(({ store }) => store);
  }

  async #look(count: number): Promise<void> {
    const next = this.#placed.slice(this.#looked, this.#looked + count);
    this.#looked += next.length;
    const surveys = await Promise.all(
      next.map((placed) => surveyFragments(this.#engine, this.#envelope, [placed])),
    );
    for (const [position, { known }] of surveys.entries()) {
      this.#known.push(...known);
      if (known.length === 0) this.#useless.add(next[position]!.store);
    }
  }

  #indices(): ReadonlySet<number> {
    return new Set(this.#known.map(({ index }) => index));
  }
}
