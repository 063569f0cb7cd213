import { StoreError } from "@chirograph/stores";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { evacuateStore, keepStore } from "../../src/keeper/evacuate/evacuate.ts";
import { sayLeaving } from "../../src/keeper/leaving/leaving.ts";
import type { LyingFragment } from "../../src/keeper/moving/fragments-in.ts";
import { brokenRules } from "../../src/keeper/placement.ts";
import { Balance } from "../../src/keeper/rebalance/balance.ts";
import { mendRules } from "../../src/keeper/moving/mend-rules.ts";
import { evenOut } from "../../src/keeper/rebalance/plan.ts";
import { rebalanceVault } from "../../src/keeper/rebalance/rebalance.ts";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import { sayKnowsEverything } from "../../src/keeper/reindex/whole.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import type { StoreKind, StoreSettings } from "../../src/keeper/settings.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { idOf, refusal } from "../keeper/fixtures.ts";
import {
  crashingAt,
  engine,
  fragmentsOf,
  makeVault,
  objectsOf,
  Scribe,
  thePeople,
  type Vault,
  wipeStore,
  withStores,
} from "./fixture.ts";
import { expectPolicy, expectSame, expectWhole, loadsOf, resettle, settleAndExpectWhole } from "./moving.ts";

/** A vault of whose nine stores the last was added later. */
async function grown(sizes: readonly (readonly number[])[]): Promise<{ vault: Vault; scribe: Scribe }> {
  const vault = await makeVault(9, { tolerate: 2 });
  const late = vault.keeping.settings.stores[8]!.id;
  await sayLeaving(vault.keeping.rows, late, true);
  const scribe = await Scribe.begin(vault);
  for (const put of sizes) await scribe.put(put);
  await keepStore(vault.keeping, late);
  await repairVault(vault.keeping, { headers: vault.headers });
  return { vault, scribe };
}

const many: readonly number[] = Array.from({ length: 18 }, () => 3000);

