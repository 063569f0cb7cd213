import type { Policy, StoreSettings, VaultSettings } from "./settings.ts";

/** Stores that may fail, or put their fragments together, as one; by their positions in the settings. */
export interface Party {
  readonly name: string;
  readonly members: readonly number[];
}

export function isPublic({ kind }: StoreSettings): boolean {
  return kind === "public";
}

export function regionsOf(stores: readonly StoreSettings[]): Set<string> {
  return new Set(stores.map(({ region }) => region));
}

/**
 * Those outside the house who run stores. What stands on premise is one's own and counts store by store. Names that
 * differ in case alone are one provider's; so are, to be safe, all stores that name none.
 */
export function providersOf(stores: readonly StoreSettings[]): Party[] {
  const parties = new Map<string, { name: string; members: number[] }>();
  stores.forEach(({ kind, provider }, index) => {
    if (kind === "private-on-premise") return;
    const key = provider.toLowerCase();
    const known = parties.get(key);
    if (known === undefined) parties.set(key, { name: provider, members: [index] });
    else known.members.push(index);
  });
  return [...parties.values()];
}

/**
 * The public clouds together. Where a rule speaks of providers, one that runs a public store counts with all stores that
 * it runs: whoever reads its public store reads the others too.
 */
export function publicClouds({ stores, policy }: Pick<VaultSettings, "stores" | "policy">): Party {
  const own = positions(stores, isPublic);
  if (!countsProviders(policy)) return { name: "", members: own };
  const isOpen = ({ members }: Party): boolean => members.some((index) => own.includes(index));
  const members = providersOf(stores)
    .filter(isOpen)
    .flatMap((party) => party.members);
  return { name: "", members: members.toSorted((left, right) => left - right) };
}

/** Stores in the house itself. */
export function onPremise(stores: readonly StoreSettings[]): Party {
  return { name: "", members: positions(stores, ({ kind }) => kind === "private-on-premise") };
}

/** Whether a rule speaks of providers. */
export function countsProviders({ providerBelowNeeded, tolerateProviders }: Policy): boolean {
  return providerBelowNeeded || tolerateProviders > 0;
}

/** The fragments of one version that a party has. */
export function heldBy({ members }: Party, loads: readonly number[]): number {
  return members.reduce((sum, index) => sum + loads[index]!, 0);
}

/** The most that any `count` of these hold together. */
export function mostOf(loads: readonly number[], count: number): number {
  const largest = [...loads].toSorted((left, right) => right - left).slice(0, count);
  return largest.reduce((sum, load) => sum + load, 0);
}

/** The most fragments that go with a loss which the policy bears: of T stores, or of a provider. */
export function mostLost(
  { stores, policy }: Pick<VaultSettings, "stores" | "policy">,
  loads: readonly number[],
): number {
  const ofProviders = providersOf(stores).map((party) => heldBy(party, loads));
  return Math.max(mostOf(loads, policy.tolerate), mostOf(ofProviders, policy.tolerateProviders));
}

/** On how many stores envelopes lie, so that no loss which the policy bears takes them all: T + 1, or a provider's + 1. */
export function envelopeCopies({ stores, policy }: Pick<VaultSettings, "stores" | "policy">): number {
  const sizes = providersOf(stores).map(({ members }) => members.length);
  return 1 + Math.max(policy.tolerate, mostOf(sizes, policy.tolerateProviders));
}

function positions(stores: readonly StoreSettings[], wanted: (store: StoreSettings) => boolean): number[] {
  return stores.flatMap((store, index) => (wanted(store) ? [index] : []));
}
