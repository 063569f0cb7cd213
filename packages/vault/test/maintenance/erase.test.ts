import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { type ErasureReport, finishErasures } from "../../src/keeper/erase/finish-erasures.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { openStatements } from "../../src/keeper/statement.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { sayKnowsEverything } from "../../src/keeper/reindex/whole.ts";
import { readTable, type Store } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import {
  bytesOf,
  crashingAt,
  engine,
  fragmentsOf,
  makeVault,
  objectsOf,
  overwrite,
  type PutRecord,
  Scribe,
  silentStore,
  type Vault,
  withStores,
} from "./fixture.ts";

async function withErased(): Promise<{ vault: Vault; erased: PutRecord; others: Map<string, string> }> {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  const [first] = await scribe.put([100, 2000, 30]);
  await scribe.put([5]);
  const others = new Map([...(await fragmentsOf(vault))].filter(([key]) => !key.startsWith(first!.version)));
  await scribe.erase(first!);
  return { vault, erased: first!, others };
}

/** Whether anything of a version lies in any store: a fragment by its id, an envelope in a statement. */
async function traces(vault: Vault, version: Id, fragmentIds: ReadonlySet<string>): Promise<number> {
  const { settings, catalogueKey } = vault.keeping;
  let found = 0;
  for (const { store, name, bytes } of await objectsOf(vault)) {
    if (name === "vault") continue;
    for (const entry of await readTable(vault.stores.get(store)!, name)) {
      if (entry.kind === "fragment") found += Number(fragmentIds.has(entry.id.join()));
      else {
        const box = bytes.subarray(entry.offset, entry.offset + entry.lengthBytes);
        const at = { vault: settings.vault, store, object: name };
        const { envelopes } = await openStatements(engine, catalogueKey, at, box);
        const needle = bytesOf(version).join();
        found += envelopes.filter((envelope) => [...envelope].join().includes(needle)).length;
      }
    }
  }
  return found;
}

async function fragmentIdsOf(vault: Vault, version: Id): Promise<Set<string>> {
  const [row] = await vault.keeping.rows.versions([version]);
  const ids = new Set<string>();
  for (const place of row!.places) {
    const table = await readTable(vault.stores.get(place!.store)!, place!.object);
    ids.add(table.find(({ offset }) => offset === place!.offset)!.id.join());
  }
  return ids;
}

async function expectClean(vault: Vault): Promise<void> {
  const { repairable, lost, leftToDelete } = await verifyVault(vault.keeping);
  expect({ repairable, lost, leftToDelete }).toEqual({ repairable: [], lost: [], leftToDelete: [] });
}

test("nothing of an erased version stays anywhere, and its neighbours stay byte for byte", async () => {
  const { vault, erased, others } = await withErased();
  const ids = await fragmentIdsOf(vault, erased.version);
  expect(await traces(vault, erased.version, ids)).toBe(8 + 2);
  expect((await verifyVault(vault.keeping)).leftToDelete).toContainEqual(
    expect.objectContaining({ kind: "left to delete", version: erased.version }),
  );
  const report = await finishErasures(vault.keeping);
  expect(report).toMatchObject({ erased: [erased.version], unfinished: [] });
  expect(report.stores.map(({ rewritten, unreachable }) => [rewritten > 0, unreachable])).toEqual(
    report.stores.map(() => [true, 0]),
  );
  expect(await traces(vault, erased.version, ids)).toBe(0);
  expect(await fragmentsOf(vault)).toEqual(others);
  expect(await vault.keeping.rows.pageErased({ limit: 10 })).toEqual([]);
  await expectClean(vault);
  expect(await finishErasures(vault.keeping)).toMatchObject({ erased: [], unfinished: [] });
});

test("whichever version of a batch is gone, the others are still checked", async () => {
  for (const position of [0, 1, 2]) {
    const vault = await makeVault(4);
    const scribe = await Scribe.begin(vault);
    const put = await scribe.put([10, 20, 30]);
    const ascending = put.toSorted((left, right) => (left.version < right.version ? -1 : 1));
    await scribe.erase(ascending[position]!);
    await finishErasures(vault.keeping);
    expect(await verifyVault(vault.keeping)).toMatchObject({ checkedVersions: 2 });
  }
});

test("an object that held nothing else is deleted, not written again", async () => {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  const [only] = await scribe.put([100]);
  await scribe.erase(only!);
  await finishErasures(vault.keeping);
  expect(await vault.keeping.rows.pageObjects({ kind: "fragment", limit: 10 })).toEqual([]);
  await expectClean(vault);
});