describe("a store that was added", () => {
  test("gets its share, and a second run moves nothing", async () => {
    const { vault } = await grown([many]);
    const before = await fragmentsOf(vault);
    expect(await loadsOf(vault.keeping)).toEqual([18, 18, 18, 18, 18, 18, 18, 18, 0]);
    const report = await rebalanceVault(vault.keeping);
    expect(report).toMatchObject({ copiedFragments: 16, rebuiltFragments: 0, atRisk: [], lost: [] });
    expect(await loadsOf(vault.keeping)).toEqual(Array<number>(9).fill(16));
    for (const { after, target } of report.loads) expect(after).toBe(target);
    // Only what moves is read, and written once.
    const [moved] = report.loads.slice(-1);
    expect(report.readBytes).toBeLessThan(moved!.after + 9 * 20_000);
    expect(report.writtenBytes).toBeLessThan(moved!.after + 1000);
    const objects = await objectsOf(vault);
    expect(await rebalanceVault(vault.keeping)).toMatchObject({ copiedFragments: 0, writtenBytes: 0 });
    expect(await objectsOf(vault)).toEqual(objects);
    await expectSame(vault, before);
    await expectPolicy(vault);
    // The moved bytes still lie where they were; repair writes those objects again.
    await settleAndExpectWhole(vault);
  });

  test("is left out while it is leaving, or has no header", async () => {
    const { vault } = await grown([many]);
    const late = vault.keeping.settings.stores[8]!.id;
    await sayLeaving(vault.keeping.rows, late, true);
    expect(await rebalanceVault(vault.keeping)).toMatchObject({ copiedFragments: 0 });
    await sayLeaving(vault.keeping.rows, late, false);
    await wipeStore(vault.stores.get(late)!);
    expect(await rebalanceVault(vault.keeping)).toMatchObject({ copiedFragments: 0 });
  });

  test("gets nothing of versions that lack fragments", async () => {
    const { vault } = await grown([many]);
    const { rows, settings } = vault.keeping;
    const lost = settings.stores[1]!.id;
    const [gone] = await rows.pageObjects({ store: lost, kind: "fragment", limit: 1 });
    const wanting = (await rows.contents(lost, gone!.name)).map(({ version }) => version);
    await vault.stores.get(lost)!.delete(gone!.name);
    await rows.forget(lost, gone!.name);
    const before = await rows.versions(wanting);
    await rebalanceVault(vault.keeping);
    expect(wanting).toHaveLength(many.length);
    expect(await rows.versions(wanting)).toEqual(before);
    await repairVault(vault.keeping, { headers: vault.headers });
    await rebalanceVault(vault.keeping);
    expect((await loadsOf(vault.keeping))[8]).toBe(16);
    await expectPolicy(vault);
  });

  test("takes nothing: it is tried once, and told as it is", async () => {
    const { vault } = await grown([many]);
    const late = vault.keeping.settings.stores[8]!.id;
    let puts = 0;
    const full = withStores(vault, (stores) => {
      const inner = stores.get(late)!;
      stores.set(late, {
        promises: inner.promises,
        put: async () => {
          puts++;
          throw new StoreError("full", "no room");
        },
        get: (...args) => inner.get(...args),
        head: (...args) => inner.head(...args),
        list: (...args) => inner.list(...args),
        delete: (...args) => inner.delete(...args),
      });
    });
    const report = await rebalanceVault(full.keeping);
    expect(puts).toBe(1);
    expect(report.atRisk).toHaveLength(16);
    for (const { before, after } of report.loads) expect(after).toBe(before);
    expect(report.loads[8]).toMatchObject({ store: late, after: 0 });
    await expectPolicy(vault);
  });

  test("a damaged fragment that is to move is rebuilt", async () => {
    const { vault } = await grown([many]);
    const before = await fragmentsOf(vault);
    const first = vault.keeping.settings.stores[0]!.id;
    const hurt = await vault.keeping.rows.pageObjects({ store: first, kind: "fragment", limit: 10 });
    for (const { name } of hurt) await vault.stores.get(first)!.delete(name);
    const report = await rebalanceVault(vault.keeping);
    expect(report).toMatchObject({ copiedFragments: 14, rebuiltFragments: 2, atRisk: [], lost: [] });
    await repairVault(vault.keeping, { headers: vault.headers });
    await expectSame(vault, before);
    await expectWhole(vault);
  });
});

test("a store of a quarter of the weight gets a quarter as much", async () => {
  const { vault } = await grown([many]);
  const heavier = await resettle(vault, (settings) => ({
    ...settings,
    stores: settings.stores.map((store, index) => ({ ...store, weight: index === 8 ? 1 : 4 })),
  }));
  const report = await rebalanceVault(heavier.keeping);
  const target = 4 * report.loads[8]!.target;
  for (const { target: other } of report.loads.slice(0, 8)) expect(Math.abs(other - target)).toBeLessThan(4);
  // 144 fragments of one size, 33 shares.
  expect((await loadsOf(heavier.keeping))[8]).toBe(4);
  await expectPolicy(heavier);
  expect(await rebalanceVault(heavier.keeping)).toMatchObject({ copiedFragments: 0 });
});

