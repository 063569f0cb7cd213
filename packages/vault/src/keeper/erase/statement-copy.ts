import type { Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
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

/**
 * Writes the statements of a batch to a store as the rows have them now, under a new name. Envelopes of erased
 * versions are left out. The object before is condemned, not deleted yet.
 */
export async function writeCopy(keeping: Keeping, at: Store, plan: CopyPlan): Promise<void> {
  const { rows, engine } = keeping;
  const { store, batch, old } = plan;
  const name = newId(engine);
  const reservation = await reserveObjects(keeping, [{ store, object: name }]);
  const { body, hasEnvelopes } = await copyOf(keeping, { ...plan, name });
  await at.put(name, body);
  await rows.replace({
    added: [{ store, name, sizeBytes: body.sizeBytes, kind: "statement", batch, envelopes: hasEnvelopes }],
    moved: [],
    replaced: old === undefined ? [] : [{ store: old.store, object: old.name }],
    reservations: [reservation],
  });
}

/** The statement object of a batch for one store and name. */
export async function copyOf(
  { engine, rows, settings, catalogueKey }: Keeping,
  plan: CopyPlan & { readonly name: string },
): Promise<{ body: Parameters<Store["put"]>[1]; hasEnvelopes: boolean }> {
  const { store, batch, name } = plan;
  const { links, versions } = await rows.batch(batch);
  const kept = plan.envelopes ? versions.filter(({ erased }) => !erased) : [];
  const envelopes = kept.flatMap(({ envelope }) => envelope ?? []);
  const at = { vault: settings.vault, store, object: name };
  const statements = { batch, links: links.map(({ bytes }) => bytes), envelopes };
  const { body } = await statementObject(engine, catalogueKey, at, statements);
  return { body, hasEnvelopes: envelopes.length > 0 };
}
