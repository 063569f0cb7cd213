import { packEntries, readAll, type Store } from "@chirograph/stores";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { newId } from "../../src/keeper/names.ts";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import { sayKnowsEverything } from "../../src/keeper/reindex/whole.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { sweepVault } from "../../src/keeper/sweep/sweep.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { refusal } from "../keeper/fixtures.ts";
import {
  crashingAt,
  engine,
  fragmentsOf,
  makeVault,
  objectsOf,
  Scribe,
  silentStore,
  thePeople,
  type Vault,
  withStores,
} from "./fixture.ts";
import { expectNothingElse, expectSame, expectWhole, HOUR_MS, namesOn } from "./moving.ts";

const DAY_MS = 24 * HOUR_MS;

async function small(): Promise<{ vault: Vault; scribe: Scribe }> {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  await scribe.put([10, 3000]);
  return { vault, scribe };
}

/** An object that nothing refers to. */
async function litter(store: Store): Promise<string> {
  const name = newId(engine);
  const bytes = engine.randomBytes(100);
  const { body } = packEntries([
    { id: engine.randomBytes(16), kind: "fragment", lengthBytes: 100, bytes: [bytes] },
  ]);
  await store.put(name, body);
  return name;
}

describe("an object that nothing refers to", () => {
  test("is deleted when two sweeps have seen it, the grace period apart; nothing else is touched", async () => {
    const { vault } = await small();
    const before = await fragmentsOf(vault);
    const [first, second] = [...vault.stores.values()];
    const name = await litter(first!);
    expect(await sweepVault(vault.keeping)).toMatchObject({
      waitingObjects: 1,
      deletedObjects: 0,
      isProven: true,
    });
    vault.clock.now += 2 * DAY_MS - 1;
    await litter(second!);
    expect(await sweepVault(vault.keeping)).toMatchObject({ waitingObjects: 2, deletedObjects: 0 });
    vault.clock.now += 1;
    const report = await sweepVault(vault.keeping);
    expect(report).toMatchObject({ waitingObjects: 1, deletedObjects: 1, foreign: [], missed: [], news: [] });
    expect(report.deletedBytes).toBeGreaterThan(100);
    expect(await first!.head(name)).toBeNull();
    vault.clock.now += 2 * DAY_MS;
    expect(await sweepVault(vault.keeping)).toMatchObject({ waitingObjects: 0, deletedObjects: 1 });
    await expectNothingElse(vault);
    await expectSame(vault, before);
    await expectWhole(vault);
  });

  test("one that was gone meanwhile begins anew", async () => {
    const { vault } = await small();
    const [store] = [...vault.stores.values()];
    const name = await litter(store!);
    const bytes = await readAll(store!, name);
    await sweepVault(vault.keeping);
    await store!.delete(name);
    vault.clock.now += DAY_MS;
    await sweepVault(vault.keeping);
    await store!.put(name, { sizeBytes: bytes.length, bytes: [bytes] });
    vault.clock.now += DAY_MS;
    expect(await sweepVault(vault.keeping)).toMatchObject({ waitingObjects: 1, deletedObjects: 0 });
  });

  test("a clock that was set forward and back again deletes nothing early", async () => {
    const { vault } = await small();
    await litter([...vault.stores.values()][0]!);
    vault.clock.now += 100 * DAY_MS;
    await sweepVault(vault.keeping);
    vault.clock.now -= 100 * DAY_MS;
    await sweepVault(vault.keeping);
    vault.clock.now += DAY_MS;
    expect(await sweepVault(vault.keeping)).toMatchObject({ waitingObjects: 1, deletedObjects: 0 });
  });

  test("the grace period is at least a day", async () => {
    const { vault } = await small();
    await expect(sweepVault(vault.keeping, { graceMs: DAY_MS - 1 })).rejects.toThrow(RangeError);
    await expect(sweepVault(vault.keeping, { graceMs: Number.NaN })).rejects.toThrow(RangeError);
  });

  test("what a lost catalogue had reserved goes, what this one has reserved stays until that is over", async () => {
    const { vault } = await small();
    const { targets } = await vault.keeper.reserve({ fragments: 8, versions: 1, layout: "packed" });
    const [{ store, object }] = targets[0] as [{ store: Id; object: string }];
    await vault.stores.get(store)!.put(object, { sizeBytes: 1, bytes: [Uint8Array.of(1)] });
    expect(await sweepVault(vault.keeping)).toMatchObject({ waitingObjects: 0, expiredObjects: 0 });
    const rows = createMemoryRows();
    const { ada } = await thePeople();
    await reindexVault(engine, { stores: [...vault.stores.values()], identity: ada, rows });
    const other = { ...vault.keeping, rows };
    expect(await sweepVault(other)).toMatchObject({ waitingObjects: 1, deletedObjects: 0 });
    vault.clock.now += 2 * DAY_MS;
    expect(await sweepVault(other)).toMatchObject({ waitingObjects: 0, deletedObjects: 1 });
    // The other catalogue's reservation is over, too: what it condemns is not there any more.
    expect(await sweepVault(vault.keeping)).toMatchObject({ expiredObjects: 4, condemnedObjects: 4 });
    await expectNothingElse(vault);
  });
});