describe("rules that are not kept", () => {
  test("after new settings: fragments move until every version keeps them; a second run moves nothing", async () => {
    const vault = await makeVault(6, { tolerate: 1 });
    await (await Scribe.begin(vault)).put([10, 3000, 500]);
    const before = await fragmentsOf(vault);
    const kinds: StoreKind[] = [
      "public",
      "public",
      "public",
      "public",
      "private-hosted",
      "private-on-premise",
    ];
    const stricter = await resettle(vault, (settings) => ({
      ...settings,
      stores: settings.stores.map((store, index) => ({ ...store, kind: kinds[index]! })),
      policy: { ...settings.policy, tolerate: 1, publicBelowNeeded: true },
    }));
    const report = await rebalanceVault(stricter.keeping);
    expect(report).toMatchObject({ atRisk: [], lost: [] });
    await expectPolicy(stricter);
    await expectSame(stricter, before);
    expect(await rebalanceVault(stricter.keeping)).toMatchObject({ copiedFragments: 0, writtenBytes: 0 });
    await settleAndExpectWhole(stricter);
  });

  test("what no move brings to keep them is named", async () => {
    const vault = await makeVault(4, { tolerate: 1 });
    const [put] = await (await Scribe.begin(vault)).put([10]);
    const stricter = await resettle(vault, (settings) => ({
      ...settings,
      policy: { ...settings.policy, tolerate: 2 },
    }));
    const report = await rebalanceVault(stricter.keeping);
    expect(report.atRisk).toEqual([
      expect.objectContaining({ kind: "fragment not moved", version: put!.version, reason: "policy" }),
    ]);
  });
});

test("a catalogue that does not know everything is refused", async () => {
  const vault = await makeVault(4);
  await sayKnowsEverything(vault.keeping.rows, false);
  await expect(rebalanceVault(vault.keeping)).rejects.toThrow(refusal("stores-missing"));
});

test.each(["before", "after"] as const)(
  "a crash %s every other write: the next run completes it",
  async (when) => {
    let hasCrashed = true;
    for (let index = when === "before" ? 0 : 1; hasCrashed; index += 2) {
      const { vault } = await grown([Array<number>(9).fill(20)]);
      const before = await fragmentsOf(vault);
      const crashing = crashingAt(vault.keeping, index, when);
      await rebalanceVault(crashing.keeping).catch(() => undefined);
      hasCrashed = crashing.hasCrashed();
      await rebalanceVault(vault.keeping);
      expect(await loadsOf(vault.keeping)).toEqual(Array<number>(9).fill(8));
      await expectSame(vault, before);
      await settleAndExpectWhole(vault);
    }
  },
);

test("two at once, beside puts, an erasure, a repair and an evacuation: all is whole and keeps the policy", async () => {
  const { vault, scribe } = await grown([many]);
  const before = await fragmentsOf(vault);
  const [erased] = await scribe.put([77]);
  await Promise.all([
    rebalanceVault(vault.keeping),
    rebalanceVault(vault.keeping),
    repairVault(vault.keeping, { headers: vault.headers }),
    evacuateStore(vault.keeping, vault.keeping.settings.stores[0]!.id),
    (async () => {
      for (let put = 0; put < 3; put++) await scribe.put([10 + put, 20]);
      await scribe.erase(erased!);
    })(),
  ]);
  await rebalanceVault(vault.keeping);
  await settleAndExpectWhole(vault);
  const now = await fragmentsOf(vault);
  for (const [name, hash] of before) expect(now.get(name)).toBe(hash);
  await expectPolicy(vault);
});

test("a reindex finds everything where it was moved to", async () => {
  const { vault } = await grown([many]);
  await rebalanceVault(vault.keeping);
  await settleAndExpectWhole(vault);
  const rows = createMemoryRows();
  const { ada } = await thePeople();
  const { unreferenced } = await reindexVault(engine, {
    stores: [...vault.stores.values()],
    identity: ada,
    rows,
  });
  expect(unreferenced).toEqual([]);
  expect((await rows.totals()).stores.map(({ fragments }) => fragments)).toEqual(
    await loadsOf(vault.keeping),
  );
});

