import type { Id } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import { fragmentsOf } from "../moving/fragments-in.ts";
import { Lying } from "../moving/targets.ts";
import { brokenRules } from "../placement.ts";
import { pagesOfVersions } from "../pages-of-versions.ts";

/** How versions lie, as the rows tell. */
export interface Survey {
  /** Bytes of fragments on each store that counts. */
  readonly loads: ReadonlyMap<Id, number>;
  /** Versions that break a rule where they lie. */
  readonly broken: readonly Id[];
  /** Fragments that lie somewhere. */
  readonly fragments: number;
}

export async function survey(keeping: Keeping, stores: ReadonlySet<Id>): Promise<Survey> {
  const { rows, settings } = keeping;
  const loads = new Map([...stores].map((id) => [id, 0]));
  const broken: Id[] = [];
  let fragments = 0;
  for await (const page of pagesOfVersions(rows)) {
    for (const row of page.filter(({ erased }) => !erased)) {
      const own = await fragmentsOf(keeping, row);
      for (const { place } of own ?? []) {
        fragments++;
        const load = loads.get(place.store);
        if (load !== undefined) loads.set(place.store, load + place.lengthBytes);
      }
      const [first] = own ?? [];
      if (first !== undefined && brokenRules(settings, new Lying(first).held).length > 0)
        broken.push(row.version);
    }
  }
  return { loads, broken, fragments };
}
