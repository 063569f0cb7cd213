import { Dealt, type Limits } from "./dealt.ts";
import { countsProviders, mostLost, providersOf, publicClouds } from "./parties.ts";
import { coverRegions, type Group } from "./region-cover.ts";
import type { VaultSettings } from "./settings.ts";
import { Turns } from "./turns.ts";

const FEWEST_NEEDED = 2;
const ROUNDING = 1e-12;

type Terms = Pick<VaultSettings, "stores" | "policy">;

/** How many fragments of a version each store holds. */
export interface Spread {
  /** k: n − the most that goes with a loss which the policy bears. The same for every `start`. */
  readonly needed: number;
  /** Fragments of each store, in the settings' order; `start`, any whole number from 0, chooses among equals. */
  loads(start: number): number[];
  /**
   * What some stores hold, each the heaviest first: for every choice among equals the most, or the fewest, that they can
   * have between them.
   */
  bundles(members: readonly number[], which: "most" | "fewest"): number[][];
}

const known = new WeakMap<Terms, Map<number, Spread | undefined>>();

/**
 * A spread of n fragments that keeps every rule and is near to the weights, the nearest where no rule binds; of equally
 * near ones that with the highest k.
 *
 * Every budget of loss is tried. For a given one the rules are limits on nested groups of stores, beside the limit on
 * any T stores together; then the evenest completion of what was dealt shows whether there is any, so that a spread is
 * found wherever there is one.
 * @returns `undefined` where no spread keeps every rule
 */
export function findSpread(settings: Terms, fragments: number): Spread | undefined {
  const spreads = known.get(settings) ?? new Map<number, Spread | undefined>();
  known.set(settings, spreads);
  if (!spreads.has(fragments)) spreads.set(fragments, searchSpread(settings, fragments));
  return spreads.get(fragments);
}

function searchSpread(settings: Terms, fragments: number): Spread | undefined {
  const turns = new Turns(settings);
  const free = deal(settings, { fragments, tolerate: 0, lost: 0, groups: [] }, turns.order(0));
  if (free === undefined) return undefined;
  const nearest = distance(settings, free) * (1 + ROUNDING);
  let best: { limits: Limits; off: number } | undefined;
  for (let lost = 0; lost <= fragments - FEWEST_NEEDED; lost++) {
    const limits = limitsFor(settings, fragments, lost);
    const loads = deal(settings, limits, turns.order(0));
    if (loads === undefined) continue;
    const off = distance(settings, loads);
    if (best === undefined || off < best.off * (1 - ROUNDING)) best = { limits, off };
    if (best.off <= nearest) break;
  }
  if (best === undefined) return undefined;
  const { limits } = best;
  const firsts = settings.stores.map((_, start) => deal(settings, limits, turns.order(start))!);
  return {
    needed: fragments - Math.max(...firsts.map((loads) => mostLost(settings, loads))),
    loads: (start) => turns.turn(firsts[start % firsts.length]!, start),
    bundles: (members, which) => firsts.map((loads) => turns.bundle(loads, members, which)),
  };
}

function limitsFor(settings: Terms, fragments: number, lost: number): Limits {
  const { stores, policy } = settings;
  const belowNeeded = fragments - lost - 1;
  const groups: Group[] = [];
  if (policy.publicBelowNeeded) groups.push(groupOf(publicClouds(settings).members, belowNeeded));
  if (countsProviders(policy)) {
    const most = Math.min(
      policy.providerBelowNeeded ? belowNeeded : fragments,
      policy.tolerateProviders > 0 ? lost : fragments,
    );
    for (const { members } of providersOf(stores)) groups.push(groupOf(members, most));
  }
  return { fragments, tolerate: policy.tolerate, lost, groups };
}

function groupOf(members: readonly number[], most: number): Group {
  return { members: new Set(members), most };
}

/** Fragment after fragment to the store that is furthest below its share, as far as all can still be dealt. */
function deal({ stores, policy }: Terms, limits: Limits, order: readonly number[]): number[] | undefined {
  const byWeight = order.toSorted((left, right) => stores[right]!.weight - stores[left]!.weight);
  const regions = stores.map(({ region }) => region);
  const wanted = policy.regions > 1 ? policy.regions : 0;
  const first = coverRegions(regions, { order: byWeight, groups: limits.groups, wanted });
  if (first === undefined || first.length > limits.fragments) return undefined;

  const dealt = new Dealt(limits, Array<number>(stores.length).fill(0));
  for (const store of first) dealt.give(store);
  if (!dealt.canBeCompleted()) return undefined;
  while (dealt.left > 0) {
    const claims = stores.map(({ weight }, store) => claim(dealt.loads[store]!, weight));
    dealt.giveFirst(byWeight.toSorted((left, right) => claims[left]! - claims[right]!));
  }
  return dealt.loads;
}

/**
 * Who has the smallest comes first. This is the divisor method of Webster and Sainte-Laguë: of all ways to share whole
 * fragments it gives the one nearest to the weights.
 */
export function claim(load: number, weight: number): number {
  return (2 * load + 1) / weight;
}

/** How far loads are from the weights, beside a part that is the same for all. */
function distance({ stores }: Terms, loads: readonly number[]): number {
  return loads.reduce((sum, load, index) => sum + (load * load) / stores[index]!.weight, 0);
}
