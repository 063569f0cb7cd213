import { brokenRules, type Held, type Rule } from "./placement.ts";
import type { VaultSettings } from "./settings.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/** How far a version is from the rules where it lies, in fragments and regions; 0 where it keeps them. */
export function excessOf(settings: Rules, held: Held): number {
  return brokenRules(settings, held).reduce((sum, rule) => sum + distanceTo(rule, settings, held), 0);
}

/** By how much k, or the regions that are asked for, would have to be another for the rule to be kept. */
function distanceTo(rule: Rule, settings: Rules, held: Held): number {
  const { needed, total } = held;
  const { stores, policy } = settings;
  const isKept = (rules: Rules, k: number): boolean =>
    !brokenRules(rules, { ...held, needed: k }).includes(rule);
  for (let off = 1; off < total; off++) {
    const fewerRegions = { stores, policy: { ...policy, regions: policy.regions - off } };
    if (isKept(settings, needed - off) || isKept(settings, needed + off) || isKept(fewerRegions, needed))
      return off;
  }
  return total;
}
