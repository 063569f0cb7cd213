import fc from "fast-check";
import { expect, test } from "vitest";
import type { Place } from "../../src/catalogue.ts";
import { keepsPolicy } from "../../src/keeper/placement.ts";
import { choosePlaces } from "../../src/keeper/reindex/choose-places.ts";
import { layouts, noRule, planned, storesOf } from "./layouts.ts";

function placeOn(store: string, object: string): Place {
  return { store, object, offset: 0, lengthBytes: 1 };
}

const isRight = async (_: number, { object }: Place): Promise<boolean> => object !== "wrong";

test("a version that lay by the policy keeps it, whatever copies of its fragments others have or claim to", async () => {
  const drawn = layouts(8).chain((layout) =>
    fc.record({
      layout: fc.constant(layout),
      version: fc.record({ fragments: fc.integer({ min: 8, max: 20 }), start: fc.nat(50) }),
      copies: fc.array(
        fc.record({
          fragment: fc.nat(19),
          store: fc.nat(layout.stores.length - 1),
          object: fc.constantFrom("copy", "wrong"),
        }),
        { maxLength: 40 },
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(drawn, async ({ layout, version, copies }) => {
      const placement = planned(layout, version);
      if (placement === undefined) return;
      const claims = placement.stores.map((store, index) => [
        ...copies
          .filter(({ fragment }) => fragment === index)
          .map(({ store: at, object }) => placeOn(layout.stores[at]!.id, object)),
        placeOn(store, "own"),
      ]);
      const { needed } = placement;
      const chosen = await choosePlaces(layout, { needed, claims, isRight });
      chosen.forEach((place, index) => expect(claims[index]).toContain(place));
      expect(chosen.filter((place) => place!.object === "wrong")).toEqual([]);
      const holders = chosen.map((place) => place!.store);
      expect(keepsPolicy(layout, { holders, total: claims.length, needed })).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("a choice that is nearer to the shares, and leaves no way to keep the policy, is taken back", async () => {
  const stores = storesOf(Array.from({ length: 4 }, () => "private-on-premise" as const));
  const on = (at: number, object = "own"): Place => placeOn(stores[at]!.id, object);
  // The first may lie on an empty store, where the last two must: each of them twice.
  const twice = [on(3, "a"), on(3, "b")];
  const claims = [[on(3), on(0)], [on(0)], [on(1)], [on(1)], [on(2)], [on(2)], twice, twice];
  const layout = { stores, policy: { ...noRule, tolerate: 1 } };
  const chosen = await choosePlaces(layout, { needed: 6, claims, isRight });
  expect(chosen[0]).toEqual(on(0));
  const holders = chosen.map((place) => place!.store);
  expect(keepsPolicy(layout, { holders, total: 8, needed: 6 })).toBe(true);
});

test("where the policy cannot be kept, or nothing is right, every fragment has a place nevertheless", async () => {
  const stores = storesOf(["private-on-premise", "private-on-premise"]);
  const layout = { stores, policy: { ...noRule, tolerate: 1 } };
  const [one, other] = stores.map(({ id }) => id) as [string, string];
  const claims = [
    [placeOn(one, "a"), placeOn(one, "b")],
    [placeOn(one, "a")],
    [placeOn(one, "wrong"), placeOn(other, "wrong")],
    [],
  ];
  const chosen = await choosePlaces(layout, { needed: 4, claims, isRight });
  expect(chosen).toEqual([placeOn(one, "a"), placeOn(one, "a"), placeOn(other, "wrong"), null]);
});
