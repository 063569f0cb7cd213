import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import { keepsPolicy, type Placement, planPlacement } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/**
 * A placement that leaves some stores out; `undefined` where the policy cannot hold without them. k stays what the
 * signed settings make it: clients that know them take no other.
 */
export function placeWithout(
  settings: Rules,
  leaving: ReadonlySet<Id>,
  plan: { readonly fragments: number; readonly start: number },
): Placement | undefined {
  const signed = planPlacement(settings, plan);
  if (leaving.size === 0) return signed;
  const { needed, tolerate } = signed;
  const stores = planOver(staying(settings, leaving), plan)?.stores;
  if (stores === undefined) return undefined;
  const isKept = keepsPolicy(settings, { holders: stores, total: plan.fragments, needed });
  return isKept ? { stores, needed, tolerate } : undefined;
}

const known = new WeakMap<Rules, Map<string, Rules>>();

/** The settings without stores that are leaving: what counts for whatever is written from now on. */
export function staying<Settings extends Rules>(settings: Settings, leaving: ReadonlySet<Id>): Settings {
  if (leaving.size === 0) return settings;
  // The same object for the same stores: what is planned from it may be remembered by whoever plans.
  const key = [...leaving].toSorted().join();
  const views = known.get(settings) ?? new Map<string, Rules>();
  known.set(settings, views);
  const view = views.get(key) ?? {
    ...settings,
    stores: settings.stores.filter(({ id }) => !leaving.has(id)),
  };
  views.set(key, view);
  return view as Settings;
}

function planOver(
  settings: Rules,
  plan: { readonly fragments: number; readonly start: number },
): Placement | undefined {
  if (settings.stores.length === 0) return undefined;
  try {
    return planPlacement(settings, plan);
  } catch (error) {
    if (error instanceof VaultError && error.code === "policy") return undefined;
    throw error;
  }
}
