import type { Id } from "../../catalogue.ts";
import { callOptions } from "../fragment-sources.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Keeping } from "../keeping.ts";
import type { ContentRow, Rows, Target } from "../rows.ts";
import { objectRows } from "../verify/batches.ts";
import type { Reach } from "../verify/reach.ts";
import { awaitedObjects } from "./awaited.ts";
import { rewriteObject } from "./rewrite.ts";

const WIDTH = 8;
const SWEPT_AT_ONCE = 1000;

/** From now on no commit may name these objects; they are deleted when their stores answer. */
export async function condemn({ rows }: Pick<Keeping, "rows">, targets: readonly Target[]): Promise<void> {
  await rows.replace({ added: [], moved: [], replaced: targets, reservations: [] });
}

/**
 * Deletes a condemned object from its store, then from the rows. A commit may have named it just before it was
 * condemned: one that is not finished is waited for, and what it brought is written elsewhere first.
 * @returns false where that cannot be done now
 */
export async function deleteObject(keeping: Keeping, reach: Reach, target: Target): Promise<boolean> {
  const { rows } = keeping;
  const { store: id, object } = target;
  if ((await awaitedObjects(rows)).has(`${id}/${object}`)) return false;
  const kept = await stillNeeded(rows, target);
  const answer = await reach.ask(id, async (store) => {
    if (kept.length > 0) await rewriteObject(keeping, store, { ...target, kept, signal: reach.signal });
    await store.delete(object, callOptions(reach.signal));
    return true;
  });
  if (answer !== true) return false;
  await rows.forget(id, object);
  return true;
}

/** Fragments in an object whose versions are not erased. */
async function stillNeeded(rows: Rows, { store, object }: Target): Promise<ContentRow[]> {
  const contents = await rows.contents(store, object);
  if (contents.length === 0) return contents;
  const versions = await rows.versions([...new Set(contents.map(({ version }) => version))]);
  const kept = new Set(versions.filter(({ erased }) => !erased).map(({ version }) => version));
  return contents.filter(({ version }) => kept.has(version));
}

/** Deletes what is condemned, wherever the store answers; gives the number of objects by store. */
export async function deleteCondemned(keeping: Keeping, reach: Reach): Promise<Map<Id, number>> {
  const deleted = new Map<Id, number>();
  for await (const page of objectRows(keeping.rows, { state: "condemned" })) {
    await inParallel(page, WIDTH, async ({ store, name: object }) => {
      reach.signal?.throwIfAborted();
      if (!(await deleteObject(keeping, reach, { store, object }))) return;
      deleted.set(store, (deleted.get(store) ?? 0) + 1);
    });
  }
  return deleted;
}

/** Condemns what was reserved, never committed, and is over: the rest of a put that was broken off. */
export async function condemnExpired(keeping: Keeping, reach: Reach): Promise<number> {
  for (let swept = 0; ;) {
    reach.signal?.throwIfAborted();
    const targets = await keeping.rows.expired(keeping.now(), SWEPT_AT_ONCE);
    if (targets.length === 0) return swept;
    await condemn(keeping, targets);
    swept += targets.length;
  }
}
