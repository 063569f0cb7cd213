import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { isId } from "../names.ts";
import type { Rows } from "../rows.ts";

/** Kept among the jobs: it is local to one catalogue, and outlives the process that is evacuating. */
const JOB = "leaving";
const MOST_TRIES = 100;

type Jobs = Pick<Rows, "job" | "swapJob">;

/**
 * Stores that are being evacuated, or were. The signed settings name them still; nothing new goes there, and nobody
 * counts on what they have.
 */
export async function leavingStores(rows: Pick<Rows, "job">): Promise<ReadonlySet<Id>> {
  return parse(await rows.job(JOB));
}

function parse(text: string | undefined): ReadonlySet<Id> {
  if (text === undefined) return new Set();
  const ids: unknown = JSON.parse(text);
  return new Set(Array.isArray(ids) ? ids.filter(isId) : []);
}

/** Marks a store as leaving, or as one like all others again; whoever marks another one at the same time loses nothing. */
export async function sayLeaving(rows: Jobs, store: Id, isLeaving: boolean): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await rows.job(JOB);
    const leaving = new Set(parse(before));
    if (leaving.has(store) === isLeaving) return;
    if (isLeaving) leaving.add(store);
    else leaving.delete(store);
    const after = leaving.size === 0 ? undefined : JSON.stringify([...leaving].toSorted());
    if (await rows.swapJob(JOB, before, after)) return;
  }
  throw new VaultError(
    "busy",
    "Others mark stores as leaving again and again. Nothing was moved; run it again.",
  );
}
