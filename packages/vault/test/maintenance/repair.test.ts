import { packEntries, readAll, readTable, type Store } from "@chirograph/stores";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { verifyVault, type VerifyReport } from "../../src/keeper/verify/verify.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import {
  crashingAt,
  engine,
  fragmentsOf,
  makeVault,
  objectsOf,
  overwrite,
  Scribe,
  silentStore,
  thePeople,
  type Vault,
  wipeStore,
  withStores,
} from "./fixture.ts";
import { expectPolicy } from "./moving.ts";

const HOUR_MS = 3_600_000;
const TRAILER_BYTES = 4 + 8;
const ID_BYTES = 16;
const ROW_BYTES = ID_BYTES + 1 + 8 + 8;

function expectClean(report: VerifyReport): void {
  expect(report.repairable).toEqual([]);
  expect(report.lost).toEqual([]);
  expect(report.leftToDelete).toEqual([]);
  expect(report.unreachable).toEqual([]);
}

async function small(): Promise<Vault> {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  await scribe.put([10, 3000]);
  await scribe.put([500]);
  return vault;
}

test("a vault that nothing happened to has no finding", async () => {
  const vault = await small();
  const report = await verifyVault(vault.keeping, { headers: vault.headers });
  expectClean(report);
  expect(report.checkedVersions).toBe(3);
  expect(report.checkedStatements).toBe(8);
});

describe("stores that lost everything", () => {
  test("any two of eight: repaired, and every fragment is byte for byte what it was", async () => {
    const vault = await makeVault(8, { tolerate: 2 });
    const scribe = await Scribe.begin(vault);
    await scribe.put([10, 2000, 70_000]);
    const before = await fragmentsOf(vault);
    const ids = [...vault.stores.keys()];
    for (const [at, first] of ids.entries()) {
      for (const second of ids.slice(at + 1)) {
        await wipeStore(vault.stores.get(first)!);
        await wipeStore(vault.stores.get(second)!);
        const hurt = await verifyVault(vault.keeping);
        expect(hurt.lost).toEqual([]);
        expect(new Set(hurt.repairable.map(({ store }) => store))).toEqual(new Set([first, second]));
        const report = await repairVault(vault.keeping, { headers: vault.headers });
        expect(report).toMatchObject({ lost: [], atRisk: [], writtenFragments: 6 });
        expect(new Set(report.writtenHeaders)).toEqual(new Set([first, second]));
        expectClean(await verifyVault(vault.keeping, { headers: vault.headers }));
        expect(await fragmentsOf(vault)).toEqual(before);
      }
    }
  });

  test("one more than may be lost: what is lost names the stores", async () => {
    const vault = await makeVault(8, { tolerate: 2 });
    await (await Scribe.begin(vault)).put([10]);
    const gone = [...vault.stores.keys()].slice(0, 3);
    for (const id of gone) await wipeStore(vault.stores.get(id)!);
    const report = await verifyVault(vault.keeping);
    expect(new Set(report.lost.map(({ store }) => store))).toEqual(new Set(gone));
    expect(report.lost.every(({ kind }) => kind === "fragment missing")).toBe(true);
    const repair = await repairVault(vault.keeping, { headers: vault.headers });
    expect(repair.lost).toHaveLength(3);
  });

  test("a store without its header is not written to", async () => {
    const vault = await small();
    const [id, store] = [...vault.stores][0]!;
    await wipeStore(store);
    const report = await repairVault(vault.keeping);
    expect(await store.list({ prefix: "", limit: 10 })).toEqual([]);
    expect(report.atRisk).toContainEqual({
      kind: "header missing",
      store: id,
      object: "vault",
      reason: "store",
    });
  });
});

test("a damaged copy of a header is not written over the right one", async () => {
  const vault = await small();
  const [id, store] = [...vault.stores][0]!;
  const before = await readAll(store, "vault");
  const headers = new Map(vault.headers).set(id, before.slice(1));
  expectClean(await verifyVault(vault.keeping, { headers }));
  expect(await repairVault(vault.keeping, { headers })).toMatchObject({ writtenHeaders: [], atRisk: [] });
  expect(await readAll(store, "vault")).toEqual(before);
  await store.delete("vault");
  expect(await repairVault(vault.keeping, { headers })).toMatchObject({ writtenHeaders: [] });
  expect(await store.head("vault")).toBeNull();
});

