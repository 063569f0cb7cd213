import { type EntryToPack, packEntries, type Store } from "@chirograph/stores";
import type { Id, Place } from "../../catalogue.ts";
import { reserveObjects } from "../erase/reserved.ts";
import { callOptions } from "../fragment-sources.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
import type { Target } from "../rows.ts";
import type { Failure, Reach } from "../verify/reach.ts";

/** What waits for one store is written when it is so large. */
const OBJECT_BYTES: number = 8 * 1_048_576;
const OBJECT_ENTRIES = 1024;

/** A fragment that was made again, and which place it leaves. */
export interface Remade {
  readonly version: Id;
  readonly index: number;
  readonly from: Place | null;
  /** Signed id of the fragment. */
  readonly id: Uint8Array;
  readonly lengthBytes: number;
  readonly bytes: EntryToPack["bytes"];
}

interface Waiting {
  readonly fragments: Remade[];
  lengthBytes: number;
}

/** Writes fragments to their stores: small ones share objects, a large one has its own. */
export class FragmentWriter {
  readonly #keeping: Keeping;
  readonly #reach: Reach;
  readonly #waiting = new Map<Id, Waiting>();
  /** How many were written. */
  written = 0;
  /** Objects that fragments left; their bytes are still there. */
  readonly left: Map<string, Target> = new Map();
  /** Those that their stores did not take. */
  readonly refused: { readonly fragment: Remade; readonly store: Id }[] = [];

  constructor(keeping: Keeping, reach: Reach) {
    this.#keeping = keeping;
    this.#reach = reach;
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

  /** Writes a fragment that is being made while it is written. */
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
    if (isFailure(answer)) {
      for (const fragment of fragments) this.refused.push({ fragment, store: id });
      return;
    }
    this.written += fragments.length;
    for (const { from } of fragments) {
      if (from !== null)
        this.left.set(`${from.store}/${from.object}`, { store: from.store, object: from.object });
    }
  }

  async #put(id: Id, store: Store, fragments: readonly Remade[]): Promise<void> {
    const { engine, rows } = this.#keeping;
    const name = newId(engine);
    const reservation = await reserveObjects(this.#keeping, [{ store: id, object: name }]);
    const packed = packEntries(fragments.map((fragment) => ({ ...fragment, kind: "fragment" })));
    await store.put(name, packed.body, callOptions(this.#reach.signal));
    const { sizeBytes } = packed.body;
    await rows.replace({
      added: [{ store: id, name, sizeBytes, kind: "fragment", batch: undefined, envelopes: false }],
      moved: fragments.map(({ version, index, from }, row) => {
        const { offset, lengthBytes } = packed.entries[row]!;
        return { version, index, from, to: { store: id, object: name, offset, lengthBytes } };
      }),
      replaced: [],
      reservations: [reservation],
    });
  }
}

function isFailure(answer: void | Failure): answer is Failure {
  return typeof answer === "string";
}