describe("plans", () => {
  const settings = fc
    .record({
      kinds: fc.array(fc.constantFrom<StoreKind>("public", "private-on-premise"), {
        minLength: 2,
        maxLength: 9,
      }),
      regions: fc.array(fc.constantFrom("north", "south"), { minLength: 9, maxLength: 9 }),
      policy: fc.record({
        tolerate: fc.nat(2),
        publicBelowNeeded: fc.boolean(),
        regions: fc.integer({ min: 1, max: 2 }),
        providerBelowNeeded: fc.boolean(),
        tolerateProviders: fc.nat(1),
      }),
      weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 9, maxLength: 9 }),
      providers: fc.array(fc.constantFrom("here", "there", "elsewhere"), { minLength: 9, maxLength: 9 }),
    })
    .map(({ kinds, regions, policy, weights, providers }) => ({
      stores: kinds.map((kind, index): StoreSettings => {
        return {
          id: idOf(index + 1),
          kind,
          provider: providers[index]!,
          region: regions[index]!,
          weight: weights[index]!,
        };
      }),
      policy,
    }));
  const versions = fc.array(
    fc.record({
      needed: fc.integer({ min: 2, max: 8 }),
      sizeBytes: fc.integer({ min: 1, max: 1000 }),
      at: fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 30 },
  );

  test("never break a rule, and come to an end", () => {
    fc.assert(
      fc.property(settings, versions, (rules, drawn) => {
        const usable = new Set(rules.stores.map(({ id }) => id));
        const lying = drawn.map(({ needed, sizeBytes, at }, number) =>
          versionOf(number, {
            needed,
            sizeBytes,
            stores: at.map((each) => rules.stores[each % usable.size]!.id),
          }),
        );
        const apply = (
          plan: (balance: Balance, own: readonly LyingFragment[]) => ReturnType<typeof evenOut>,
        ): number => {
          const balance = new Balance(rules.stores, loadsIn(lying, usable));
          let count = 0;
          for (const [number, own] of lying.entries()) {
            const before = brokenRules(rules, heldBy(own)).length;
            const moves = plan(balance, own);
            const to = new Map(moves.map((move) => [move.index, move.to]));
            count += moves.length;
            lying[number] = versionOf(number, {
              needed: own[0]!.envelope.needed,
              sizeBytes: own[0]!.place.lengthBytes,
              stores: own.map(({ index, place }) => to.get(index) ?? place.store),
            });
            expect(brokenRules(rules, heldBy(lying[number])).length).toBeLessThanOrEqual(before);
          }
          const real = loadsIn(lying, usable);
          for (const { store, after } of balance.list()) expect(after).toBe(real.get(store));
          return count;
        };
        const mend = (balance: Balance, fragments: readonly LyingFragment[]): ReturnType<typeof mendRules> =>
          mendRules(rules, balance, { fragments, usable });
        const even = (balance: Balance, fragments: readonly LyingFragment[]): ReturnType<typeof evenOut> =>
          evenOut(rules, balance, fragments);
        apply(mend);
        expect(apply(mend)).toBe(0);
        let rounds = 1;
        while (apply(even) > 0) rounds++;
        expect(rounds).toBeLessThan(16);
      }),
    );
  });
});

function versionOf(
  number: number,
  version: { needed: number; sizeBytes: number; stores: readonly Id[] },
): LyingFragment[] {
  const { needed, sizeBytes: lengthBytes, stores } = version;
  const places = stores.map((store) => ({ store, object: idOf(number), offset: 0, lengthBytes }));
  const row = { version: idOf(number), places } as unknown as LyingFragment["row"];
  const envelope = { total: stores.length, needed } as unknown as LyingFragment["envelope"];
  return places.map((place, index) => ({ row, envelope, index, place }));
}

function heldBy(own: readonly LyingFragment[]): Parameters<typeof brokenRules>[1] {
  const { total, needed } = own[0]!.envelope;
  return { holders: own.map(({ place }) => place.store), total, needed };
}

function loadsIn(lying: readonly (readonly LyingFragment[])[], usable: ReadonlySet<Id>): Map<Id, number> {
  const loads = new Map([...usable].map((id) => [id, 0]));
  for (const { place } of lying.flat()) loads.set(place.store, loads.get(place.store)! + place.lengthBytes);
  return loads;
}
