import { parseEnvelope, toHex } from "@chirograph/core";
import type { Id } from "../../catalogue.ts";
import { readStrictly } from "../malformed.ts";
import type { Keeping } from "../keeping.ts";
import type { ObjectRow, Rows, VersionRow } from "../rows.ts";
import type { Statements } from "../statement.ts";

const PAGE = 1000;
/** Batches of which the hashes stay in memory. */
const MOST_KNOWN = 2048;

/** All objects that the rows know of a kind, a state, or a store, page by page. */
export async function* objectRows(
  rows: Pick<Rows, "pageObjects">,
  wanted: Partial<Pick<ObjectRow, "kind" | "state" | "store">>,
  begin?: { readonly store: Id; readonly object: string },
): AsyncGenerator<ObjectRow[]> {
  let after = begin;
  while (true) {
    const page = await rows.pageObjects({ ...wanted, limit: PAGE, ...(after !== undefined && { after }) });
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    const { store, name: object } = page.at(-1)!;
    after = { store, object };
  }
}

/** What a batch's statement objects should hold, by SHA-256. */
interface Expected {
  readonly links: ReadonlySet<string>;
  /** Envelopes that must be there. */
  readonly needed: ReadonlySet<string>;
  /** Of versions that are erased and not gone. */
  readonly erased: ReadonlySet<string>;
}

/** Holds statement objects against the rows; what belongs to a batch is asked for once and not for each store. */
export class Batches {
  readonly #keeping: Pick<Keeping, "engine" | "rows">;
  readonly #known = new Map<Id, Expected>();

  constructor(keeping: Pick<Keeping, "engine" | "rows">) {
    this.#keeping = keeping;
  }

  /**
   * How they agree with the rows. `good`: just those of their batch; an erased version's envelope may still be among
   * them. `unknown`: something is among them that the rows do not know, and that must not be lost.
   */
  async judge(
    statements: Statements,
    row: Pick<ObjectRow, "batch" | "envelopes">,
  ): Promise<"good" | "damaged" | "unknown"> {
    if (statements.batch !== row.batch || (await this.#holdsUnknown(statements))) return "unknown";
    const expected = await this.#expected(statements.batch);
    const links = await this.#hashes(statements.links);
    const envelopes = await this.#hashes(statements.envelopes);
    const needed = row.envelopes ? expected.needed : new Set<string>();
    const isGood =
      links.size === expected.links.size &&
      [...needed].every((hash) => envelopes.has(hash)) &&
      [...envelopes].every((hash) => needed.has(hash) || expected.erased.has(hash));
    return isGood ? "good" : "damaged";
  }

  /** Whether an envelope is among them that no version of the batch needs any more. */
  async holdsErased({ batch, envelopes }: Statements): Promise<boolean> {
    const { needed } = await this.#expected(batch);
    return [...(await this.#hashes(envelopes))].some((hash) => !needed.has(hash));
  }

  /** Links or envelopes that the rows lack; not those of versions that are erased and gone. */
  async #holdsUnknown({ batch, links, envelopes }: Statements): Promise<boolean> {
    const { engine, rows } = this.#keeping;
    const expected = await this.#expected(batch);
    if ([...(await this.#hashes(links))].some((hash) => !expected.links.has(hash))) return true;
    for (const bytes of envelopes) {
      const [hash] = await this.#hashes([bytes]);
      if (expected.needed.has(hash!) || expected.erased.has(hash!)) continue;
      const envelope = await readStrictly(() => parseEnvelope(engine, bytes));
      const [version] = await rows.versions([toHex(envelope.version)]);
      if (version?.erased !== true) return true;
    }
    return false;
  }

  async #expected(batch: Id): Promise<Expected> {
    const known = this.#known.get(batch);
    if (known !== undefined) return known;
    const { links, versions } = await this.#keeping.rows.batch(batch);
    const envelopesOf = (erased: boolean): Uint8Array[] =>
      versions.filter((row) => row.erased === erased).flatMap(({ envelope }) => envelope ?? []);
    const expected = {
      links: await this.#hashes(links.map(({ bytes }) => bytes)),
      needed: await this.#hashes(envelopesOf(false)),
      erased: await this.#hashes(envelopesOf(true)),
    };
    this.#known.set(batch, expected);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    return expected;
  }

  async #hashes(pieces: readonly Uint8Array[]): Promise<Set<string>> {
    const hashes = await this.#keeping.engine.sha256Each({ prefix: new Uint8Array(), blocks: pieces });
    return new Set(hashes.map((hash) => String.fromCharCode(...hash)));
  }
}

/** Where the statements of a batch are, or are owed. */
export interface Coverage {
  readonly stores: Set<Id>;
  readonly envelopes: Set<Id>;
}

/** Of every batch, or of those that are wanted, the stores that the rows know to have it. */
export async function coverageOf(
  rows: Pick<Rows, "page" | "links" | "pageObjects">,
  wanted: ReadonlySet<Id> | undefined,
): Promise<Map<Id, Coverage>> {
  const covered = new Map<Id, Coverage>();
  // Not from the objects alone: a batch that has none any more would not be missed.
  for await (const batch of batchesOfLinks(rows)) {
    if (wanted?.has(batch) !== false) covered.set(batch, { stores: new Set(), envelopes: new Set() });
  }
  for await (const page of objectRows(rows, { kind: "statement" })) {
    for (const { store, state, batch, envelopes } of page) {
      if (state === "condemned" || batch === undefined || wanted?.has(batch) === false) continue;
      const coverage = covered.get(batch) ?? { stores: new Set(), envelopes: new Set() };
      covered.set(batch, coverage);
      coverage.stores.add(store);
      if (envelopes) coverage.envelopes.add(store);
    }
  }
  return covered;
}

/** Some of them more than once. */
async function* batchesOfLinks(rows: Pick<Rows, "page" | "links">): AsyncGenerator<Id> {
  let after: Id | undefined;
  while (true) {
    const page = await rows.page({ of: "charts", limit: PAGE, ...(after !== undefined && { after }) });
    for (const { id } of page) for (const { batch } of await rows.links(id)) yield batch;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

export function hasEnvelopes(versions: readonly VersionRow[]): boolean {
  return versions.some(({ erased, envelope }) => !erased && envelope !== undefined);
}
