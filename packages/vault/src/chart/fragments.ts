import type { Envelope, KnownFragment, LockedEnvelope } from "@chirograph/core";
import type { StoreError } from "@chirograph/stores";
import type { Id, Place } from "../catalogue.ts";
import { type Answers, answersOf } from "./answers.ts";
import { FragmentReader } from "./fragment-reader.ts";
import { HeldFragment } from "./held-fragment.ts";
import { type FragmentEvent, Looks, type ReadingState } from "./looks.ts";
import type { VaultParts } from "./parts.ts";
import { placedFragments } from "./places.ts";
import { isStoreWide, SlowerThanOthers, Standing } from "./standing.ts";

/** Whoever has just begun to wait, waits at least so long: what came while nobody looked is there by then. */
const SHORTEST_WAIT_MS = 50;

/** Who hears of what happens. */
export interface FragmentListener {
  readonly onFragment?: ((event: FragmentEvent) => void) | undefined;
  /** Fragments that are whole may fail from now on, because their store is too slow. */
  readonly onSlow?: () => void;
}

/**
 * The fragments of one version, of which no more are looked at than are needed: those of the stores that answered
 * fastest so far, data fragments before others. A store that fails, or is slow by the measure of earlier answers, gets
 * a spare beside it; whoever comes first is taken, and the others are left.
 */
export class FragmentHand {
  readonly #needed: number;
  readonly #answers: Answers;
  readonly #held: readonly HeldFragment[];
  readonly #listener: FragmentListener;
  readonly #standing: Standing = new Standing();
  readonly #looks: Looks;

  constructor(
    parts: VaultParts,
    found: { envelope: Envelope & LockedEnvelope; places: readonly (Place | null)[] },
    listener: FragmentListener = {},
  ) {
    const { envelope, places } = found;
    this.#needed = envelope.needed;
    this.#answers = answersOf(parts);
    this.#listener = listener;
    this.#held = placedFragments(envelope, places).map((placed) => {
      const reader = new FragmentReader(parts.stores.get(placed.store), placed.place, this.#answers);
      return new HeldFragment(placed, reader, (...wanted) => this.#readKnown(...wanted));
    });
    this.#looks = new Looks({
      engine: parts.engine,
      envelope,
      held: this.#held,
      answers: this.#answers,
      standing: this.#standing,
      tell: (event) => listener.onFragment?.(event),
    });
  }

  /** Fragments whose frames match what the author signed. */
  get known(): readonly KnownFragment[] {
    return this.#looks.known;
  }

  /** Stores whose fragments could not be read, or are not what the author signed. */
  get useless(): ReadonlySet<Id> {
    return this.#looks.useless;
  }

  /** Whether the frame of every data fragment is known, so that a rebuilt block is held against it at once. */
  get hasAllData(): boolean {
    const indices = new Set(this.known.map(({ index }) => index));
    return Array.from({ length: this.#needed }, (_, index) => index).every((index) => indices.has(index));
  }

  /** Looks at fragments until k can be used, or none is left. */
  async gather(): Promise<void> {
    await this.#looks.gather(() => this.#lacking());
  }

  /** Looks at so many more. @returns whether there is one more to read from */
  async gatherMore(count: number): Promise<boolean> {
    const before = this.known.length;
    await this.#looks.gather(() => before + count - this.known.length);
    return this.known.length > before;
  }

  /** From now on every store may be asked again. */
  forgive(): void {
    this.#standing.forgive();
  }

  /** Whether this fragment's store was only slower than others. */
  wasSlow(fragment: KnownFragment): boolean {
    return this.#standing.wasSlow(this.storeOf(fragment));
  }

  /** The store from which a known fragment was read. */
  storeOf({ source }: KnownFragment): Id {
    return this.#held.find((held) => held.source === source)!.store;
  }

  /** Where the fragments of these positions should be. */
  storesAt(positions: readonly number[]): Id[] {
    return this.#held.filter(({ index }) => positions.includes(index)).map(({ store }) => store);
  }

  /** Known fragments of stores that are neither aside nor too slow just now. */
  #usable(): HeldFragment[] {
    return this.#held.filter(({ state, store }) => state === "known" && !this.#standing.isAway(store));
  }

  /** How many fragments are lacking to k. */
  #lacking(): number {
    return this.#needed - new Set(this.#usable().map(({ known }) => known!.index)).size;
  }

  /** A fragment that is used: a spare takes the place of one whose store is slow, if it is there first. */
  async #readKnown(held: HeldFragment, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const { store } = held;
    const aside = this.#standing.reason(store);
    if (aside !== undefined && (this.#standing.hasFailed(store) || this.#lacking() <= 0)) throw aside;
    const reading = held.read(offset, lengthBytes);
    const state: ReadingState = { outcome: undefined };
    const ended = reading.then(
      () => void (state.outcome = "given"),
      () => void (state.outcome = "failed"),
    );
    if (!(await this.#endsInTime(held, ended))) {
      // Whoever makes up for this fragment needs the same block of k others.
      for (const other of this.#usable()) if (other !== held) other.fetch(offset, lengthBytes);
      if (await this.#isReplaced(held, state, ended)) this.#setAside(store, new SlowerThanOthers());
    }
    try {
      return await reading;
    } catch (error) {
      const isNews = !(error instanceof SlowerThanOthers) && !this.#standing.hasFailed(store);
      if (isNews && isStoreWide(error)) this.#setAside(store, error);
      throw error;
    }
  }

  async #endsInTime({ reader }: HeldFragment, ended: Promise<void>): Promise<boolean> {
    const { time, patienceMs } = this.#answers;
    const earliest = time.now() + SHORTEST_WAIT_MS;
    for (;;) {
      const now = time.now();
      const overdueAt = Math.max(earliest, reader.overdueAt(patienceMs) ?? now + patienceMs);
      if (overdueAt <= now) return false;
      const { over, cancel } = time.timer(overdueAt - now);
      try {
        if (await Promise.race([ended.then(() => true), over.then(() => false)])) return true;
      } finally {
        cancel();
      }
    }
  }

  /** Whether k others can be used before this one has given what is wanted of it. */
  #isReplaced({ store }: HeldFragment, state: ReadingState, ended: Promise<void>): Promise<boolean> {
    return this.#standing.whileOverdue(store, () => {
      const stopped = ended.then(() => {
        this.#looks.announce();
        return false;
      });
      return Promise.race([stopped, this.#looks.gather(() => this.#lacking(), state)]);
    });
  }

  #setAside(store: Id, reason: StoreError): void {
    if (reason instanceof SlowerThanOthers) this.#listener.onSlow?.();
    this.#standing.setAside(store, reason);
    for (const held of this.#held) if (held.store === store) held.leave(reason);
    this.#looks.announce();
  }
}