test("a store that is silent: its fragments go where the policy allows it, else they are at risk", async () => {
  const spread = await makeVault(8, { tolerate: 2 });
  await (await Scribe.begin(spread)).put([10]);
  const [first] = [...spread.stores.keys()];
  const without = withStores(spread, (stores) => stores.set(first!, silentStore()));
  const refused = await repairVault(without.keeping);
  expect(refused.writtenFragments).toBe(0);
  expect(refused.atRisk).toContainEqual(
    expect.objectContaining({ kind: "fragment unreachable", reason: "policy" }),
  );
  expect(refused.unreachable).toEqual([first]);

  // Eight fragments on five stores: three stores hold two, so one of the others may take a second one.
  const dense = await makeVault(5, { tolerate: 1 });
  await (await Scribe.begin(dense)).put([10]);
  const rows = await dense.keeping.rows.pageVersions({ limit: 1 });
  const stores = rows[0]!.places.map((place) => place!.store);
  const single = stores.find((id) => stores.filter((other) => other === id).length === 1)!;
  const lacking = withStores(dense, (map) => map.set(single, silentStore()));
  const moved = await repairVault(lacking.keeping);
  expect(moved.writtenFragments).toBe(1);
  expect(moved.atRisk.filter(({ kind }) => kind.startsWith("fragment"))).toEqual([]);
  // When the store is back, what was moved away from it is deleted, and it is paid nothing twice.
  await repairVault(dense.keeping, { headers: dense.headers });
  expectClean(await verifyVault(dense.keeping, { headers: dense.headers }));
});

