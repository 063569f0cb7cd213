import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excessOf } from "../../src/keeper/excess.ts";
import { planPlacement } from "../../src/keeper/placement.ts";
import { chooseStore, movesToRules } from "../../src/keeper/repair/choose-store.ts";
import { layouts, noRule, storesOf } from "./layouts.ts";

const all = ({ stores }: { stores: readonly { id: string }[] }): Set<string> =>
  new Set(stores.map(({ id }) => id));

describe("a version that breaks a rule, and lacks a fragment", () => {
  // As a reindex finds it that sees an old copy, and not the store with the right one.
  const settings = {
    stores: storesOf(Array(5).fill("private-on-premise")),
    policy: { ...noRule, tolerate: 1 },
  };
  const [a, b, c, d, e] = settings.stores.map(({ id }) => id) as [string, string, string, string, string];
  const size = { total: 8, needed: 6 };
  const holders = [a, a, a, b, c, b, c];

  test("gets it where that makes nothing worse", () => {
    const store = chooseStore(settings, all(settings), { ...size, holders, home: undefined, turn: 0 });
    expect([d, e]).toContain(store);
  });

  test("does not get it where that would make it worse", () => {
    const usable = new Set([a]);
    expect(chooseStore(settings, usable, { ...size, holders, home: undefined, turn: 0 })).toBeUndefined();
  });

  test("is brought back to the rule by the one move that it takes", () => {
    const lying = new Map([...holders, d].map((id, index) => [index, id]));
    const moves = movesToRules(settings, all(settings), {
      ...size,
      holders: lying,
      movable: new Set(lying.keys()),
      turn: 0,
    });
    expect([...moves.values()]).toSatisfy((to: string[]) => to.length === 1 && [d, e].includes(to[0]!));
    expect([...moves.keys()].every((index) => lying.get(index) === a)).toBe(true);
  });
});

test("moves bring a version nearer to its rules, in the end to none that is broken where stores and rules are simple", () => {
  const drawn = fc.record({
    layout: layouts(8),
    at: fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }),
    nowhere: fc.nat(3),
    turn: fc.nat(1000),
  });
  fc.assert(
    fc.property(drawn, ({ layout, at, nowhere, turn }) => {
      let needed: number;
      try {
        ({ needed } = planPlacement(layout, { fragments: 8, start: 0 }));
      } catch {
        return;
      }
      const usable = all(layout);
      const size = { total: 8, needed };
      const lying = new Map(
        at.slice(nowhere).map((each, index) => [index + nowhere, layout.stores[each % usable.size]!.id]),
      );
      let excess = excessOf(layout, { ...size, holders: [...lying.values()] });
      for (let index = 0; index < nowhere; index++) {
        const holders = [...lying.values()];
        const store = chooseStore(layout, usable, { ...size, holders, home: undefined, turn });
        if (store !== undefined) lying.set(index, store);
        const after = excessOf(layout, { ...size, holders: [...lying.values()] });
        expect(after).toBeLessThanOrEqual(excess);
        excess = after;
      }
      const movable = new Set(lying.keys());
      const moves = movesToRules(layout, usable, { ...size, holders: lying, movable, turn });
      const moved = new Map([...lying, ...moves]);
      const after = excessOf(layout, { ...size, holders: [...moved.values()] });
      expect(moves.size === 0 ? after === excess : after < excess).toBe(true);
      const { policy } = layout;
      const isSimple =
        !policy.publicBelowNeeded &&
        !policy.providerBelowNeeded &&
        policy.regions === 1 &&
        policy.tolerateProviders === 0;
      expect(isSimple ? after : 0).toBe(0);
    }),
    { numRuns: 300 },
  );
});