describe("nothing is deleted", () => {
  test("while a store holds a commit that this catalogue does not know", async () => {
    const { vault, scribe } = await small();
    const rows = createMemoryRows();
    const { ada } = await thePeople();
    await reindexVault(engine, { stores: [...vault.stores.values()], identity: ada, rows });
    const behind = { ...vault.keeping, rows };
    await scribe.put([10]);
    await litter([...vault.stores.values()][0]!);
    const before = await objectsOf(vault);
    for (let sweep = 0; sweep < 2; sweep++) {
      const report = await sweepVault(behind);
      expect(report).toMatchObject({ deletedObjects: 0, isProven: true });
      expect(new Set(report.news.map(({ store }) => store))).toEqual(new Set(vault.stores.keys()));
      vault.clock.now += 10 * DAY_MS;
    }
    expect(await objectsOf(vault)).toEqual(before);
    // Once it has read them, only what nothing refers to goes.
    await reindexVault(engine, { stores: [...vault.stores.values()], identity: ada, rows });
    expect(await sweepVault(behind)).toMatchObject({ deletedObjects: 1, news: [] });
    await expectWhole({ ...vault, keeping: behind });
  });

  test("of a store that lists names without end, and all others are swept", async () => {
    const { vault } = await small();
    const ids = [...vault.stores.keys()];
    await litter(vault.stores.get(ids[0]!)!);
    let reads = 0;
    const hurt = withStores(vault, (stores) => {
      const inner = stores.get(ids[3]!)!;
      stores.set(ids[3]!, {
        promises: inner.promises,
        put: (...args) => inner.put(...args),
        get: (name, ...args) => {
          if (name.startsWith("00")) reads++;
          return inner.get(name, ...args);
        },
        head: (...args) => inner.head(...args),
        list: async ({ after = "0".repeat(32), limit }) => {
          const first = BigInt(`0x${after}`) + 1n;
          return Array.from({ length: limit }, (_, index) => ({
            name: (first + BigInt(index)).toString(16).padStart(32, "0"),
            sizeBytes: 100,
          }));
        },
        delete: (...args) => inner.delete(...args),
      });
    });
    const first = await sweepVault(hurt.keeping);
    expect(first).toMatchObject({ isProven: true, unbelieved: [ids[3]], waitingObjects: 1 });
    expect(first.listedObjects).toBeLessThan(110_000);
    expect(reads).toBe(0);
    expect(await vault.keeping.rows.job(`sweep of ${ids[3]}`)).toBeUndefined();
    vault.clock.now += 3 * DAY_MS;
    expect(await sweepVault(hurt.keeping)).toMatchObject({ deletedObjects: 1, unbelieved: [ids[3]] });
  });

  test("with fewer than N - f complete lists", async () => {
    const { vault } = await small();
    const name = await litter([...vault.stores.values()][0]!);
    await sweepVault(vault.keeping);
    vault.clock.now += 10 * DAY_MS;
    const ids = [...vault.stores.keys()];
    const one = withStores(vault, (stores) => stores.set(ids[3]!, silentStore()));
    const two = withStores(one, (stores) => stores.delete(ids[2]!));
    expect(await sweepVault(two.keeping)).toMatchObject({
      isProven: false,
      deletedObjects: 0,
      waitingObjects: 1,
    });
    expect(await vault.stores.get(ids[0]!)!.head(name)).not.toBeNull();
    expect(await sweepVault(one.keeping)).toMatchObject({ isProven: true, deletedObjects: 1 });
  });

  test("with a catalogue that does not know everything", async () => {
    const { vault } = await small();
    await sayKnowsEverything(vault.keeping.rows, false);
    await expect(sweepVault(vault.keeping)).rejects.toThrow(refusal("stores-missing"));
  });

  test("on a store without its header", async () => {
    const { vault } = await small();
    const [store] = [...vault.stores.values()];
    const name = await litter(store!);
    await sweepVault(vault.keeping);
    await store!.delete("vault");
    vault.clock.now += 10 * DAY_MS;
    expect(await sweepVault(vault.keeping)).toMatchObject({ deletedObjects: 0 });
    expect(await store!.head(name)).not.toBeNull();
  });

  test("that is not named as a vault names, and what holds a fragment that is missed", async () => {
    const { vault } = await small();
    const [id, store] = [...vault.stores][0]!;
    await store.put("readme", { sizeBytes: 1, bytes: [Uint8Array.of(1)] });
    // The rows forget where a fragment lies.
    const [object] = await vault.keeping.rows.pageObjects({ store: id, kind: "fragment", limit: 1 });
    await vault.keeping.rows.forget(id, object!.name);
    for (let sweep = 0; sweep < 3; sweep++) {
      const report = await sweepVault(vault.keeping);
      expect(report).toMatchObject({ deletedObjects: 0, foreign: [{ store: id, object: "readme" }] });
      expect(report.missed).toEqual([{ store: id, object: object!.name }]);
      vault.clock.now += 10 * DAY_MS;
    }
    // Once repair has made them again, nobody misses it.
    await repairVault(vault.keeping, { headers: vault.headers });
    await sweepVault(vault.keeping);
    vault.clock.now += 2 * DAY_MS;
    expect(await sweepVault(vault.keeping)).toMatchObject({ deletedObjects: 1, missed: [] });
    expect(await namesOn(store)).toContain("readme");
  });
});