test("a store that does not answer keeps the erasure unfinished until it is back", async () => {
  const { vault, erased, others } = await withErased();
  const ids = await fragmentIdsOf(vault, erased.version);
  const [first] = [...vault.stores.keys()];
  for (const lacking of [
    withStores(vault, (stores) => stores.delete(first!)),
    withStores(vault, (stores) => stores.set(first!, silentStore())),
  ]) {
    const report = await finishErasures(lacking.keeping);
    expect(report).toMatchObject({ erased: [], unfinished: [erased.version] });
    expect(report.stores.find(({ store }) => store === first)!.unreachable).toBeGreaterThan(0);
  }
  expect(await finishErasures(vault.keeping)).toMatchObject({ erased: [erased.version], unfinished: [] });
  expect(await traces(vault, erased.version, ids)).toBe(0);
  expect(await fragmentsOf(vault)).toEqual(others);
});

test("an empty folder where a store should be confirms nothing: its disk may not be mounted", async () => {
  const { vault, erased, others } = await withErased();
  const ids = await fragmentIdsOf(vault, erased.version);
  const [first] = [...vault.stores.keys()];
  const unmounted = withStores(vault, (stores) => stores.set(first!, createMemoryStore()));
  for (const run of [finishErasures, repairVault]) await run(unmounted.keeping);
  expect(await finishErasures(unmounted.keeping)).toMatchObject({
    erased: [],
    unfinished: [erased.version],
  });
  expect(await finishErasures(vault.keeping)).toMatchObject({ erased: [erased.version], unfinished: [] });
  expect(await traces(vault, erased.version, ids)).toBe(0);
  await repairVault(vault.keeping);
  await expectClean(vault);
  expect(await fragmentsOf(vault)).toEqual(others);
});

test("a catalogue that does not know everything deletes nothing", async () => {
  const { vault, erased } = await withErased();
  const before = await objectsOf(vault);
  await sayKnowsEverything(vault.keeping.rows, false);
  const report = await finishErasures(vault.keeping);
  expect(report).toMatchObject({ erased: [], unfinished: [erased.version] });
  expect(report.stores.map(({ unreachable }) => unreachable)).toEqual(report.stores.map(() => 1));
  await repairVault(vault.keeping);
  expect(await objectsOf(vault)).toEqual(before);
  await sayKnowsEverything(vault.keeping.rows, true);
  expect(await finishErasures(vault.keeping)).toMatchObject({ erased: [erased.version] });
});

test("a version that is erased while repair copies its statements does not stay in the copy", async () => {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  const [put] = await scribe.put([100, 200]);
  const ids = await fragmentIdsOf(vault, put!.version);
  const statements = await vault.keeping.rows.pageObjects({ kind: "statement", limit: 9 });
  const hurt = statements.find(({ envelopes }) => envelopes)!;
  await overwrite(vault.stores.get(hurt.store)!, hurt.name, Uint8Array.of(1));
  const store = vault.stores.get(hurt.store)!;
  let erasure: ErasureReport | undefined;
  const late: Store = new Proxy(store, {
    get: (from, key) =>
      key === "put"
        ? async (...args: Parameters<Store["put"]>) => {
            await from.put(...args);
            if (erasure !== undefined) return;
            await scribe.erase(put!);
            erasure = await finishErasures(vault.keeping);
          }
        : boundTo(from, key),
  });
  await repairVault(withStores(vault, (stores) => stores.set(hurt.store, late)).keeping);
  expect(erasure?.erased).toEqual([put!.version]);
  expect(await traces(vault, put!.version, ids)).toBe(0);
  await expectClean(vault);
});

function boundTo(from: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(from, key);
  return typeof value === "function" ? (value.bind(from) as unknown) : value;
}

test("a neighbour that is damaged or cut off is left to repair", async () => {
  const { vault, erased, others } = await withErased();
  const rows = await vault.keeping.rows.pageVersions({ limit: 10 });
  const place = rows.find(({ version }) => version === erased.version)!.places[0]!;
  const { bytes } = (await objectsOf(vault)).find(({ name }) => name === place.object)!;
  await overwrite(vault.stores.get(place.store)!, place.object, bytes.subarray(0, bytes.length >> 1));
  expect(await finishErasures(vault.keeping)).toMatchObject({ erased: [erased.version], unfinished: [] });
  expect((await verifyVault(vault.keeping)).lost).toEqual([]);
  await repairVault(vault.keeping);
  await expectClean(vault);
  expect(await fragmentsOf(vault)).toEqual(others);
});

describe("a crash at any write", () => {
  test.each(["before", "after"] as const)("%s it: the next run completes the erasure", async (when) => {
    let hasCrashed = true;
    for (let index = 0; hasCrashed; index++) {
      const { vault, erased, others } = await withErased();
      const ids = await fragmentIdsOf(vault, erased.version);
      const crashing = crashingAt(vault.keeping, index, when);
      await finishErasures(crashing.keeping).catch(() => undefined);
      hasCrashed = crashing.hasCrashed();
      await finishErasures(vault.keeping);
      await expectClean(vault);
      expect(await fragmentsOf(vault)).toEqual(others);
      vault.clock.now += 25 * 3_600_000;
      await repairVault(vault.keeping);
      expect(await traces(vault, erased.version, ids)).toBe(0);
    }
  });
});
