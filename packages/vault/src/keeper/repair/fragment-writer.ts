import { type EntryToPack, packEntries, type Store } from "@chirograph/stores";
import type { Id, Place } from "../../catalogue.ts";
import { reserveObjects } from "../erase/reserved.ts";
import { callOptions } from "../fragment-sources.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { newId } from "../names.ts";
import { putKept } from "../put-kept.ts";
import { Sourced } from "./source-error.ts";
import type { Replacement, Rows, Target } from "../rows.ts";
import type { Reach } from "../verify/reach.ts";

/** What waits for one store is written when it is so large. */
const OBJECT_BYTES: number = 8 * 1_048_576;
const OBJECT_ENTRIES = 1024;

/** A fragment that was made again, and which place it leaves. */
export interface Remade {
  readonly version: Id;
  readonly index: number;
  readonly from: Place | null;
  /** Where all fragments of the version lay when it was decided where this one goes. */
  readonly lying: readonly (Place | null)[];
  /** Signed id of the fragment. */
  readonly id: Uint8Array;
  readonly lengthBytes: number;
  readonly bytes: EntryToPack["bytes"];
}

/** What became of fragments that their store took. */
interface Landing {
  readonly landed: readonly Remade[];
  readonly stayed: readonly Remade[];
}

interface Waiting {
  readonly fragments: Remade[];
  lengthBytes: number;
}

/**
 * Writes fragments to their stores: small ones share objects, a large one has its own. One that goes to another store
 * does so only while all others of its version lie where they lay when that was decided, or where this writer has put
 * them: two who each keep the policy by what they saw might break it together.
 */
export class FragmentWriter {
  readonly #keeping: Keeping;
  readonly #reach: Reach;
  readonly #onWritten: (fragments: readonly Remade[]) => Promise<void>;
  readonly #waiting = new Map<Id, Waiting>();
  /** How many were written. */
  written = 0;
  /** Objects that fragments left; their bytes are still there. */
  readonly left: Map<string, Target> = new Map();
  /** Those that their stores did not take. */
  readonly refused: { readonly fragment: Remade; readonly store: Id }[] = [];
  /** Those that stayed where they were, since somebody else has moved them or others of their versions. */
  readonly stayed: Remade[] = [];
  readonly #lying = new Map<Id, (Id | null)[]>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param onWritten told of fragments that are durable where they are to lie, and named in the rows */
  constructor(
    keeping: Keeping,
    reach: Reach,
    onWritten: (fragments: readonly Remade[]) => Promise<void> = async () => undefined,
  ) {
    this.#keeping = keeping;
    this.#reach = reach;
    this.#onWritten = onWritten;
  }

  /** Adds a fragment that is in memory to what waits for a store. */
  async add(store: Id, fragment: Remade): Promise<void> {
    const waiting = this.#waiting.get(store) ?? { fragments: [], lengthBytes: 0 };
    this.#waiting.set(store, waiting);
    waiting.fragments.push(fragment);
    waiting.lengthBytes += fragment.lengthBytes;
    if (waiting.lengthBytes >= OBJECT_BYTES || waiting.fragments.length >= OBJECT_ENTRIES)
      await this.#flush(store);
  }

  /**
   * Writes a fragment that is being made while it is written.
   * @throws SourceError where what it is made from cannot be read
   */
  stream(store: Id, fragment: Remade): Promise<void> {
    return this.#write(store, [fragment]);
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((store) => this.#flush(store)));
  }

  async #flush(store: Id): Promise<void> {
    const waiting = this.#waiting.get(store);
    this.#waiting.delete(store);
    if (waiting !== undefined) await this.#write(store, waiting.fragments);
  }

  async #write(id: Id, fragments: readonly Remade[]): Promise<void> {
    const answer = await this.#reach.ask(id, (store) => this.#put(id, store, fragments));
    if (typeof answer === "string") {
      for (const fragment of fragments) this.refused.push({ fragment, store: id });
      return;
    }
    const { landed, stayed } = answer;
    this.stayed.push(...stayed);
    this.written += landed.length;
    for (const { from } of landed) {
      if (from !== null)
        this.left.set(`${from.store}/${from.object}`, { store: from.store, object: from.object });
    }
    if (landed.length > 0) await this.#onWritten(landed);
  }

  async #put(id: Id, store: Store, fragments: readonly Remade[]): Promise<Landing | "leaving"> {
    const { engine, rows } = this.#keeping;
    const name = newId(engine);
    const reservation = await reserveObjects(this.#keeping, [{ store: id, object: name }]);
    // Behind the reservation: whoever evacuates the store sees it, or is seen here.
    if ((await leavingStores(rows)).has(id)) {
      await rows.replace({ added: [], moved: [], replaced: [], reservations: [reservation] });
      return "leaving";
    }
    const sources = fragments.map(({ bytes }) => new Sourced(bytes));
    const packed = packEntries(
      fragments.map((fragment, row) => ({ ...fragment, kind: "fragment", bytes: sources[row]!.bytes })),
    );
    try {
      await putKept(store, name, packed.body, callOptions(this.#reach.signal));
    } catch (error) {
      throw sources.find(({ failure }) => failure !== undefined)?.failure ?? error;
    }
    const { sizeBytes } = packed.body;
    const change = {
      added: [{ store: id, name, sizeBytes, kind: "fragment" as const, batch: undefined, envelopes: false }],
      moved: fragments.map(({ version, index, from }, row) => {
        const { offset, lengthBytes } = packed.entries[row]!;
        return { version, index, from, to: { store: id, object: name, offset, lengthBytes } };
      }),
      replaced: [],
      reservations: [reservation],
    };
    return this.#inTurn(() => this.#replace(id, fragments, change));
  }

  /** What is believed of a version changes with every replacement, so they come one after the other. */
  #inTurn<Result>(replace: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(replace);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #replace(id: Id, fragments: readonly Remade[], change: Omit<Replacement, "lying">): Promise<Landing> {
    const leaving = fragments.filter(({ from }) => from?.store !== id);
    const lying = new Map(leaving.map((fragment) => [fragment.version, this.#lyingOf(fragment)]));
    const rows = Array.from(lying, ([version, stores]) => ({ version, stores }));
    const unmoved = new Set(await this.#keeping.rows.replace({ ...change, lying: rows }));
    const landed = fragments.filter((_, row) => !unmoved.has(change.moved[row]!));
    for (const fragment of landed) this.#lyingOf(fragment)[fragment.index] = id;
    return { landed, stayed: fragments.filter((_, row) => unmoved.has(change.moved[row]!)) };
  }

  #lyingOf({ version, lying }: Remade): (Id | null)[] {
    const stores = this.#lying.get(version) ?? lying.map((place) => place?.store ?? null);
    this.#lying.set(version, stores);
    return stores;
  }
}

/** Those of which nobody else took care: they lie where they lay, though others of their versions do not. */
export async function stillThere(
  rows: Pick<Rows, "versions">,
  fragments: readonly Remade[],
): Promise<readonly Remade[]> {
  if (fragments.length === 0) return [];
  const now = await rows.versions([...new Set(fragments.map(({ version }) => version))]);
  const places = new Map(now.map((row) => [row.version, row.erased ? [] : row.places]));
  return fragments.filter(({ version, index, from }) => {
    const place = places.get(version)?.[index];
    return place !== undefined && place?.object === from?.object && place?.offset === from?.offset;
  });
}