test("a copy of known statements, and damaged objects, are of no use to anybody", async () => {
  const { vault } = await small();
  const [id, store] = [...vault.stores][0]!;
  const [statement] = await vault.keeping.rows.pageObjects({ store: id, kind: "statement", limit: 1 });
  const bytes = await readAll(store, statement!.name);
  for (const damaged of [bytes.subarray(1), bytes.subarray(0, 20), new Uint8Array()]) {
    await store.put(newId(engine), { sizeBytes: damaged.length, bytes: [damaged] });
  }
  // Under another name it does not open: it is no statement of this vault.
  await store.put(newId(engine), { sizeBytes: bytes.length, bytes: [bytes] });
  expect(await sweepVault(vault.keeping)).toMatchObject({ waitingObjects: 4, news: [] });
  vault.clock.now += 2 * DAY_MS;
  expect(await sweepVault(vault.keeping)).toMatchObject({ deletedObjects: 4 });
  await expectWhole(vault);
});

test("a store that lists for ever, backwards or nonsense is not believed, and the others are swept", async () => {
  const { vault } = await small();
  const ids = [...vault.stores.keys()];
  const name = await litter(vault.stores.get(ids[0]!)!);
  const honest = vault.stores.get(ids[1]!)!;
  const lies: Store["list"][] = [
    async () => Array.from({ length: 1000 }, () => ({ name: "a", sizeBytes: 1 })),
    async () => [{ name: "../up", sizeBytes: 1 }],
  ];
  for (const [at, list] of lies.entries()) {
    const hurt = withStores(vault, (stores) => stores.set(ids[1]!, lyingStore(honest, list)));
    expect(await sweepVault(hurt.keeping)).toMatchObject({ isProven: true, deletedObjects: at });
    vault.clock.now += 2 * DAY_MS;
  }
  expect(await vault.stores.get(ids[0]!)!.head(name)).toBeNull();
});

function lyingStore(honest: Store, list: Store["list"]): Store {
  return {
    promises: honest.promises,
    put: (name, body, options) => honest.put(name, body, options),
    get: (name, range, options) => honest.get(name, range, options),
    head: (name, options) => honest.head(name, options),
    list,
    delete: (name, options) => honest.delete(name, options),
  };
}

test.each(["before", "after"] as const)("a crash %s any write: the next runs complete it", async (when) => {
  let hasCrashed = true;
  for (let index = 0; hasCrashed; index++) {
    const { vault } = await small();
    const before = await fragmentsOf(vault);
    for (const store of vault.stores.values()) await litter(store);
    const crashing = crashingAt(vault.keeping, index, when);
    await sweepVault(crashing.keeping).catch(() => undefined);
    vault.clock.now += 2 * DAY_MS;
    await sweepVault(crashing.keeping).catch(() => undefined);
    hasCrashed = crashing.hasCrashed();
    await sweepVault(vault.keeping);
    vault.clock.now += 2 * DAY_MS;
    await sweepVault(vault.keeping);
    await expectNothingElse(vault);
    await expectSame(vault, before);
    await expectWhole(vault);
  }
});

test("two at once, beside puts: what is put stays", async () => {
  const { vault, scribe } = await small();
  for (const store of vault.stores.values()) await litter(store);
  await sweepVault(vault.keeping);
  vault.clock.now += 2 * DAY_MS;
  const [first, second] = await Promise.all([
    sweepVault(vault.keeping),
    sweepVault(vault.keeping),
    (async () => {
      for (let put = 0; put < 5; put++) await scribe.put([10 + put]);
    })(),
  ]);
  expect(first.deletedObjects + second.deletedObjects).toBeGreaterThanOrEqual(4);
  await expectNothingElse(vault);
  await expectWhole(vault);
});
