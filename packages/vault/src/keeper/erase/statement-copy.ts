import type { ObjectBody, Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
import { putKept } from "../put-kept.ts";
import type { ObjectRow } from "../rows.ts";
import { statementObject } from "../statement.ts";
import { reserveObjects } from "./reserved.ts";

/** What one store is to hold of a batch. */
export interface CopyPlan {
  readonly store: Id;
  readonly batch: Id;
  readonly envelopes: boolean;
  /** The object that it takes the place of. */
  readonly old?: Pick<ObjectRow, "store" | "name">;
}

/** How often a copy is written again because versions in it were erased meanwhile. */
const MOST_COPIES = 8;

/**
 * Writes the statements of a batch to a store as the rows have them now, under a new name. Envelopes of erased
 * versions are left out. The object before is condemned, not deleted yet.
 */
export async function writeCopy(keeping: Keeping, at: Store, plan: CopyPlan): Promise<void> {
  let next = plan;
  for (let copies = 0; copies < MOST_COPIES; copies++) {
    const { name, versions } = await writeOnce(keeping, at, next);
    // Whoever erased one of them may have looked before this copy was among the rows.
    const now = await keeping.rows.versions(versions);
    if (!now.some(({ erased }) => erased)) return;
    next = { ...plan, old: { store: plan.store, name } };
  }
}

async function writeOnce(
  keeping: Keeping,
  at: Store,
  plan: CopyPlan,
): Promise<{ name: string; versions: readonly Id[] }> {
  const { rows, engine } = keeping;
  const { store, batch, old } = plan;
  const name = newId(engine);
  const reservation = await reserveObjects(keeping, [{ store, object: name }]);
  const { body, versions } = await copyOf(keeping, { ...plan, name });
  await putKept(at, name, body);
  await rows.replace({
    added: [
      { store, name, sizeBytes: body.sizeBytes, kind: "statement", batch, envelopes: versions.length > 0 },
    ],
    moved: [],
    replaced: old === undefined ? [] : [{ store: old.store, object: old.name }],
    reservations: [reservation],
  });
  return { name, versions };
}

/** The statement object of a batch for one store and name, and whose envelopes are in it. */
export async function copyOf(
  { engine, rows, settings, catalogueKey }: Keeping,
  plan: CopyPlan & { readonly name: string },
): Promise<{ body: ObjectBody; versions: readonly Id[] }> {
  const { store, batch, name } = plan;
  const { links, versions } = await rows.batch(batch);
  const kept = versions.filter(({ erased, envelope }) => plan.envelopes && !erased && envelope !== undefined);
  const envelopes = kept.map(({ envelope }) => envelope!);
  const at = { vault: settings.vault, store, object: name };
  const statements = { batch, links: links.map(({ bytes }) => bytes), envelopes };
  const { body } = await statementObject(engine, catalogueKey, at, statements);
  return { body, versions: kept.map(({ version }) => version) };
}
