import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainPolicy } from "../../src/keeper/explain.ts";
import { envelopeCopies } from "../../src/keeper/parties.ts";
import { brokenRules, planPlacement, type Rule, storesToTake, turnOf } from "../../src/keeper/placement.ts";
import { defaultPolicy, requirePolicy } from "../../src/keeper/policy.ts";
import type { Policy, StoreKind, StoreSettings } from "../../src/keeper/settings.ts";
import { refusal } from "./fixtures.ts";
import { brokenByTrying, layouts, loadsIn, noRule, planned, sharings, storesOf } from "./layouts.ts";

const versions = fc.record({ fragments: fc.integer({ min: 8, max: 64 }), start: fc.nat(200) });
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

describe("a placement", () => {
  test("leaves k fragments when any T stores are lost, and keeps every rule", () => {
    fc.assert(
      fc.property(layouts(10), versions, (layout, version) => {
        const placement = planned(layout, version);
        if (placement === undefined) return;
        const { needed, tolerate, stores } = placement;
        expect(stores).toHaveLength(version.fragments);
        const loads = loadsIn(layout, stores);
        expect(sumOf(loads)).toBe(version.fragments);
        expect(brokenByTrying(layout, loads, needed)).toEqual([]);
        expect(needed).toBeGreaterThanOrEqual(2);
        expect(tolerate).toBe(version.fragments - needed);
        expect(brokenRules(layout, { holders: stores, total: version.fragments, needed })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the rules with as many stores as there can be", () => {
    fc.assert(
      fc.property(layouts(64), versions, (layout, version) => {
        const placement = planned(layout, version);
        if (placement === undefined) return;
        const { needed, stores: holders } = placement;
        expect(holders).toHaveLength(version.fragments);
        expect(brokenRules(layout, { holders, total: version.fragments, needed })).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("has the same k for every start: as high as the losses allow", () => {
    fc.assert(
      fc.property(layouts(8), versions, (layout, version) => {
        const spreads = layout.stores.map((_, start) => planned(layout, { ...version, start }));
        expect(new Set(spreads.map((spread) => spread?.needed)).size).toBe(1);
        const [first] = spreads;
        if (first === undefined) return;
        const isTight = spreads.some((spread) => {
          const broken = brokenByTrying(layout, loadsIn(layout, spread!.stores), first.needed + 1);
          return broken.some((rule) => rule === "tolerate" || rule === "tolerateProviders");
        });
        expect(isTight || first.tolerate === 0).toBe(true);
      }),
    );
  });

  test("is found wherever there is one", () => {
    fc.assert(
      fc.property(layouts(5), (layout) => {
        const possible = [...sharings(8, layout.stores.length)].some((loads) => {
          // With a smaller k losses are borne sooner and coalitions have enough sooner: each k is tried.
          return [2, 3, 4, 5, 6, 7, 8].some((needed) => brokenByTrying(layout, loads, needed).length === 0);
        });
        expect(planned(layout, { fragments: 8, start: 1 }) !== undefined).toBe(possible);
      }),
      { numRuns: 150 },
    );
  });

  test("is the nearest to the weights where no rule binds", () => {
    const weights = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(100)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(weights, fc.integer({ min: 8, max: 14 }), (own, fragments) => {
        const stores = storesOf(
          own.map(() => "public" as const),
          { weights: own },
        );
        const layout = { stores, policy: noRule };
        const off = (loads: readonly number[]): number =>
          sumOf(
            loads.map((load, index) => (load - (fragments * own[index]!) / sumOf(own)) ** 2 / own[index]!),
          );
        const loads = loadsIn(layout, planPlacement(layout, { fragments, start: 0 }).stores);
        const nearest = Math.min(...[...sharings(fragments, own.length)].map(off));
        expect(off(loads)).toBeCloseTo(nearest, 9);
      }),
    );
  });

  test("gives in the long run as much to each of the stores that no rule and no weight tells apart", () => {
    const kinds: StoreKind[] = ["public", "public", "private-hosted", "public", "private-hosted", "public"];
    const stores = storesOf(kinds, { weights: [1, 1, 1, 1, 1, 2] });
    const layout = { stores, policy: { ...noRule, tolerate: 1, publicBelowNeeded: true } };
    const total = stores.map(() => 0);
    // Six stores begin in turn; kin of three and of two change places.
    for (let start = 0; start < 6 * 6; start++) {
      const { stores: holders } = planPlacement(layout, { fragments: 10, start });
      loadsIn(layout, holders).forEach((load, index) => (total[index]! += load));
    }
    expect(total[1]).toBe(total[0]);
    expect(total[3]).toBe(total[0]);
    expect(total[4]).toBe(total[2]);
    expect(sumOf(total)).toBe(360);
  });

  test.each<[string, number[], Partial<Policy>, number[], number]>([
    ["in proportion", [3, 1, 1, 1], {}, [5, 2, 2, 1], 10],
    [
      "in proportion, and of two equally near ways the one with the higher k",
      [3, 1, 1, 1],
      { tolerate: 1 },
      [4, 2, 2, 2],
      6,
    ],
    ["one store that all would go to keeps k above one", [100, 1, 1], { tolerate: 1 }, [8, 1, 1], 2],
  ])("shares out %s", (_, weights, policy, loads, needed) => {
    const stores = storesOf(
      weights.map(() => "public" as const),
      { weights },
    );
    const layout = { stores, policy: { ...noRule, ...policy } };
    const placement = planPlacement(layout, { fragments: 10, start: 0 });
    expect(loadsIn(layout, placement.stores)).toEqual(loads);
    expect(placement.needed).toBe(needed);
  });

  test("bears the loss of a provider, and leaves none of them enough", () => {
    const kinds = [...Array<StoreKind>(6).fill("public"), "private-on-premise" as const];
    const stores = storesOf(kinds, { providers: ["a", "A", "a", "b", "b", "c", "own"] });
    const policy = { ...noRule, tolerate: 1, providerBelowNeeded: true, tolerateProviders: 1 };
    const { stores: holders, needed } = planPlacement({ stores, policy }, { fragments: 14, start: 0 });
    const loads = loadsIn({ stores, policy }, holders);
    expect(loads).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect(needed).toBe(8);
  });

  test("is even where no rule forbids it, and begins at another store each time", () => {
    const layout = {
      stores: storesOf(Array<StoreKind>(5).fill("public")),
      policy: { ...noRule, tolerate: 1 },
    };
    const total = [0, 0, 0, 0, 0];
    for (let start = 0; start < 5; start++) {
      const { stores, needed } = planPlacement(layout, { fragments: 12, start });
      expect(needed).toBe(9);
      expect(stores[0]).toBe(layout.stores[start]!.id);
      loadsIn(layout, stores).forEach((load, index) => {
        total[index]! += load;
        expect([2, 3]).toContain(load);
      });
    }
    expect(total).toEqual([12, 12, 12, 12, 12]);
  });

  test("reaches the regions that are asked for although most stores lie in one", () => {
    const many = storesOf(Array<StoreKind>(40).fill("public"));
    const stores = many.map((store, index) => ({ ...store, region: index === 33 ? "south" : "north" }));
    const policy = { ...noRule, tolerate: 2, regions: 2 };
    for (let start = 0; start < 40; start++) {
      const { stores: holders } = planPlacement({ stores, policy }, { fragments: 8, start });
      expect(new Set(holders).size).toBe(8);
      expect(holders).toContain(stores[33]!.id);
    }
  });

  test("lowers the public share where an even one would reach k", () => {
    const stores = storesOf([...Array<StoreKind>(5).fill("public"), "private-on-premise", "private-hosted"]);
    const policy = { ...noRule, tolerate: 1, publicBelowNeeded: true };
    const { stores: holders, needed } = planPlacement({ stores, policy }, { fragments: 12, start: 0 });
    expect(needed).toBe(10);
    expect(loadsIn({ stores, policy }, holders)).toEqual([2, 2, 2, 2, 1, 2, 1]);
  });

  test("is refused before work for counts that no version has", () => {
    const layout = { stores: storesOf(["public"]), policy: noRule };
    for (const fragments of [7, 65, 8.5, Number.NaN]) {
      expect(() => planPlacement(layout, { fragments, start: 0 })).toThrow(RangeError);
    }
    expect(() => planPlacement(layout, { fragments: 8, start: -1 })).toThrow(RangeError);
  });
});

describe("a fragment that moves", () => {
  test("may go to every store where no rule breaks, and to no other; who is furthest below its share comes first", () => {
    fc.assert(
      fc.property(layouts(12), versions, fc.nat(63), fc.nat(), (layout, version, moved, turn) => {
        const placement = planned(layout, version);
        if (placement === undefined) return;
        const total = version.fragments;
        const { needed } = placement;
        const holders = placement.stores.filter((_, index) => index !== moved % total);
        const usable = new Set(layout.stores.map(({ id }) => id).filter((_, index) => index % 5 !== 4));
        const found = storesToTake(layout, usable, { holders, total, needed, turn });
        for (const { id } of layout.stores) {
          const broken = brokenRules(layout, { holders: [...holders, id], total, needed });
          expect(found.includes(id)).toBe(usable.has(id) && broken.length === 0);
        }
        const claims = found.map((id) => {
          const load = holders.filter((holder) => holder === id).length;
          return (2 * load + 1) / layout.stores.find((store) => store.id === id)!.weight;
        });
        expect(claims).toEqual(claims.toSorted((left, right) => left - right));
      }),
    );
  });

  test("goes to another of equal stores for another version", () => {
    const layout = {
      stores: storesOf(Array<StoreKind>(6).fill("public")),
      policy: { ...noRule, tolerate: 1 },
    };
    const holders = layout.stores.slice(0, 2).map(({ id }) => id);
    const usable = new Set(layout.stores.map(({ id }) => id));
    const first = new Set<string>();
    for (const version of ["00000000", "00000001", "00000003", "ffffffff"]) {
      const turn = turnOf(version.padEnd(32, "0"), 1);
      first.add(storesToTake(layout, usable, { holders, total: 8, needed: 6, turn })[0]!);
    }
    expect(first.size).toBeGreaterThan(1);
  });

  test("breaks the rules that are named", () => {
    const stores = storesOf(["public", "public", "private-hosted", "private-hosted"], {
      regions: ["north", "south"],
    });
    const policy = { ...noRule, tolerate: 1, publicBelowNeeded: true, regions: 2 };
    const broken = (needed: number, ...counts: number[]): Rule[] => {
      const holders = counts.flatMap((count, index) => Array<string>(count).fill(stores[index]!.id));
      return brokenRules({ stores, policy }, { holders, total: 8, needed });
    };
    expect(broken(5, 2, 2, 2, 2)).toEqual([]);
    expect(broken(5, 3, 1, 2, 2)).toEqual([]);
    expect(broken(5, 4, 1, 2, 1)).toEqual(["tolerate", "publicBelowNeeded"]);
    expect(broken(2, 1, 0, 6, 0)).toEqual([]);
    expect(broken(2, 2, 0, 6, 0)).toEqual(["publicBelowNeeded", "regions"]);
  });
});

describe("a policy", () => {
  test.each<[string, StoreSettings[], Policy]>([
    ["loses all stores", storesOf(["public", "public"]), { ...noRule, tolerate: 2 }],
    ["leaves one fragment", storesOf(Array<StoreKind>(8).fill("public")), { ...noRule, tolerate: 7 }],
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
      storesOf(["public", "public"]),
      { ...noRule, tolerate: 0, regions: 2 },
    ],
    [
      "has one provider",
      storesOf(["public", "private-hosted"], { providers: ["a"] }),
      { ...noRule, providerBelowNeeded: true },
    ],
    [
      "may lose either of two providers, who shall have too little alone",
      storesOf(["public", "public", "public"], { providers: ["a", "b"] }),
      { ...noRule, providerBelowNeeded: true, tolerateProviders: 1 },
    ],
  ])("that %s is refused", (_, stores, policy) => {
    expect(() => planPlacement({ stores, policy }, { fragments: 8, start: 0 })).toThrow(refusal("policy"));
    expect(() => explainPolicy({ stores, policy }, 8)).toThrow(refusal("policy"));
  });

  test("that holds for no word at all is told from one that needs a longer word", () => {
    const stores = storesOf(Array<StoreKind>(9).fill("public"));
    const policy = { ...noRule, tolerate: 7 };
    expect(() => planPlacement({ stores, policy }, { fragments: 8, start: 0 })).toThrow(refusal("policy"));
    requirePolicy({ stores, policy });
    expect(() => requirePolicy({ stores, policy: { ...noRule, tolerate: 9 } })).toThrow(refusal("policy"));
  });

  test("puts envelopes on one store more than any loss takes that it bears", () => {
    const kinds: StoreKind[] = ["public", "public", "private-hosted", "private-on-premise", "public"];
    const stores = storesOf(kinds, { providers: ["a", "A", "a", "a", "b"] });
    const copies = (policy: Partial<Policy>): number =>
      envelopeCopies({ stores, policy: { ...noRule, ...policy } });
    expect(copies({})).toBe(1);
    expect(copies({ tolerate: 1, providerBelowNeeded: true })).toBe(2);
    expect(copies({ tolerate: 1, tolerateProviders: 1 })).toBe(4);
    expect(copies({ tolerate: 4, tolerateProviders: 1 })).toBe(5);
  });

  test("by default bears the loss of a quarter of the stores, and of one of three", () => {
    expect([1, 2, 3, 4, 7, 8, 12].map((count) => defaultPolicy(count).tolerate)).toEqual([
      0, 0, 1, 1, 1, 2, 3,
    ]);
  });
});
