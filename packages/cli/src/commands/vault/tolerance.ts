import type { VaultSettings } from "@chirograph/vault";
import { count } from "../../terminal/quantity.ts";

/** How many stores may be lost, in words. */
export function showTolerance({ policy, stores }: Pick<VaultSettings, "policy" | "stores">): string {
  if (policy.tolerate === 0) return `No store of ${stores.length} may be lost.`;
  return `Any ${count(policy.tolerate, "store")} of ${stores.length} may be lost.`;
}
