import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VaultError } from "../../src/error.ts";
import { keepsPolicy, mostOf, planPlacement } from "../../src/keeper/placement.ts";
import { defaultPolicy, explainPolicy, requirePolicy } from "../../src/keeper/policy.ts";
import type { Policy, StoreKind, StoreSettings } from "../../src/keeper/settings.ts";
import { refusal } from "./fixtures.ts";

type Layout = { stores: StoreSettings[]; policy: Policy };

function storesOf(kinds: readonly StoreKind[], regions: readonly string[] = [""]): StoreSettings[] {
  return kinds.map((kind, index) => ({
    id: (index + 1).toString(16).padStart(32, "0"),
    kind,
    provider: "",
    region: regions[index % regions.length]!,
  }));
}

const noRule = { publicBelowNeeded: false, regions: 1 };
const kind = fc.constantFrom<StoreKind>("public", "private-on-premise", "private-hosted");
const layouts: fc.Arbitrary<Layout> = fc
  .array(fc.record({ kind, region: fc.constantFrom("north", "south", "west") }), {
    minLength: 1,
    maxLength: 64,
  })
  .chain((drawn) =>
    fc.record({
      stores: fc.constant(
        drawn.map((store, index) => ({
          ...storesOf([store.kind])[0]!,
          region: store.region,
          id: `${index}`.padStart(32, "0"),
        })),
      ),
      policy: fc.record({
        tolerate: fc.oneof(
          fc.integer({ min: 0, max: drawn.length - 1 }),
          fc.integer({ min: 0, max: Math.ceil((drawn.length - 1) / 3) }),
        ),
        publicBelowNeeded: fc.boolean(),
        regions: fc.integer({ min: 1, max: 3 }),
      }),
    }),
  );
const versions = fc.record({ fragments: fc.integer({ min: 8, max: 64 }), start: fc.nat(200) });

function planned(layout: Layout, version: { fragments: number; start: number }) {
  try {
    return planPlacement(layout, version);
  } catch (error) {
    if (error instanceof VaultError && error.code === "policy") return undefined;
    throw error;
  }
}

function loadsOf({ stores }: Layout, holders: readonly string[]): number[] {
  return stores.map(({ id }) => holders.filter((holder) => holder === id).length);
}

/** Every way to share `fragments` among `size` stores. */
function* sharings(fragments: number, size: number): Generator<number[]> {
  if (size === 1) return yield [fragments];
  for (let first = 0; first <= fragments; first++) {
    for (const rest of sharings(fragments - first, size - 1)) yield [first, ...rest];
  }
}

