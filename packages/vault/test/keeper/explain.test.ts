import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VaultError } from "../../src/error.ts";
import { explainPolicy } from "../../src/keeper/explain.ts";
import { planPlacement } from "../../src/keeper/placement.ts";
import type { StoreKind } from "../../src/keeper/settings.ts";
import { layouts, loadsIn, noRule, planned, storesOf } from "./layouts.ts";

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

describe("an explained policy", () => {
  test("tells numbers that every placement keeps to", () => {
    fc.assert(
      fc.property(layouts(6), fc.integer({ min: 8, max: 24 }), (layout, fragments) => {
        if (planned(layout, { fragments, start: 0 }) === undefined) return;
        const { needed, coalitions, stores, storesToCollude, regions } = explainPolicy(layout, fragments);
        const ids = layout.stores.map(({ id }) => id);
        const seen = layout.stores.map(() => new Set<number>());
        // Every store begins, in every turn of one to six that change places.
        for (let start = 0; start < ids.length * 60; start++) {
          const placement = planPlacement(layout, { fragments, start });
          expect(placement.needed).toBe(needed);
          const loads = loadsIn(layout, placement.stores);
          loads.forEach((load, index) => seen[index]!.add(load));
          const used = layout.stores.filter((_, index) => loads[index]! > 0);
          expect(new Set(used.map(({ region }) => region)).size).toBeGreaterThanOrEqual(regions);
          for (const { stores: members, fewest, most, storesNeeded } of coalitions) {
            const own = members.map((id) => loads[ids.indexOf(id)]!).toSorted((left, right) => right - left);
            expect(sumOf(own)).toBeGreaterThanOrEqual(fewest);
            expect(sumOf(own)).toBeLessThanOrEqual(most);
            expect(sumOf(own.slice(0, storesNeeded === null ? own.length : storesNeeded - 1))).toBeLessThan(
              needed,
            );
          }
        }
        stores.forEach(({ fewest, most, left }, index) => {
          expect([fewest, most]).toEqual([Math.min(...seen[index]!), Math.max(...seen[index]!)]);
          expect(left).toBe(fragments - most);
        });
        expect(coalitions[0]).toMatchObject({ kind: "any stores", storesNeeded: storesToCollude });
      }),
      { numRuns: 40 },
    );
  });

  test("is refused where it cannot hold, with what would help", () => {
    const stores = storesOf(["public", "public", "private-hosted"], { providers: ["a", "b", "b"] });
    const refused = (policy: Partial<typeof noRule>): string => {
      try {
        explainPolicy({ stores, policy: { ...noRule, ...policy } }, 8);
      } catch (error) {
        if (error instanceof VaultError && error.code === "policy") return error.message;
        throw error;
      }
      return "holds";
    };
    expect(refused({ regions: 2 })).toMatch(/asks for 2 regions, and the stores lie in 1\./);
    expect(refused({ publicBelowNeeded: true, tolerate: 1 })).toMatch(
      /^The rule "publicBelowNeeded" cannot hold: any 1 of the 3 stores may be lost, and when the 1 .* private stores/,
    );
    expect(refused({ providerBelowNeeded: true, tolerateProviders: 1 })).toMatch(
      /^The rule "providerBelowNeeded" cannot hold: .* not run by "a" are, .* third provider/,
    );
    expect(refused({ tolerate: 2, providerBelowNeeded: true })).toMatch(/not run by "a"/);
    expect(refused({ tolerateProviders: 1 })).toBe("holds");
  });

  test("says in one sentence each what holds, and what does not", () => {
    const eight: StoreKind[] = [
      ...Array<StoreKind>(4).fill("public"),
      ...Array<StoreKind>(4).fill("private-on-premise"),
    ];
    const hybrid = {
      stores: storesOf(eight, { providers: ["a", "b", "c", "d", "own", "own", "own", "own"] }),
      policy: { ...noRule, tolerate: 2, publicBelowNeeded: true },
    };
    expect(explainPolicy(hybrid, 12).sentences).toEqual([
      'It has the rules of the preset "hybrid": no coalition of public clouds can rebuild a record.',
      "Any 2 stores of the 8 may be lost: 12 fragments are made of every version, and any 8 are enough.",
      "At least 4 stores must put their fragments together to have the 8 that are needed.",
      "The public stores together hold at most 7 fragments: too few to open anything.",
    ]);
    const one = {
      stores: storesOf(["public", "public", "private-hosted"], { providers: ["a"] }),
      policy: noRule,
    };
    expect(explainPolicy(one, 9).sentences).toEqual([
      "No store may be lost: all 9 fragments are needed.",
      'If "a" fails with its 3 stores, too few fragments are left: that is more than may be lost.',
      "At least 3 stores must put their fragments together to have the 9 that are needed.",
      "The public stores together hold at most 6 fragments: too few to open anything.",
      '"a" alone, with its 3 stores, can have what is needed.',
    ]);
    const untold = {
      stores: storesOf(["public", "public", "private-on-premise", "private-on-premise"], {
        weights: [2, 1, 2, 2],
      }),
      policy: { ...noRule, tolerateProviders: 1 },
    };
    expect(explainPolicy(untold, 14).sentences).toEqual([
      "No store may be lost.",
      "Any one provider outside the house may be lost with all its stores: at most 6 fragments go with it.",
      "At least 2 stores must put their fragments together to have the 8 that are needed.",
      "The public stores together hold at most 6 fragments: too few to open anything.",
      "Weights share the fragments out as far as the rules allow.",
      "2 stores name no provider: they count as one provider's.",
    ]);
  });
});
