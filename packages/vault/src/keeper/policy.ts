import { VaultError } from "../error.ts";
import { planPlacement } from "./placement.ts";
import type { Policy, VaultSettings } from "./settings.ts";

const WORD_LENGTHS = { fewest: 8, most: 64 } as const;

/** What a vault has whose maker asked for nothing else: a quarter of the stores may be lost, at least one of three. */
export function defaultPolicy(storeCount: number): Policy {
  const tolerate = storeCount <= 2 ? 0 : Math.max(1, Math.floor(storeCount / 4));
  return { tolerate, publicBelowNeeded: false, regions: 1, providerBelowNeeded: false, tolerateProviders: 0 };
}

/**
 * Refuses a policy that holds for a word of no length.
 * @throws VaultError `policy`
 */
export function requirePolicy(settings: Pick<VaultSettings, "stores" | "policy">): void {
  for (let fragments: number = WORD_LENGTHS.most; fragments > WORD_LENGTHS.fewest; fragments--) {
    if (holdsFor(settings, fragments)) return;
  }
  planPlacement(settings, { fragments: WORD_LENGTHS.fewest, start: 0 });
}

function holdsFor(settings: Pick<VaultSettings, "stores" | "policy">, fragments: number): boolean {
  try {
    planPlacement(settings, { fragments, start: 0 });
    return true;
  } catch (error) {
    if (error instanceof VaultError && error.code === "policy") return false;
    throw error;
  }
}
