import type { Id } from "../../catalogue.ts";
import { distanceOf, isNoFarther } from "../excess.ts";
import { type Held, storesByClaim, storesToTake } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/**
 * The store for a fragment that is to be written again: where it was, if that store can be written to; else the best
 * one that keeps the policy; for a version that breaks it already, one with which it is no farther from any rule;
 * `undefined` where none is.
 */
export function chooseStore(
  settings: Rules,
  usable: ReadonlySet<Id>,
  fragment: Held & {
    /** Where the fragment was; `holders` are those of the others. */
    readonly home: Id | undefined;
    readonly turn: number;
  },
): Id | undefined {
  const { home } = fragment;
  if (home !== undefined && usable.has(home)) return home;
  const [best] = storesToTake(settings, usable, fragment);
  return best ?? leastHarmful(settings, usable, fragment);
}

function leastHarmful(
  settings: Rules,
  usable: ReadonlySet<Id>,
  held: Held & { readonly turn: number },
): Id | undefined {
  const before = distanceOf(settings, held);
  if (before.excess === 0) return undefined;
  const [least] = storesByClaim(settings, usable, held)
    .map((id) => ({ id, distance: distanceOf(settings, { ...held, holders: [...held.holders, id] }) }))
    .filter(({ distance }) => isNoFarther(distance, before))
    .toSorted((left, right) => left.distance.unevenness - right.distance.unevenness);
  return least?.id;
}
