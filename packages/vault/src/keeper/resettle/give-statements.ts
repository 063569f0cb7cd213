import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { inParallel } from "../../in-parallel.ts";
import { writeCopy } from "../erase/statement-copy.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { coverageOf } from "../verify/batches.ts";
import type { Reach } from "../verify/reach.ts";

const WIDTH = 8;

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
    if (answer !== "written") {
      throw new VaultError("stores-missing", "A store that is to come did not take what it needs to have.", {
        stores: [store],
      });
    }
    onProgress?.({ what: "statements", done: ++done, total: missing.length });
  });
  return missing.length;
}
