// How a version that breaks the policy where it lies is brought back to it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { distanceOf, isNoFarther } from "../../src/keeper/excess.ts";
import type { LyingFragment } from "../../src/keeper/moving/fragments-in.ts";
import { mendRules } from "../../src/keeper/moving/mend-rules.ts";
import type { Held } from "../../src/keeper/placement.ts";
import { chooseStore } from "../../src/keeper/repair/choose-store.ts";
import { type Layout, layouts, noRule, planned, storesOf } from "./layouts.ts";

const TOTAL = 8;
const alike = { fill: () => 0, moved: () => undefined };

function fragmentsOn(stores: readonly Id[], needed: number): LyingFragment[] {
  const places = stores.map((store) => ({ store, object: "", offset: 0, lengthBytes: 1 }));
  const row = { places } as unknown as LyingFragment["row"];
  const envelope = { total: stores.length, needed } as unknown as LyingFragment["envelope"];
  return places.map((place, index) => ({ row, envelope, index, place }));
}

/** Where the fragments lie when everything was moved. */
function mended(layout: Layout, stores: readonly Id[], needed: number, usable: ReadonlySet<Id>): Id[] {
  const moves = mendRules(layout, alike, { fragments: fragmentsOn(stores, needed), usable });
  const to = new Map(moves.map((move) => [move.index, move.to]));
  return stores.map((store, index) => to.get(index) ?? store);
}

const onPremise = (count: number, tolerate: number): Layout => ({
  stores: storesOf(Array(count).fill("private-on-premise")),
  policy: { ...noRule, tolerate },
});

const spread = (loads: readonly number[], { stores }: Layout): Id[] =>
  loads.flatMap((load, index) => Array<Id>(load).fill(stores[index]!.id));

const loadsIn = (holders: readonly Id[], { stores }: Layout): number[] =>
  stores.map(({ id }) => holders.filter((holder) => holder === id).length);

const all = ({ stores }: Layout): Set<Id> => new Set(stores.map(({ id }) => id));

describe("a version with too much on one store", () => {
  test.each([
    // Two that are the fullest: no single move brings it nearer.
    [[3, 3, 2, 0], 1],
    [[4, 3, 1, 0, 0], 1],
    [[3, 2, 2, 1, 0, 0, 0], 2],
    [[8, 0, 0, 0], 1],
  ])("%j with %i to be lost is brought back", (loads, tolerate) => {
    const layout = onPremise(loads.length, tolerate);
    const needed = planned(layout, { fragments: TOTAL, start: 0 })!.needed;
    const after = mended(layout, spread(loads, layout), needed, all(layout));
    expect(distanceOf(layout, { holders: after, total: TOTAL, needed }).excess).toBe(0);
  });

  test("takes as few moves as it needs, and none that helps nothing", () => {
    const layout = onPremise(5, 1);
    const before = spread([3, 2, 2, 1, 0], layout);
    const after = mended(layout, before, 6, all(layout));
    expect(after.filter((store, index) => store !== before[index])).toHaveLength(1);
    const [a, b] = layout.stores.map(({ id }) => id);
    expect(mended(layout, spread([4, 4, 0, 0, 0], layout), 6, new Set([a!, b!]))).toEqual(
      spread([4, 4, 0, 0, 0], layout),
    );
  });

  test("gets what it lacks where that makes nothing worse, and nowhere else", () => {
    const layout = onPremise(5, 1);
    const holders = spread([3, 2, 2, 0, 0], layout);
    const ask = (usable: ReadonlySet<Id>): Id | undefined =>
      chooseStore(layout, usable, { holders, total: TOTAL, needed: 6, home: undefined, turn: 0 });
    const [a, b, c, d, e] = layout.stores.map(({ id }) => id);
    expect([d, e]).toContain(ask(all(layout)));
    expect([b, c]).toContain(ask(new Set([a!, b!, c!])));
    expect(ask(new Set([a!]))).toBeUndefined();
  });
});

test("a rule is not broken for the sake of another", () => {
  const kinds = ["private-on-premise", "private-hosted", "public", "public", "public", "public"] as const;
  const layout: Layout = {
    stores: storesOf(kinds, { providers: ["house", "host", "a", "b", "c", "d"] }),
    policy: { ...noRule, tolerate: 1, publicBelowNeeded: true, tolerateProviders: 1 },
  };
  const [, ...usable] = layout.stores.map(({ id }) => id);
  const after = mended(layout, spread([0, 3, 2, 1, 1, 1], layout), 6, new Set(usable));
  const { byRule } = distanceOf(layout, { holders: after, total: TOTAL, needed: 6 });
  expect(byRule.get("publicBelowNeeded") ?? 0).toBe(0);
});

const at = fc.array(fc.nat(100), { minLength: TOTAL, maxLength: TOTAL });
const someOf = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });

test("under T alone, every version that all stores can take is brought back, wherever it lies", () => {
  const drawn = fc.record({ count: fc.integer({ min: 2, max: 9 }), tolerate: fc.nat(3), at });
  fc.assert(
    fc.property(drawn, ({ count, tolerate, at: places }) => {
      const layout = onPremise(count, tolerate);
      const placement = tolerate < count ? planned(layout, { fragments: TOTAL, start: 0 }) : undefined;
      fc.pre(placement !== undefined);
      const before = places.map((each) => layout.stores[each % count]!.id);
      const after = mended(layout, before, placement.needed, all(layout));
      const held = { holders: after, total: TOTAL, needed: placement.needed };
      expect(distanceOf(layout, held).excess).toBe(0);
      expect(Math.max(...loadsIn(after, layout))).toBeLessThanOrEqual(Math.max(...loadsIn(before, layout)));
    }),
    { numRuns: 1000 },
  );
});

test("under any policy, with any stores away, nothing takes a version farther from a rule, and a second run moves nothing", () => {
  fc.assert(
    fc.property(fc.record({ layout: layouts(8), at, nowhere: fc.nat(3), there: someOf }), (drawn) => {
      const { layout, nowhere } = drawn;
      const placement = planned(layout, { fragments: TOTAL, start: 0 });
      fc.pre(placement !== undefined);
      const { needed } = placement;
      const usable = new Set(layout.stores.filter((_, index) => drawn.there[index]).map(({ id }) => id));
      const far = (holders: readonly Id[]): ReturnType<typeof distanceOf> =>
        distanceOf(layout, { holders, total: TOTAL, needed });

      const holders = drawn.at.slice(nowhere).map((each) => layout.stores[each % layout.stores.length]!.id);
      for (let turn = 0; turn < nowhere; turn++) {
        const held: Held = { holders, total: TOTAL, needed };
        const store = chooseStore(layout, usable, { ...held, home: undefined, turn });
        if (store === undefined) return;
        expect(isNoFarther(far([...holders, store]), far(holders))).toBe(true);
        holders.push(store);
      }
      const after = mended(layout, holders, needed, usable);
      expect(isNoFarther(far(after), far(holders))).toBe(true);
      const isMoved = after.some((store, index) => store !== holders[index]);
      expect(isMoved ? far(after).excess < far(holders).excess : true).toBe(true);
      expect(mended(layout, after, needed, usable)).toEqual(after);
    }),
    { numRuns: 1000 },
  );
});
