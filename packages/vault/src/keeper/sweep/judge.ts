import { parseEnvelope, parseLink, toHex } from "@chirograph/core";
import { type PackedEntry, readTable } from "@chirograph/stores";
import { VaultError } from "../../error.ts";
import { awaitedObjects } from "../erase/awaited.ts";
import { callOptions } from "../fragment-sources.ts";
import type { Keeping } from "../keeping.ts";
import { readStrictly } from "../malformed.ts";
import type { Target } from "../rows.ts";
import type { Statements } from "../statement.ts";
import { readStatements } from "../verify/check-statements.ts";
import type { Reach } from "../verify/reach.ts";
import { envelopeOf } from "../verify/version-check.ts";
import { pagesOfVersions } from "../pages-of-versions.ts";

/**
 * What an object is that the rows do not know.
 * `orphan`: nothing refers to it, and it has nothing that is missed.
 * `missed`: it holds a fragment that lies nowhere else, as far as the rows know.
 * `news`: statements of a commit that the rows do not know.
 * `unreadable`: its store does not give it.
 */
export type Verdict = "orphan" | "missed" | "news" | "unreadable";

/** Whether an object is written at this moment, or waits for its commit, or was committed since it was listed. */
export async function isExpected({ rows }: Pick<Keeping, "rows">, target: Target): Promise<boolean> {
  // In the order in which an object goes from one to the next, so that none slips through.
  if ((await rows.reservedUntil(target)) !== undefined) return true;
  if ((await awaitedObjects(rows)).has(`${target.store}/${target.object}`)) return true;
  const [row] = await rows.pageObjects({ store: target.store, limit: 1, after: before(target) });
  return row?.name === target.object;
}

/** A target behind which the next one is this; no id is zero. */
function before({ store, object }: Target): Target {
  return { store, object: (BigInt(`0x${object}`) - 1n).toString(16).padStart(object.length, "0") };
}

export async function judgeStranger(
  keeping: Keeping,
  reach: Reach,
  { target, missed }: { readonly target: Target; readonly missed: ReadonlySet<string> },
): Promise<Verdict> {
  const { store, object } = target;
  const table = await reach.ask(store, (at) => readTable(at, object, callOptions(reach.signal)));
  if (table === "unreachable" || table === "missing") return "unreadable";
  // An object is written whole or not at all: what has no table is of no use to anybody.
  if (typeof table === "string") return "orphan";
  if (table.some(({ kind }) => kind === "statement")) return judgeStatement(keeping, reach, target, table);
  return table.some(({ id }) => missed.has(toHex(id))) ? "missed" : "orphan";
}

async function judgeStatement(
  keeping: Keeping,
  reach: Reach,
  { store, object: name }: Target,
  table: readonly PackedEntry[],
): Promise<Verdict> {
  if (table.length > 1) return "orphan";
  const statements = await readStatements(keeping, reach, { store, name });
  if (statements === "unreachable" || statements === "missing") return "unreadable";
  // Damaged, or of another vault: other stores have what an acknowledged commit said, and it is news there.
  if (typeof statements === "string") return "orphan";
  return (await isKnown(keeping, statements)) ? "orphan" : "news";
}

/** Whether the rows have every link and every envelope of these. */
async function isKnown({ engine, rows }: Keeping, { links, envelopes }: Statements): Promise<boolean> {
  for (const bytes of links) {
    const link = await quietly(() => parseLink(engine, bytes));
    if (link === undefined) return false;
    const known = await rows.links(toHex(link.chart));
    if (!known.some(({ hash }) => hash === toHex(link.hash))) return false;
  }
  for (const bytes of envelopes) {
    const envelope = await quietly(() => parseEnvelope(engine, bytes));
    if (envelope === undefined) return false;
    if ((await rows.versions([toHex(envelope.version)])).length === 0) return false;
  }
  return true;
}

async function quietly<T>(parse: () => Promise<T>): Promise<T | undefined> {
  try {
    return await readStrictly(parse);
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

/** Signed ids of the fragments that lie nowhere, as far as the rows know: what turns up of them is not swept. */
export async function missedFragments({ engine, rows }: Keeping): Promise<Set<string>> {
  const missed = new Set<string>();
  for await (const page of pagesOfVersions(rows)) {
    for (const row of page) {
      if (row.erased || row.places.every((place) => place !== null)) continue;
      const envelope = await envelopeOf(engine, row);
      row.places.forEach((place, index) => {
        if (place === null && envelope !== undefined) missed.add(toHex(envelope.places[index]!.id));
      });
    }
  }
  return missed;
}