describe("a placement", () => {
  test("leaves k fragments when any T stores are lost, and keeps every rule", () => {
    fc.assert(
      fc.property(layouts, versions, (layout, version) => {
        const placement = planned(layout, version);
        if (placement === undefined) return;
        const { tolerate, publicBelowNeeded, regions } = layout.policy;
        const loads = loadsOf(layout, placement.stores);
        const { needed } = placement;
        expect(placement.stores).toHaveLength(version.fragments);
        expect(loads.reduce((sum, load) => sum + load)).toBe(version.fragments);
        expect(needed).toBe(version.fragments - mostOf(loads, tolerate));
        expect(needed).toBeGreaterThanOrEqual(2);
        expect(placement.tolerate).toBe(version.fragments - needed);
        const used = layout.stores.filter((_, index) => loads[index]! > 0);
        expect(new Set(used.map(({ region }) => region)).size).toBeGreaterThanOrEqual(regions);
        const inPublic = placement.stores.filter(
          (id) => layout.stores.find((store) => store.id === id)!.kind === "public",
        ).length;
        expect(publicBelowNeeded && inPublic >= needed).toBe(false);
        expect(keepsPolicy(layout, { holders: placement.stores, total: version.fragments, needed })).toBe(
          true,
        );
      }),
      { numRuns: 400 },
    );
  });

  test("has the same k for every start", () => {
    fc.assert(
      fc.property(layouts, versions, fc.nat(200), (layout, version, other) => {
        expect(planned(layout, { ...version, start: other })?.needed).toBe(planned(layout, version)?.needed);
      }),
    );
  });

  test("is found wherever there is one", () => {
    const small = fc.record({
      kinds: fc.array(kind, { minLength: 1, maxLength: 4 }),
      where: fc.array(fc.constantFrom("north", "south"), { minLength: 4, maxLength: 4 }),
      tolerate: fc.nat(3),
      publicBelowNeeded: fc.boolean(),
      regions: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(small, ({ kinds, where, ...policy }) => {
        const layout = { stores: storesOf(kinds, where), policy };
        const possible = [...sharings(8, kinds.length)].some((loads) => {
          const needed = 8 - mostOf(loads, policy.tolerate);
          const inPublic = loads.reduce(
            (sum, load, index) => sum + (kinds[index] === "public" ? load : 0),
            0,
          );
          const regions = new Set(where.filter((_, index) => (loads[index] ?? 0) > 0)).size;
          return needed >= 2 && (!policy.publicBelowNeeded || inPublic < needed) && regions >= policy.regions;
        });
        expect(planned(layout, { fragments: 8, start: 1 }) !== undefined).toBe(possible);
      }),
    );
  });

  test("is even where no rule forbids it, and begins at another store each time", () => {
    const layout = {
      stores: storesOf(Array<StoreKind>(5).fill("public")),
      policy: { tolerate: 1, ...noRule },
    };
    const total = [0, 0, 0, 0, 0];
    for (let start = 0; start < 5; start++) {
      const { stores, needed } = planPlacement(layout, { fragments: 12, start });
      expect(needed).toBe(9);
      expect(stores[0]).toBe(layout.stores[start]!.id);
      loadsOf(layout, stores).forEach((load, index) => {
        total[index]! += load;
        expect([2, 3]).toContain(load);
      });
    }
    expect(total).toEqual([12, 12, 12, 12, 12]);
  });

  test("reaches the regions that are asked for although most stores lie in one", () => {
    const many = storesOf(Array<StoreKind>(40).fill("public"), ["north"]);
    const stores = many.map((store, index) => ({ ...store, region: index === 33 ? "south" : "north" }));
    const policy = { tolerate: 2, publicBelowNeeded: false, regions: 2 };
    for (let start = 0; start < 40; start++) {
      const { stores: holders } = planPlacement({ stores, policy }, { fragments: 8, start });
      expect(new Set(holders).size).toBe(8);
      expect(holders).toContain(stores[33]!.id);
    }
  });

  test("lowers the public share where an even one would reach k", () => {
    const stores = storesOf([...Array<StoreKind>(5).fill("public"), "private-on-premise", "private-hosted"]);
    const policy = { tolerate: 1, publicBelowNeeded: true, regions: 1 };
    const { stores: holders, needed } = planPlacement({ stores, policy }, { fragments: 12, start: 0 });
    expect(needed).toBe(10);
    expect(loadsOf({ stores, policy }, holders)).toEqual([2, 2, 2, 2, 1, 2, 1]);
  });

  test("is refused before work for counts that no version has", () => {
    const layout = { stores: storesOf(["public"]), policy: { tolerate: 0, ...noRule } };
    for (const fragments of [7, 65, 8.5, Number.NaN]) {
      expect(() => planPlacement(layout, { fragments, start: 0 })).toThrow(RangeError);
    }
    expect(() => planPlacement(layout, { fragments: 8, start: -1 })).toThrow(RangeError);
  });
});

describe("a policy", () => {
  test.each<[string, StoreSettings[], Policy]>([
    ["loses all stores", storesOf(["public", "public"]), { tolerate: 2, ...noRule }],
    ["leaves one fragment", storesOf(Array<StoreKind>(8).fill("public")), { tolerate: 7, ...noRule }],
    [
      "has no private store",
      storesOf(["public", "public"]),
      { ...noRule, tolerate: 0, publicBelowNeeded: true },
    ],
    [
      "may lose its private stores",
      storesOf(["public", "public", "private-hosted"]),
      { ...noRule, tolerate: 1, publicBelowNeeded: true },
    ],
    [
      "asks for more regions than there are",
      storesOf(["public", "public"], ["north"]),
      { ...noRule, tolerate: 0, regions: 2 },
    ],
  ])("that %s is refused", (_, stores, policy) => {
    expect(() => planPlacement({ stores, policy }, { fragments: 8, start: 0 })).toThrow(refusal("policy"));
    expect(() => explainPolicy({ stores, policy }, 8)).toThrow(refusal("policy"));
  });

  test("that holds for no word at all is told from one that needs a longer word", () => {
    const stores = storesOf(Array<StoreKind>(9).fill("public"));
    const policy = { tolerate: 7, ...noRule };
    expect(() => planPlacement({ stores, policy }, { fragments: 8, start: 0 })).toThrow(refusal("policy"));
    requirePolicy({ stores, policy });
    expect(() => requirePolicy({ stores, policy: { tolerate: 9, ...noRule } })).toThrow(refusal("policy"));
  });

  test("is explained in numbers that are true", () => {
    fc.assert(
      fc.property(layouts, fc.integer({ min: 8, max: 64 }), fc.nat(200), (layout, fragments, start) => {
        const placement = planned(layout, { fragments, start });
        if (placement === undefined) return;
        const explained = explainPolicy(layout, fragments);
        const loads = loadsOf(layout, placement.stores);
        expect(explained.needed).toBe(placement.needed);
        expect(mostOf(loads, explained.storesToCollude)).toBeGreaterThanOrEqual(explained.needed);
        expect(mostOf(loads, explained.storesToCollude - 1)).toBeLessThan(explained.needed);
        expect(explained.sentences.length).toBeGreaterThanOrEqual(2 + layout.stores.length);
      }),
      { numRuns: 50 },
    );
  });

  test("by default bears the loss of a quarter of the stores, and of one of three", () => {
    expect([1, 2, 3, 4, 7, 8, 12].map((count) => defaultPolicy(count).tolerate)).toEqual([
      0, 0, 1, 1, 1, 2, 3,
    ]);
  });
});
