import { boxSize } from "@chirograph/core";
import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import type { Finding } from "../findings.ts";
import { objectFinding } from "../findings.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { staying } from "../leaving/place-without.ts";
import { envelopeCopies } from "../parties.ts";
import type { ObjectRow } from "../rows.ts";
import { MOST_STATEMENT_BYTES, openStatements, type Statements } from "../statement.ts";
import { type Batches, coverageOf, hasEnvelopes } from "./batches.ts";
import { ObjectView } from "./object-view.ts";
import type { Failure, Reach } from "./reach.ts";

/** A box, its table and its trailer. */
const MOST_OBJECT_BYTES: number = boxSize(MOST_STATEMENT_BYTES) + 1024;

/** `unknown`: it holds something that the rows do not know. */
export type StatementState = "good" | "unknown" | Failure;

/** What a statement object holds, or why it cannot be told. */
export async function readStatements(
  keeping: Keeping,
  reach: Reach,
  at: { readonly store: Id; readonly name: string },
): Promise<Statements | Failure> {
  const view = await reach.ask(at.store, (store) =>
    ObjectView.open({ store, name: at.name, signal: reach.signal, wholeBytes: MOST_OBJECT_BYTES }),
  );
  if (typeof view === "string") return view;
  if (view.sizeBytes > MOST_OBJECT_BYTES) return "damaged";
  const table = await reach.ask(at.store, () => view.table());
  if (typeof table === "string") return table;
  const [entry] = table;
  if (table.length !== 1 || entry?.kind !== "statement") return "damaged";
  const box = await view.read(entry);
  return openBox(keeping, at, box);
}

/** Whether a live statement object holds just what it should. */
export async function checkStatement(
  keeping: Keeping,
  reach: Reach,
  batches: Batches,
  row: ObjectRow,
): Promise<StatementState> {
  const statements = await readStatements(keeping, reach, row);
  return typeof statements === "string" ? statements : batches.judge(statements, row);
}

/** What the check of one statement object says; stores that do not answer have a finding of their own. */
export function statementFindings(row: ObjectRow, state: StatementState): Finding[] {
  if (row.state === "owed") return [objectFinding("statement owed", row)];
  if (state === "good" || state === "unreachable") return [];
  return [objectFinding(`statement ${state}`, row)];
}

/** Statements that a store never had, and envelopes that lie on too few stores, as the rows tell. */
export async function findShortfalls(
  { rows, settings }: Keeping,
  wanted: ReadonlySet<Id> | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const rest = staying(settings, await leavingStores(rows));
  for (const [batch, { stores, envelopes }] of await coverageOf(rows, wanted)) {
    for (const { id } of rest.stores) {
      if (!stores.has(id)) findings.push({ kind: "statement missing", store: id, batch });
    }
    if (envelopes.size >= envelopeCopies(rest)) continue;
    const { versions } = await rows.batch(batch);
    if (hasEnvelopes(versions)) findings.push({ kind: "envelopes on too few stores", batch });
  }
  return findings;
}

async function openBox(
  { engine, catalogueKey, settings }: Keeping,
  at: { readonly store: Id; readonly name: string },
  box: Uint8Array,
): Promise<Statements | "damaged"> {
  try {
    const place = { vault: settings.vault, store: at.store, object: at.name };
    return await openStatements(engine, catalogueKey, place, box);
  } catch (error) {
    if (error instanceof VaultError) return "damaged";
    throw error;
  }
}
