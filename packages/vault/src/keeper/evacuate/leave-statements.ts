import type { Id } from "../../catalogue.ts";
import { condemn } from "../erase/condemned.ts";
import { objectFinding } from "../findings.ts";
import { mostButAThird } from "../intent.ts";
import type { Keeping } from "../keeping.ts";
import { staying } from "../leaving/place-without.ts";
import { envelopeCopies } from "../parties.ts";
import type { AtRisk } from "../repair/repair-fragments.ts";
import { StatementRepair } from "../repair/repair-statements.ts";
import type { Target } from "../rows.ts";
import { hasEnvelopes, objectRows } from "../verify/batches.ts";
import type { Reach } from "../verify/reach.ts";

/**
 * Gives the other stores all statements that they lack, from the catalogue, and condemns those of a store that leaves:
 * each once so many others have it that no reindex misses it, and enough of them the envelopes.
 */
export async function leaveStatements(
  keeping: Keeping,
  reach: Reach,
  plan: { readonly store: Id; readonly usable: ReadonlySet<Id>; readonly leaving: ReadonlySet<Id> },
): Promise<{ written: number; atRisk: AtRisk[] }> {
  const { rows } = keeping;
  const repair = new StatementRepair(keeping, reach, plan.usable);
  for await (const owed of objectRows(rows, { kind: "statement", state: "owed" })) await repair.mend(owed);
  await repair.complete();

  const isHeld = await holding(keeping, plan.leaving);
  const needed: AtRisk[] = [];
  for await (const page of objectRows(rows, { store: plan.store, kind: "statement" })) {
    reach.signal?.throwIfAborted();
    const free: Target[] = [];
    for (const row of page.filter(({ state }) => state !== "condemned")) {
      if (await isHeld(row.batch!)) free.push({ store: row.store, object: row.name });
      else needed.push({ ...objectFinding("statement missing", row), reason: "store" });
    }
    await condemn(keeping, free);
  }
  return { written: repair.written, atRisk: [...repair.atRisk, ...needed] };
}

/** Whether stores that stay hold enough of a batch. */
async function holding(
  { rows, settings }: Keeping,
  leaving: ReadonlySet<Id>,
): Promise<(batch: Id) => Promise<boolean>> {
  const held = new Map<Id, { links: number; envelopes: number }>();
  for await (const page of objectRows(rows, { kind: "statement", state: "live" })) {
    for (const { store, batch, envelopes } of page) {
      if (leaving.has(store)) continue;
      const count = held.get(batch!) ?? { links: 0, envelopes: 0 };
      held.set(batch!, count);
      count.links++;
      if (envelopes) count.envelopes++;
    }
  }
  const rest = staying(settings, leaving);
  const wanted = mostButAThird(rest.stores.length);
  const copies = envelopeCopies(rest);
  return async (batch) => {
    const { links, envelopes } = held.get(batch) ?? { links: 0, envelopes: 0 };
    if (links < wanted) return false;
    return envelopes >= copies || !hasEnvelopes((await rows.batch(batch)).versions);
  };
}
