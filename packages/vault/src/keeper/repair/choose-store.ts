import type { Id } from "../../catalogue.ts";
import { type Held, storesToTake } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";

/**
 * The store for a fragment that is to be written again: where it was, if that store can be written to; else the best
 * one that keeps the policy; `undefined` where none does.
 */
export function chooseStore(
  settings: Pick<VaultSettings, "stores" | "policy">,
  usable: ReadonlySet<Id>,
  fragment: Held & {
    /** Where the fragment was; `holders` are those of the others. */
    readonly home: Id | undefined;
    readonly turn: number;
  },
): Id | undefined {
  const { home } = fragment;
  if (home !== undefined && usable.has(home)) return home;
  return storesToTake(settings, usable, fragment)[0];
}
