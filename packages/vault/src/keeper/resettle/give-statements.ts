import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { inParallel } from "../../in-parallel.ts";
import { writeCopy } from "../erase/statement-copy.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { forEachPage } from "../listed-pages.ts";
import { coverageOf, objectRows } from "../verify/batches.ts";
import type { Reach } from "../verify/reach.ts";

const WIDTH = 8;
/** A store that lists so many more than what it was given is not believed. */
const MOST_STRANGERS = 100_000;

/**
 * Gives stores the links of every commit that they do not have yet, from the catalogue. Envelopes are on enough others.
 * @returns how many statement objects were written
 * @throws VaultError `stores-missing` where one does not take them
 */
export async function giveStatements(
  keeping: Keeping,
  reach: Reach,
  stores: readonly Id[],
  { onProgress }: JobOptions,
): Promise<number> {
  if (stores.length === 0) return 0;
  for (const store of stores) await forgetLost(keeping, reach, store);
  const missing: { store: Id; batch: Id }[] = [];
  for (const [batch, covered] of await coverageOf(keeping.rows, undefined)) {
    for (const store of stores) if (!covered.stores.has(store)) missing.push({ store, batch });
  }
  let done = 0;
  await inParallel(missing, WIDTH, async ({ store, batch }) => {
    reach.signal?.throwIfAborted();
    const answer = await reach.ask(store, async (at) => {
      await writeCopy(keeping, at, { store, batch, envelopes: false });
      return "written" as const;
    });
    if (answer !== "written") throw notTaken(store);
    onProgress?.({ what: "statements", done: ++done, total: missing.length });
  });
  return missing.length;
}

/** What a store was given by a run before and does not have: another disk may be mounted there now. */
async function forgetLost({ rows }: Keeping, reach: Reach, store: Id): Promise<void> {
  const { stores } = await rows.totals();
  const objects = stores.find((known) => known.store === store)?.objects ?? 0;
  const names = new Set<string>();
  const hasListed = await forEachPage(reach, store, async (page) => {
    for (const { name } of page) names.add(name);
    return names.size <= objects + MOST_STRANGERS;
  });
  if (!hasListed) throw notTaken(store);
  for await (const page of objectRows(rows, { store })) {
    for (const { name } of page) if (!names.has(name)) await rows.forget(store, name);
  }
}

function notTaken(store: Id): VaultError {
  return new VaultError("stores-missing", "A store that is to come did not take what it needs to have.", {
    stores: [store],
  });
}
