import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { Policy, StoreSettings, VaultSettings } from "./settings.ts";
import { isPublic, refusalOf, regionsOf } from "./policy-refusal.ts";

const FEWEST_FRAGMENTS = 8;
const MOST_FRAGMENTS = 64;
const FEWEST_NEEDED = 2;

export interface Placement {
  /** Store of fragment 0, 1, … */
  readonly stores: readonly Id[];
  /** k: n − the most that any T stores hold. The same for every `start`. */
  readonly needed: number;
  /** n − k: how many fragments may be lost. */
  readonly tolerate: number;
}

/** Stores that share a number of fragments evenly among themselves. */
interface Share {
  readonly stores: readonly StoreSettings[];
  readonly fragments: number;
}

/**
 * Deals n fragments to the stores as evenly as the policy allows; `start`, any whole number from 0, chooses who
 * comes first, so that in the long run no store holds more than others of its kind.
 *
 * Where an even spread breaks a rule, public stores get fewer and fewer together, until all rules hold. Nothing else
 * needs to be tried: for a given sum of each kind, even shares give the highest k and reach the most stores.
 * @param plan n is from 8 to 64
 * @throws VaultError `policy` where no spread keeps every rule
 */
export function planPlacement(
  settings: Pick<VaultSettings, "stores" | "policy">,
  plan: { readonly fragments: number; readonly start: number },
): Placement {
  const { fragments, start } = plan;
  checkPlan(plan);
  const { stores, policy } = settings;
  const shares = candidates(settings, fragments).find((candidate) =>
    keepsRules(candidate, policy, fragments),
  );
  if (shares === undefined) throw new VaultError("policy", refusalOf(settings, fragments));
  const needed = neededBy(shares, policy.tolerate, fragments);
  const loads = loadStores(shares, start, policy.regions);
  return { stores: deal(rotated(stores, start), loads), needed, tolerate: fragments - needed };
}

/** Whether fragments that lie on `holders` keep the rules for a version of which `needed` are needed. */
export function keepsPolicy(
  { stores, policy }: Pick<VaultSettings, "stores" | "policy">,
  version: { readonly holders: readonly Id[]; readonly total: number; readonly needed: number },
): boolean {
  const { holders, total, needed } = version;
  const loads = stores.map(({ id }) => holders.filter((holder) => holder === id).length);
  const inPublic = loads.reduce((sum, load, index) => sum + (isPublic(stores[index]!) ? load : 0), 0);
  const lossIsBorne = total - mostOf(loads, policy.tolerate) >= needed;
  return lossIsBorne && (!policy.publicBelowNeeded || inPublic < needed);
}

/** The most that any `count` of these hold together. */
export function mostOf(loads: readonly number[], count: number): number {
  const largest = [...loads].toSorted((left, right) => right - left).slice(0, count);
  return largest.reduce((sum, load) => sum + load, 0);
}

/** Ways to share the fragments between kinds of stores, the most even one first. */
function candidates(
  { stores, policy }: Pick<VaultSettings, "stores" | "policy">,
  fragments: number,
): Share[][] {
  const all: Share[] = [{ stores, fragments }];
  const inPublic = stores.filter(isPublic);
  const inPrivate = stores.filter((store) => !isPublic(store));
  if (!policy.publicBelowNeeded || inPublic.length === 0) return [all];
  if (inPrivate.length === 0) return [];
  const split: Share[][] = [];
  for (let share = publicShareOfEven(stores, fragments); share >= 0; share--) {
    split.push([
      { stores: inPublic, fragments: share },
      { stores: inPrivate, fragments: fragments - share },
    ]);
  }
  // Where even the start that favours public stores keeps the rule, no start needs a second kind of share.
  const free = publicShareOfEven(stores, fragments) < neededBy([all[0]!], policy.tolerate, fragments);
  return free ? [all, ...split] : split;
}

/** What public stores hold together in an even spread, for the start that gives them the most. */
function publicShareOfEven(stores: readonly StoreSettings[], fragments: number): number {
  const inPublic = stores.filter(isPublic).length;
  const left = fragments % stores.length;
  return inPublic * Math.floor(fragments / stores.length) + Math.min(left, inPublic);
}

function keepsRules(shares: readonly Share[], policy: Policy, fragments: number): boolean {
  const needed = neededBy(shares, policy.tolerate, fragments);
  const inPublic = shares.length === 2 ? shares[0]!.fragments : 0;
  return (
    needed >= FEWEST_NEEDED &&
    (!policy.publicBelowNeeded || inPublic < needed) &&
    reachableRegions(shares) >= policy.regions
  );
}

/** k. Which stores of a share hold one more than others does not matter to it. */
function neededBy(shares: readonly Share[], tolerate: number, fragments: number): number {
  const loads = shares.flatMap((share) => share.stores.map((_, index) => loadAt(share, index)));
  return fragments - mostOf(loads, tolerate);
}

/** Fragments of the store that comes `index`-th in its share. */
function loadAt({ stores, fragments }: Share, index: number): number {
  return Math.floor(fragments / stores.length) + (index < fragments % stores.length ? 1 : 0);
}

function storesUsed({ stores, fragments }: Share): number {
  return Math.min(stores.length, fragments);
}

/** In how many regions fragments can lie when each share may choose which of its stores it uses. */
function reachableRegions(shares: readonly Share[]): number {
  return [...chooseForRegions(shares, Number.POSITIVE_INFINITY).values()].flat().length;
}

/** For each share, stores that together lie in as many different regions as wanted, or as can be. */
function chooseForRegions(shares: readonly Share[], wanted: number): Map<Share, StoreSettings[]> {
  const chosen = new Map<Share, StoreSettings[]>(shares.map((share) => [share, []]));
  const covered = new Set<string>();
  const cover = (share: Share, store: StoreSettings): void => {
    const own = chosen.get(share)!;
    if (covered.size >= wanted || covered.has(store.region) || own.length >= storesUsed(share)) return;
    covered.add(store.region);
    own.push(store);
  };
  // Regions that one share alone can reach first: the others leave a choice.
  const reach = shares.map((share) => regionsOf(share.stores));
  const isShared = (region: string): boolean => reach.every((regions) => regions.has(region));
  for (const shared of shares.length === 1 ? [true] : [false, true]) {
    for (const share of shares) {
      for (const store of share.stores) if (isShared(store.region) === shared) cover(share, store);
    }
  }
  return chosen;
}

/** How many fragments each store holds. */
function loadStores(shares: readonly Share[], start: number, regions: number): Map<Id, number> {
  const turned = shares.map((share) => ({ ...share, stores: rotated(share.stores, start) }));
  const first = chooseForRegions(turned, regions);
  const loads = new Map<Id, number>();
  for (const share of turned) {
    // Only where not every store gets a fragment do regions ask for certain ones.
    const needsChoice = share.fragments < share.stores.length;
    const chosen = needsChoice ? first.get(share)! : [];
    const order = [...chosen, ...share.stores.filter((store) => !chosen.includes(store))];
    order.forEach(({ id }, index) => loads.set(id, loadAt(share, index)));
  }
  return loads;
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

function checkPlan({ fragments, start }: { fragments: number; start: number }): void {
  if (!Number.isInteger(fragments) || fragments < FEWEST_FRAGMENTS || fragments > MOST_FRAGMENTS) {
    throw new RangeError(
      `a version has ${FEWEST_FRAGMENTS} to ${MOST_FRAGMENTS} fragments, not ${fragments}`,
    );
  }
  if (!Number.isSafeInteger(start) || start < 0) throw new RangeError("start is a whole number from 0");
}
