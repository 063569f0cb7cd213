import type { Id } from "../../catalogue.ts";
import { keepsPolicy } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";

/**
 * The store for a fragment that is to be written again: where it was, if that store can be written to; else the one
 * with the fewest of the version's fragments that keeps the policy; `undefined` where none does.
 */
export function chooseStore(
  settings: Pick<VaultSettings, "stores" | "policy">,
  usable: ReadonlySet<Id>,
  version: {
    /** Where the fragment was. */
    readonly home: Id | undefined;
    /** Stores of the other fragments, each as often as it has one. */
    readonly others: readonly Id[];
    readonly total: number;
    readonly needed: number;
  },
): Id | undefined {
  const { home, others, total, needed } = version;
  if (home !== undefined && usable.has(home)) return home;
  const load = (id: Id): number => others.filter((other) => other === id).length;
  const candidates = settings.stores.map(({ id }) => id).filter((id) => usable.has(id));
  return candidates
    .toSorted((left, right) => load(left) - load(right))
    .find((id) => keepsPolicy(settings, { holders: [...others, id], total, needed }));
}