describe("one object at a time", () => {
  const harms: [string, (bytes: Uint8Array) => Uint8Array | undefined][] = [
    ["deleted", () => undefined],
    ["flipped at the beginning", (bytes) => flipped(bytes, 5)],
    ["flipped in the middle", (bytes) => flipped(bytes, bytes.length >> 1)],
    ["flipped in the table", (bytes) => flipped(bytes, bytes.length - 24)],
    ["flipped at the end", (bytes) => flipped(bytes, bytes.length - 1)],
    ["cut short", (bytes) => bytes.subarray(0, bytes.length - 1)],
    ["emptied", () => new Uint8Array()],
    ["longer by a byte", (bytes) => Uint8Array.from([...bytes, 0])],
  ];

  test.each(harms)("%s: verify names it, repair heals it", async (_, harm) => {
    const vault = await small();
    const before = await fragmentsOf(vault);
    for (const { store, name, bytes } of await objectsOf(vault)) {
      const at = vault.stores.get(store)!;
      // Repair gives new names: only what is there still is hurt.
      if ((await at.head(name)) === null) continue;
      const harmed = harm(bytes);
      if (harmed === undefined) await at.delete(name);
      else await overwrite(at, name, harmed);
      const report = await verifyVault(vault.keeping, { headers: vault.headers });
      expect(report.repairable).toContainEqual(expect.objectContaining({ store, object: name }));
      expect(report.lost).toEqual([]);
      expect(new Set(report.repairable.map(({ object }) => object))).toEqual(new Set([name]));
      await repairVault(vault.keeping, { headers: vault.headers });
      expectClean(await verifyVault(vault.keeping, { headers: vault.headers }));
    }
    expect(await fragmentsOf(vault)).toEqual(before);
    await expectNothingElse(vault);
  });

  test("any one bit: verify names it, but of a statement's entry the id, which nobody reads", async () => {
    const vault = await small();
    const objects = await objectsOf(vault);
    const places = fc.oneof(
      fc.record({ begin: fc.nat() }),
      fc.record({ end: fc.nat(TRAILER_BYTES + 2 * ROW_BYTES) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), places, fc.nat(7), async (which, where, bit) => {
        const { store, name, bytes } = objects[which % objects.length]!;
        const at = vault.stores.get(store)!;
        const index = ("begin" in where ? where.begin : bytes.length - 1 - where.end) % bytes.length;
        const harmed = new Uint8Array(bytes);
        harmed[index]! ^= 1 << bit;
        await overwrite(at, name, harmed);
        const { repairable, lost } = await verifyVault(vault.keeping, { headers: vault.headers });
        await overwrite(at, name, bytes);
        const isIdle =
          name !== "vault" && (await isStatementId({ at, name, sizeBytes: bytes.length }, index));
        const named = isIdle ? [] : [`${store}/${name}`];
        expect([...new Set(repairable.map((one) => `${one.store}/${one.object}`))]).toEqual(named);
        expect(lost).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("what a fragment that was moved left is left to delete, whatever it is by now; what others need is not", async () => {
    const vault = await makeVault(5);
    await (await Scribe.begin(vault)).put([10, 20, 30]);
    const before = await fragmentsOf(vault);
    const [row] = await vault.keeping.rows.pageVersions({ limit: 1 });
    const { store, object, offset, lengthBytes } = row!.places[0]!;
    const at = vault.stores.get(store)!;
    const spoil = async (index: number): Promise<void> =>
      overwrite(at, object, flipped(await readAll(at, object), index));
    // A store without its header is not written to, and deletes nothing.
    await spoil(offset);
    await at.delete(HEADER_NAME);
    expect(await repairVault(vault.keeping)).toMatchObject({ writtenFragments: 1 });
    const target = { store, object };
    const header = { kind: "header missing", store, object: HEADER_NAME };
    for (const index of [offset, offset + (lengthBytes >> 1), offset + lengthBytes - 1]) {
      await spoil(index);
      const { repairable, lost, leftToDelete } = await verifyVault(vault.keeping);
      expect(repairable).toEqual([header]);
      expect(lost).toEqual([]);
      expect(leftToDelete).toEqual([{ kind: "left to delete", ...target }]);
    }
    for (const needed of await vault.keeping.rows.contents(store, object)) {
      await spoil(needed.offset);
      const { repairable } = await verifyVault(vault.keeping);
      const { version, index } = needed;
      expect(repairable).toContainEqual(expect.objectContaining({ ...target, version, index }));
      await spoil(needed.offset);
    }
    await repairVault(vault.keeping, { headers: vault.headers });
    expectClean(await verifyVault(vault.keeping, { headers: vault.headers }));
    expect(await fragmentsOf(vault)).toEqual(before);
    await expectNothingElse(vault);
  });

  test("a fragment under another id in the table: reindex would not find it", async () => {
    const vault = await small();
    const before = await fragmentsOf(vault);
    const [place] = (await vault.keeping.rows.pageVersions({ limit: 1 }))[0]!.places;
    const at = vault.stores.get(place!.store)!;
    const { bytes } = (await objectsOf(vault)).find(({ name }) => name === place!.object)!;
    await overwrite(at, place!.object, flipped(bytes, bytes.length - 30));
    const { repairable } = await verifyVault(vault.keeping);
    expect(repairable.map(({ kind, object }) => [kind, object])).toEqual([
      ["fragment unlisted", place!.object],
    ]);
    await repairVault(vault.keeping);
    expectClean(await verifyVault(vault.keeping));
    expect(await fragmentsOf(vault)).toEqual(before);
    await expectNothingElse(vault);
  });

  test("swapped with another of its store", async () => {
    const vault = await small();
    const before = await fragmentsOf(vault);
    const [store] = [...vault.stores.keys()];
    const own = (await objectsOf(vault)).filter(
      (object) => object.store === store && object.name !== "vault",
    );
    for (const [at, { name }] of own.entries()) {
      const other = own[(at + 1) % own.length]!;
      const target = vault.stores.get(store!)!;
      if ((await target.head(name)) === null) continue;
      await overwrite(target, name, other.bytes);
      const report = await verifyVault(vault.keeping);
      expect(report.repairable).toContainEqual(expect.objectContaining({ store, object: name }));
      await repairVault(vault.keeping);
      expectClean(await verifyVault(vault.keeping));
    }
    expect(await fragmentsOf(vault)).toEqual(before);
  });

  test("fragments that are damaged in different stripes are enough for each other", async () => {
    const vault = await makeVault(8, { tolerate: 2 });
    await (await Scribe.begin(vault)).put([900_000]);
    const before = await fragmentsOf(vault);
    const [row] = await vault.keeping.rows.pageVersions({ limit: 1 });
    const third = Math.floor(row!.places[0]!.lengthBytes / 3);
    for (const [index, place] of row!.places.slice(0, 3).entries()) {
      const store = vault.stores.get(place!.store)!;
      const { bytes } = (await objectsOf(vault)).find(({ name }) => name === place!.object)!;
      await overwrite(store, place!.object, flipped(bytes, place!.offset + 1000 + index * third));
    }
    expect((await verifyVault(vault.keeping)).lost).toEqual([]);
    expect(await repairVault(vault.keeping)).toMatchObject({ writtenFragments: 3, lost: [], atRisk: [] });
    expect(await fragmentsOf(vault)).toEqual(before);
  });
});

test("statements that a store was not there for are paid", async () => {
  const vault = await makeVault(4);
  const [, second] = [...vault.stores.keys()];
  const lacking = await Scribe.begin({
    ...vault,
    keeper: openKeeper(withStores(vault, (stores) => stores.set(second!, silentStore())).keeping),
  });
  await lacking.put([10]);
  const report = await verifyVault(vault.keeping);
  expect(report.repairable).toEqual([expect.objectContaining({ kind: "statement owed", store: second })]);
  expect(await repairVault(vault.keeping)).toMatchObject({ writtenStatements: 1, atRisk: [] });
  expectClean(await verifyVault(vault.keeping));
});

test("what a broken-off put left is swept when its reservation is over", async () => {
  const vault = await small();
  const { id } = await vault.keeper.reserve({ fragments: 8, versions: 1, layout: "packed" });
  const reserved = (await vault.keeping.rows.expired(Number.MAX_SAFE_INTEGER, 10))[0]!;
  await vault.stores.get(reserved.store)!.put(reserved.object, { sizeBytes: 1, bytes: [Uint8Array.of(1)] });
  expect((await repairVault(vault.keeping)).sweptObjects).toBe(0);
  vault.clock.now += 25 * HOUR_MS;
  expect((await repairVault(vault.keeping)).sweptObjects).toBe(4);
  await expectNothingElse(vault);
  expect(id).toHaveLength(32);
});

test.each(["before", "after"] as const)(
  "a crash %s any write: the next run completes the repair",
  async (when) => {
    let hasCrashed = true;
    for (let index = 0; hasCrashed; index++) {
      const vault = await makeVault(4);
      await (await Scribe.begin(vault)).put([10, 2000]);
      const before = await fragmentsOf(vault);
      const [first] = [...vault.stores.values()];
      await wipeStore(first!);
      const crashing = crashingAt(vault.keeping, index, when);
      await repairVault(crashing.keeping, { headers: vault.headers }).catch(() => undefined);
      hasCrashed = crashing.hasCrashed();
      await repairVault(vault.keeping, { headers: vault.headers });
      expectClean(await verifyVault(vault.keeping, { headers: vault.headers }));
      expect(await fragmentsOf(vault)).toEqual(before);
      vault.clock.now += 25 * HOUR_MS;
      await repairVault(vault.keeping, { headers: vault.headers });
      await expectNothingElse(vault);
    }
  },
);

/** No object lies in a store that the rows do not know. */
async function expectNothingElse(vault: Vault): Promise<void> {
  const known = await vault.keeping.rows.pageObjects({ limit: 1000 });
  const named = new Set(known.map(({ store, name }) => `${store}/${name}`));
  const others = (await objectsOf(vault)).filter(
    ({ store, name }) => name !== "vault" && !named.has(`${store}/${name}` satisfies `${Id}/${string}`),
  );
  expect(others).toEqual([]);
}

/** Whether a byte is of the id in a table's only row (docs/vault.md, "What lies on a store"). */
async function isStatementId(
  { at, name, sizeBytes }: { at: Store; name: string; sizeBytes: number },
  index: number,
): Promise<boolean> {
  const table = await readTable(at, name);
  const id = sizeBytes - TRAILER_BYTES - ROW_BYTES;
  return table[0]!.kind === "statement" && index >= id && index < id + ID_BYTES;
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[index]! ^= 1;
  return copy;
}

test("a version that a reindex could not put together as the policy asks is whole and keeps it afterwards", async () => {
  const vault = await makeVault(5, { tolerate: 1 });
  await (await Scribe.begin(vault)).put([10, 3000]);
  const before = await fragmentsOf(vault);
  const [row] = await vault.keeping.rows.pageVersions({ limit: 1 });
  const loads = Map.groupBy(row!.places, (place) => place!.store);
  const [full, other] = [...loads].filter(([, own]) => own.length === 2).map(([id]) => id);
  // A copy that was on its way to a store when whoever brought it died.
  const place = loads.get(other!)![0]!;
  const from = await readAll(vault.stores.get(place.store)!, place.object, place);
  const entry = (await readTable(vault.stores.get(place.store)!, place.object)).find(
    ({ offset }) => offset === place.offset,
  )!;
  const packed = packEntries([{ id: entry.id, kind: "fragment", lengthBytes: from.length, bytes: [from] }]);
  await vault.stores.get(full!)!.put("ab".repeat(16), packed.body);
  // The store that has the right one is away while the catalogue is made again.
  const rows = createMemoryRows();
  const { ada } = await thePeople();
  const stores = [...vault.stores].flatMap(([id, store]) => (id === other ? [] : [store]));
  await reindexVault(engine, { stores, identity: ada, rows });
  const again: Vault = { ...vault, keeping: { ...vault.keeping, rows } };
  const [found] = await rows.versions([row!.version]);
  expect(found!.places.filter((one) => one?.store === full)).toHaveLength(3);
  expect(found!.places).toContain(null);

  const report = await repairVault(again.keeping, { headers: vault.headers });
  expect(report).toMatchObject({ lost: [], atRisk: [] });
  await expectPolicy(again);
  expectClean(await verifyVault(again.keeping, { headers: vault.headers }));
  expect(await fragmentsOf(again)).toEqual(before);
  expect(await repairVault(again.keeping, { headers: vault.headers })).toMatchObject({ writtenFragments: 0 });
});
