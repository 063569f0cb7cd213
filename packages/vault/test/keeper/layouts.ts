// Stores and policies as the tests of placement draw them, and the rules once more, by trying every set of stores.
import fc from "fast-check";
import { VaultError } from "../../src/error.ts";
import { type Placement, planPlacement } from "../../src/keeper/placement.ts";
import type { Policy, StoreKind, StoreSettings } from "../../src/keeper/settings.ts";

export type Layout = { stores: StoreSettings[]; policy: Policy };

/** Nothing is asked for but what a test says. */
export const noRule: Policy = {
  tolerate: 0,
  publicBelowNeeded: false,
  regions: 1,
  providerBelowNeeded: false,
  tolerateProviders: 0,
};

/** Stores of these kinds, with ids 1, 2, …; what `details` tell goes round. */
export function storesOf(
  kinds: readonly StoreKind[],
  details: { regions?: readonly string[]; providers?: readonly string[]; weights?: readonly number[] } = {},
): StoreSettings[] {
  const { regions = [""], providers = [""], weights = [1] } = details;
  return kinds.map((kind, index) => ({
    id: (index + 1).toString(16).padStart(32, "0"),
    kind,
    provider: providers[index % providers.length]!,
    region: regions[index % regions.length]!,
    weight: weights[index % weights.length]!,
  }));
}

/** Random stores under a random policy; many of them cannot hold. */
export function layouts(mostStores: number): fc.Arbitrary<Layout> {
  const store = fc.record({
    kind: fc.constantFrom<StoreKind>("public", "private-on-premise", "private-hosted"),
    region: fc.constantFrom("north", "south", "west"),
    provider: fc.constantFrom("", "a", "b", "B", "c", "d"),
    weight: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 }), fc.constant(100)),
  });
  return fc.array(store, { minLength: 1, maxLength: mostStores }).chain((drawn) =>
    fc.record({
      stores: fc.constant(drawn.map((details, index) => ({ id: `${index}`.padStart(32, "0"), ...details }))),
      policy: fc.record({
        tolerate: fc.oneof(
          fc.integer({ min: 0, max: drawn.length - 1 }),
          fc.integer({ min: 0, max: Math.ceil((drawn.length - 1) / 3) }),
        ),
        publicBelowNeeded: fc.boolean(),
        regions: fc.integer({ min: 1, max: 3 }),
        providerBelowNeeded: fc.boolean(),
        tolerateProviders: fc.nat(1),
      }),
    }),
  );
}

export function planned(
  layout: Layout,
  version: { fragments: number; start: number },
): Placement | undefined {
  try {
    return planPlacement(layout, version);
  } catch (error) {
    if (error instanceof VaultError && error.code === "policy") return undefined;
    throw error;
  }
}

export function loadsIn({ stores }: Layout, holders: readonly string[]): number[] {
  return stores.map(({ id }) => holders.filter((holder) => holder === id).length);
}

/** Which rules loads break, every set of stores tried. */
export function brokenByTrying(
  { stores, policy }: Layout,
  loads: readonly number[],
  needed: number,
): string[] {
  const providers = stores.map(({ kind, provider }) =>
    kind === "private-on-premise" ? undefined : provider.toLowerCase(),
  );
  const withProviders = policy.providerBelowNeeded || policy.tolerateProviders > 0;
  const isCloud = stores.map(
    ({ kind }, index) =>
      kind === "public" ||
      (withProviders &&
        providers[index] !== undefined &&
        stores.some((other, at) => other.kind === "public" && providers[at] === providers[index])),
  );
  const total = loads.reduce((sum, load) => sum + load, 0);
  const broken = new Set<string>();
  for (let set = 0; set < 2 ** stores.length; set++) {
    const members = stores.map((_, index) => index).filter((index) => (set & (2 ** index)) > 0);
    const held = members.reduce((sum, index) => sum + loads[index]!, 0);
    const [first] = members.map((index) => providers[index]);
    const isOneProviders = first !== undefined && members.every((index) => providers[index] === first);
    if (members.length <= policy.tolerate && total - held < needed) broken.add("tolerate");
    if (isOneProviders && policy.tolerateProviders > 0 && total - held < needed)
      broken.add("tolerateProviders");
    if (isOneProviders && policy.providerBelowNeeded && held >= needed) broken.add("providerBelowNeeded");
    if (policy.publicBelowNeeded && held >= needed && members.every((index) => isCloud[index]))
      broken.add("publicBelowNeeded");
  }
  const regions = new Set(stores.filter((_, index) => loads[index]! > 0).map(({ region }) => region));
  if (regions.size < policy.regions) broken.add("regions");
  return [...broken].toSorted();
}

/** Every way to share `fragments` among `size` stores. */
export function* sharings(fragments: number, size: number): Generator<number[]> {
  if (size === 1) return yield [fragments];
  for (let first = 0; first <= fragments; first++) {
    for (const rest of sharings(fragments - first, size - 1)) yield [first, ...rest];
  }
}
