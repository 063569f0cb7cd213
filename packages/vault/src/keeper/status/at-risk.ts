import type { Keeping } from "../keeping.ts";
import { envelopeOf } from "../verify/version-check.ts";
import { pagesOfVersions } from "../pages-of-versions.ts";

/** Versions of which the catalogue does not know where every fragment lies. */
export interface KnownLosses {
  /** Fewer than n fragments are known, k at least: `repair` makes them whole. */
  readonly incomplete: number;
  /** Fewer than k are known. */
  readonly tooFew: number;
}

/** What the rows tell of versions that lack something; no store is asked. */
export async function knownLosses({ engine, rows }: Pick<Keeping, "engine" | "rows">): Promise<KnownLosses> {
  let [incomplete, tooFew] = [0, 0];
  for await (const page of pagesOfVersions(rows)) {
    for (const row of page) {
      const known = row.places.filter((place) => place !== null).length;
      if (row.erased || known === row.places.length) continue;
      const envelope = await envelopeOf(engine, row);
      if (envelope === undefined || known < envelope.needed) tooFew++;
      else incomplete++;
    }
  }
  return { incomplete, tooFew };
}
