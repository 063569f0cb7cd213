import type { Id } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import type { ObjectRow, Rows, VersionRow } from "../rows.ts";
import type { Statements } from "../statement.ts";

const PAGE = 1000;
/** Batches of which the hashes stay in memory. */
const MOST_KNOWN = 2048;

/** All objects that the rows know of a kind, page by page. */
export async function* objectRows(
  rows: Pick<Rows, "pageObjects">,
  wanted: Pick<ObjectRow, "kind"> | Pick<ObjectRow, "state"> | Pick<ObjectRow, "kind" | "state">,
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

  /** Whether they are just those of their batch; an erased version's envelope may still be among them. */
  async holdsJust(statements: Statements, row: Pick<ObjectRow, "batch" | "envelopes">): Promise<boolean> {
    if (statements.batch !== row.batch) return false;
    const expected = await this.#expected(statements.batch);
    const links = await this.#hashes(statements.links);
    const envelopes = await this.#hashes(statements.envelopes);
    const needed = row.envelopes ? expected.needed : new Set<string>();
    return (
      links.size === expected.links.size &&
      [...links].every((hash) => expected.links.has(hash)) &&
      [...needed].every((hash) => envelopes.has(hash)) &&
      [...envelopes].every((hash) => needed.has(hash) || expected.erased.has(hash))
    );
  }

  /** Whether an envelope is among them that no version of the batch needs any more. */
  async holdsErased({ batch, envelopes }: Statements): Promise<boolean> {
    const { needed } = await this.#expected(batch);
    return [...(await this.#hashes(envelopes))].some((hash) => !needed.has(hash));
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
  rows: Pick<Rows, "pageObjects">,
  wanted: ReadonlySet<Id> | undefined,
): Promise<Map<Id, Coverage>> {
  const covered = new Map<Id, Coverage>();
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

export function hasEnvelopes(versions: readonly VersionRow[]): boolean {
  return versions.some(({ erased, envelope }) => !erased && envelope !== undefined);
}
