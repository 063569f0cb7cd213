import type { Id } from "../catalogue.ts";
import { heldBy, providersOf } from "./parties.ts";
import { brokenRules, type Held, type Rule } from "./placement.ts";
import type { VaultSettings } from "./settings.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/** How far a version is from the rules where it lies. */
export interface Distance {
  /** Of every rule that it breaks, in fragments or regions. */
  readonly byRule: ReadonlyMap<Rule, number>;
  /** Of all of them together. */
  readonly excess: number;
  /** Grows with what one store or one provider holds. A rule looks at the fullest alone: of two of them it counts one. */
  readonly unevenness: number;
}

export function distanceOf(settings: Rules, held: Held): Distance {
  const byRule = new Map(
    brokenRules(settings, held).map((rule) => [rule, distanceTo(rule, settings, held)] as const),
  );
  const excess = sumOf([...byRule.values()]);
  return { byRule, excess, unevenness: unevennessOf(settings, held.holders) };
}

/** Whether no rule is farther away than it was. */
export function isNoFarther(now: Distance, before: Distance): boolean {
  return [...now.byRule].every(([rule, distance]) => distance <= (before.byRule.get(rule) ?? 0));
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

function unevennessOf({ stores }: Rules, holders: readonly Id[]): number {
  const loads = stores.map(({ id }) => holders.filter((holder) => holder === id).length);
  const ofProviders = providersOf(stores).map((party) => heldBy(party, loads));
  return sumOf([...loads, ...ofProviders].map((load) => load * load));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
