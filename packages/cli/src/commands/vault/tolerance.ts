import type { Policy } from "@chirograph/vault";
import { count } from "../../terminal/quantity.ts";

/** How many stores may be lost, in words. */
export function showTolerance({
  policy,
  stores,
}: {
  readonly policy: Policy;
  readonly stores: readonly unknown[];
}): string {
  if (policy.tolerate === 0) return `No store of ${stores.length} may be lost.`;
  return `Any ${count(policy.tolerate, "store")} of ${stores.length} may be lost.`;
}
