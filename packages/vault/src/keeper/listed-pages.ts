import { isName, type ObjectHead } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";
import { callOptions } from "./fragment-sources.ts";
import type { Reach } from "./verify/reach.ts";

export const PAGE = 1000;
/** A store that lists more than this is not believed. */
export const MOST_OBJECTS = 100_000_000;

/**
 * @param take says whether the store is still to be believed
 * @returns whether the store listed everything
 */
export async function forEachPage(
  reach: Reach,
  id: Id,
  take: (page: readonly ObjectHead[]) => Promise<boolean>,
): Promise<boolean> {
  let after: string | undefined;
  for (let listed = 0; listed < MOST_OBJECTS; listed += PAGE) {
    reach.signal?.throwIfAborted();
    const request = { prefix: "", limit: PAGE, ...(after !== undefined && { after }) };
    const page = await reach.ask(id, (store) => store.list(request, callOptions(reach.signal)));
    if (typeof page === "string" || !ascends(page, after)) return false;
    if (!(await take(page))) return false;
    if (page.length < PAGE) return true;
    after = page.at(-1)!.name;
  }
  return false;
}

/** A store that goes back in its list would keep us for ever. */
export function ascends(page: readonly ObjectHead[], after: string | undefined): boolean {
  return page.every(({ name }, index) => isName(name) && name > (page[index - 1]?.name ?? after ?? ""));
}
