import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { Policy, StoreSettings, VaultSettings } from "./settings.ts";
import { heldBy, mostOf, providersOf, publicClouds, regionsOf } from "./parties.ts";
import { refusalOf } from "./policy-refusal.ts";
import { claim, findSpread, type Spread } from "./spread.ts";

const FEWEST_FRAGMENTS = 8;
const MOST_FRAGMENTS = 64;

export interface Placement {
  /** Store of fragment 0, 1, … */
  readonly stores: readonly Id[];
  /** k: n − the most that goes with a loss which the policy bears. The same for every `start`. */
  readonly needed: number;
  /** n − k: how many fragments may be lost. */
  readonly tolerate: number;
}

/**
 * Deals n fragments to the stores in proportion to their weights as far as the policy allows; `start`, any whole number
 * from 0, chooses who comes first, so that in the long run no store holds more than others that no rule tells from it.
 * @param plan n is from 8 to 64
 * @throws VaultError `policy` where no spread keeps every rule
 */
export function planPlacement(
  settings: Pick<VaultSettings, "stores" | "policy">,
  plan: { readonly fragments: number; readonly start: number },
): Placement {
  const { fragments, start } = plan;
  if (!Number.isSafeInteger(start) || start < 0) throw new RangeError("start is a whole number from 0");
  const spread = requireSpread(settings, fragments);
  const loads = new Map(spread.loads(start).map((load, index) => [settings.stores[index]!.id, load]));
  const { needed } = spread;
  return { stores: deal(rotated(settings.stores, start), loads), needed, tolerate: fragments - needed };
}

/**
 * The spread of n fragments that keeps every rule.
 * @throws VaultError `policy` where there is none
 */
export function requireSpread(settings: Pick<VaultSettings, "stores" | "policy">, fragments: number): Spread {
  if (!Number.isInteger(fragments) || fragments < FEWEST_FRAGMENTS || fragments > MOST_FRAGMENTS) {
    throw new RangeError(
      `a version has ${FEWEST_FRAGMENTS} to ${MOST_FRAGMENTS} fragments, not ${fragments}`,
    );
  }
  const spread = findSpread(settings, fragments);
  if (spread === undefined) throw new VaultError("policy", refusalOf(settings, fragments));
  return spread;
}

/** Where the fragments of one version lie. */
export interface Held {
  /** The store of each fragment that lies somewhere; those that lie nowhere are not among them. */
  readonly holders: readonly Id[];
  /** n. */
  readonly total: number;
  /** k. */
  readonly needed: number;
}

/** A rule of a policy, by its name there. */
export type Rule = keyof Policy;

export function keepsPolicy(settings: Pick<VaultSettings, "stores" | "policy">, held: Held): boolean {
  return brokenRules(settings, held).length === 0;
}

/** The rules that a version breaks where it lies. A fragment that lies nowhere breaks none: it may still go anywhere. */
export function brokenRules(
  settings: Pick<VaultSettings, "stores" | "policy">,
  { holders, total, needed }: Held,
): Rule[] {
  const { stores, policy } = settings;
  const loads = loadsOf(stores, holders);
  const ofProviders = providersOf(stores).map((party) => heldBy(party, loads));
  const regions = regionsOf(stores.filter((_, index) => loads[index]! > 0)).size;
  const isKept: Record<Rule, boolean> = {
    tolerate: total - mostOf(loads, policy.tolerate) >= needed,
    publicBelowNeeded: !policy.publicBelowNeeded || heldBy(publicClouds(settings), loads) < needed,
    regions: regions + (total - holders.length) >= policy.regions,
    providerBelowNeeded: !policy.providerBelowNeeded || mostOf(ofProviders, 1) < needed,
    tolerateProviders: total - mostOf(ofProviders, policy.tolerateProviders) >= needed,
  };
  return (Object.keys(isKept) as Rule[]).filter((rule) => !isKept[rule]);
}

/** How many of the fragments that lie on `holders` each store has, in the stores' order. */
function loadsOf(stores: readonly StoreSettings[], holders: readonly Id[]): number[] {
  const loads = new Map<Id, number>();
  for (const holder of holders) loads.set(holder, (loads.get(holder) ?? 0) + 1);
  return stores.map(({ id }) => loads.get(id) ?? 0);
}

/**
 * Stores that may take one more fragment of a version so that every rule is kept, the best first: none where each of
 * them would break a rule.
 * @param usable stores that can be written to
 * @param held where the other fragments lie
 * @param turn any whole number from 0: who comes first of equals. One that differs from fragment to fragment
 *   (`turnOf`) spreads many moved fragments over all stores
 */
export function storesToTake(
  settings: Pick<VaultSettings, "stores" | "policy">,
  usable: ReadonlySet<Id>,
  held: Held & { readonly turn: number },
): Id[] {
  return storesByClaim(settings, usable, held).filter((id) =>
    keepsPolicy(settings, { ...held, holders: [...held.holders, id] }),
  );
}

/** Stores that can be written to, that first which is furthest below its share of a version. */
export function storesByClaim(
  settings: Pick<VaultSettings, "stores" | "policy">,
  usable: ReadonlySet<Id>,
  { holders, turn }: Pick<Held, "holders"> & { readonly turn: number },
): Id[] {
  const loads = loadsOf(settings.stores, holders);
  const candidates = settings.stores.map(({ id, weight }, index) => ({
    id,
    claim: claim(loads[index]!, weight),
  }));
  return rotated(candidates, turn)
    .filter(({ id }) => usable.has(id))
    .toSorted((left, right) => left.claim - right.claim)
    .map(({ id }) => id);
}

/** A turn for one fragment of a version, as random as the version's id. */
export function turnOf(version: Id, index: number): number {
  return Number.parseInt(version.slice(0, 8), 16) + index;
}

/** Round after round, one fragment to each store that has room. */
function deal(stores: readonly StoreSettings[], loads: ReadonlyMap<Id, number>): Id[] {
  const rounds = Math.max(...loads.values());
  const dealt: Id[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { id } of stores) if (loads.get(id)! > round) dealt.push(id);
  }
  return dealt;
}

function rotated<T>(items: readonly T[], start: number): T[] {
  return items.map((_, index) => items[(start + index) % items.length]!);
}
