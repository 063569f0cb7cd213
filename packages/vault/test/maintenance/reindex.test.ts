import { toHex } from "@chirograph/core";
import { packEntries, readAll, readTable, type Store, StoreError } from "@chirograph/stores";
import { type Behaviour, behaviours, hostileStore } from "@chirograph/stores/hostile";
import { createMemoryStore } from "@chirograph/stores/memory";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { finishErasures } from "../../src/keeper/erase/finish-erasures.ts";
import { sealHeader } from "../../src/keeper/header.ts";
import { reindexVault, type ReindexReport } from "../../src/keeper/reindex/reindex.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import type { Rows } from "../../src/keeper/rows.ts";
import { statementObject } from "../../src/keeper/statement.ts";
import { envelopeOf } from "../../src/keeper/verify/version-check.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { idOf, refusal, settingsOf } from "../keeper/fixtures.ts";
import { dumpRows, type RowsDump } from "../rows-dump.ts";
import {
  engine,
  fragmentsOf,
  makeVault,
  objectsOf,
  overwrite,
  type PutRecord,
  Scribe,
  silentStore,
  thePeople,
  type Vault,
  wipeStore,
} from "./fixture.ts";
import { expectPolicy, expectSame, expectWhole } from "./moving.ts";

async function aVault(stores = 5): Promise<{ vault: Vault; put: PutRecord[]; scribe: Scribe }> {
  const vault = await makeVault(stores);
  const scribe = await Scribe.begin(vault);
  const put = [...(await scribe.put([10, 2000])), ...(await scribe.put([300]))];
  return { vault, put, scribe };
}

async function reindexed(stores: Iterable<Store>): Promise<{ report: ReindexReport; rows: Rows }> {
  const { ada } = await thePeople();
  const rows = createMemoryRows();
  const report = await reindexVault(engine, { stores: [...stores], identity: ada, rows });
  return { report, rows };
}

/** Gives every object so many times and then has it no more; a statement object's table is read once, and its box. */
function giving(store: Store, most: number): Store {
  const given = new Map<string, number>();
  return {
    ...methodsOf(store),
    async *get(name, range, options) {
      const times = given.get(name) ?? 0;
      given.set(name, times + 1);
      if (times >= most) throw new StoreError("not-found", "No object has that name.");
      yield* store.get(name, range, options);
    },
  };
}

/** What can be known from the stores: sizes of statement objects are in no commit. */
async function comparable(rows: Rows): Promise<Pick<RowsDump, "links" | "versions" | "objects">> {
  const { links, versions, objects } = await dumpRows(rows);
  return {
    links,
    versions,
    objects: objects.map((row) => (row.kind === "statement" ? { ...row, sizeBytes: 0 } : row)),
  };
}

describe("all stores are there", () => {
  test("the rows are what they were", async () => {
    const { vault } = await aVault();
    const { report, rows } = await reindexed([...vault.stores.values()].toReversed());
    expect(report).toMatchObject({ proven: true, charts: 1, versions: 3, problems: [], unreferenced: [] });
    expect(report.settings).toEqual(vault.keeping.settings);
    expect(report.catalogueKey).toEqual(vault.keeping.catalogueKey);
    expect([...report.stores]).toEqual([...vault.stores]);
    expect(await comparable(rows)).toEqual(await comparable(vault.keeping.rows));
    const verified = await verifyVault({ ...vault.keeping, rows });
    expect({ ...verified, checkedBytes: 0 }).toEqual({
      ...(await verifyVault(vault.keeping)),
      checkedBytes: 0,
    });
  });

  test("erased versions too, gone or not", async () => {
    const { vault, put, scribe } = await aVault();
    await scribe.erase(put[0]!);
    const [before] = await vault.keeping.rows.pageErased({ limit: 1 });
    expect(await comparable((await reindexed(vault.stores.values())).rows)).toEqual(
      await comparable(vault.keeping.rows),
    );
    const kept = await objectsOf(vault);
    await finishErasures(vault.keeping);
    const { rows, report } = await reindexed(vault.stores.values());
    expect(report.problems).toEqual([]);
    expect(await comparable(rows)).toEqual(await comparable(vault.keeping.rows));

    // Every store brings everything back that it ever had: the tombstone holds, and the next run deletes it.
    for (const { store, name, bytes } of kept) {
      const at = vault.stores.get(store)!;
      if ((await at.head(name)) === null) await overwrite(at, name, bytes);
    }
    const again = await reindexed(vault.stores.values());
    const [left] = await again.rows.pageErased({ limit: 10 });
    expect(left).toMatchObject({ version: before!.version, erased: true });
    expect(left!.places.every((place) => place !== null)).toBe(true);
    const keeping = { ...vault.keeping, rows: again.rows };
    expect(await finishErasures(keeping)).toMatchObject({ erased: [before!.version], unfinished: [] });
    expect(await verifyVault(keeping)).toMatchObject({ repairable: [], lost: [], leftToDelete: [] });
    const last = await reindexed(vault.stores.values());
    expect(await last.rows.pageErased({ limit: 10 })).toEqual([]);
  });
});

describe("some stores are not there", () => {
  test("T of them: everything is found, and proven if N − f answered", async () => {
    const { vault } = await aVault(4);
    const ids = [...vault.stores.keys()];
    for (const lost of ids) {
      const others = ids.filter((id) => id !== lost).map((id) => vault.stores.get(id)!);
      for (const stores of [others, [...others, silentStore()], [createMemoryStore(), ...others]]) {
        const { report, rows } = await reindexed(stores);
        expect(report).toMatchObject({ proven: true, charts: 1, versions: 3 });
        const original = await vault.keeping.rows.pageVersions({ limit: 10 });
        const expected = original.map((row) => ({
          ...row,
          places: row.places.map((place) => (place?.store === lost ? null : place)),
        }));
        expect(await rows.pageVersions({ limit: 10 })).toEqual(expected);
        expect((await verifyVault({ ...vault.keeping, rows, stores: report.stores })).lost).toEqual([]);
      }
    }
    const two = ids.slice(2).map((id) => vault.stores.get(id)!);
    expect((await reindexed(two)).report).toMatchObject({ proven: false, charts: 1 });
  });

  test("the store comes back: repair gives it what it lacks and the vault is whole", async () => {
    const { vault } = await aVault(4);
    const [first, ...others] = [...vault.stores.values()];
    const { rows } = await reindexed(others);
    await wipeStore(first!);
    const keeping = { ...vault.keeping, rows };
    const repaired = await repairVault(keeping, { headers: vault.headers });
    expect(repaired.lost).toEqual([]);
    const report = await verifyVault(keeping, { headers: vault.headers });
    expect(report).toMatchObject({ repairable: [], lost: [], leftToDelete: [] });
  });
});

test("into rows that know where fragments lie: another copy of them is nobody's, and a sweep finds it", async () => {
  const { vault } = await aVault();
  const { rows } = vault.keeping;
  const [place] = (await rows.pageVersions({ limit: 1 }))[0]!.places;
  const { store, object } = place!;
  const bytes = await readAll(vault.stores.get(store)!, object);
  // Its name comes before every other, so that it would be chosen.
  const copy = { store, object: idOf(1) };
  await vault.stores.get(store)!.put(copy.object, { sizeBytes: bytes.length, bytes: [bytes] });
  const { ada } = await thePeople();
  const report = await reindexVault(engine, { stores: [...vault.stores.values()], identity: ada, rows });
  expect(report.unreferenced).toEqual([copy]);
  const known = await rows.pageObjects({ store, limit: 1000 });
  expect(known.map(({ name }) => name)).not.toContain(copy.object);
  expect(known.map(({ name }) => name)).toContain(object);
});

describe("fragments that lie on several stores", () => {
  test("as moves leave them: those are chosen with which every version keeps the policy", async () => {
    const { vault } = await aVault();
    const before = await fragmentsOf(vault);
    for (const row of await vault.keeping.rows.pageVersions({ limit: 10 })) {
      const signed = (await envelopeOf(engine, row))!;
      for (const [index, place] of row.places.entries()) {
        const bytes = await readAll(vault.stores.get(place!.store)!, place!.object, place!);
        const { id } = signed.places[index]!;
        for (const [at, store] of vault.stores) {
          if (at === place!.store) continue;
          const { body } = packEntries([{ id, kind: "fragment", lengthBytes: bytes.length, bytes: [bytes] }]);
          await store.put(toHex(engine.randomBytes(16)), body);
        }
      }
    }
    const { report, rows } = await reindexed(vault.stores.values());
    expect(report.problems).toEqual([]);
    const again = { ...vault, keeping: { ...vault.keeping, rows } };
    await expectPolicy(again);
    await repairVault(again.keeping);
    await expectWhole(again);
    await expectSame(again, before);
  });
});

describe("a hostile store", () => {
  test("other bytes in every object: reported, never fatal", async () => {
    const { vault } = await aVault();
    const [id, store] = [...vault.stores][0]!;
    const objects = (await objectsOf(vault)).filter(
      (object) => object.store === id && object.name !== "vault",
    );
    for (const { name, bytes } of objects)
      await overwrite(
        store,
        name,
        bytes.map((byte) => byte ^ 1),
      );
    const { report, rows } = await reindexed(vault.stores.values());
    expect(report.problems.map(({ kind }) => kind)).toEqual(objects.map(() => "object damaged"));
    expect(report).toMatchObject({ proven: true, versions: 3 });
    const chart = await chartOf(vault);
    expect(await rows.links(chart)).toEqual(await vault.keeping.rows.links(chart));
  });

  test("objects of other stores and of another vault, names that are none, an endless list", async () => {
    const { vault } = await aVault();
    const other = { vault: await makeVault(5, {}, { catalogueKey: new Uint8Array(32).fill(8) }) };
    await (await Scribe.begin(other.vault)).put([50]);
    const [id, store] = [...vault.stores][0]!;
    const elsewhere = (await objectsOf(vault)).filter(
      (object) => object.store !== id && object.name !== "vault",
    );
    for (const { name, bytes } of elsewhere)
      await store.put(name, { sizeBytes: bytes.length, bytes: [bytes] });
    for (const { name, bytes } of await objectsOf(other.vault)) {
      if (name !== "vault")
        await store.put(name, { sizeBytes: bytes.length, bytes: [bytes] }).catch(() => {});
    }
    await store.put("not-an-id", { sizeBytes: 1, bytes: [Uint8Array.of(1)] });
    const { report, rows } = await reindexed(vault.stores.values());
    expect(report.versions).toBe(3);
    expect(report.unreferenced).toContainEqual({ store: id, object: "not-an-id" });
    // Whichever copy was chosen, it is the fragment.
    const verified = await verifyVault({ ...vault.keeping, rows });
    expect(verified.lost).toEqual([]);
    expect(verified.repairable).toEqual([]);

    const endless: Store = {
      ...methodsOf(store),
      list: async () => [
        { name: "a", sizeBytes: 1 },
        { name: "a", sizeBytes: 1 },
      ],
    };
    const stores = [endless, ...[...vault.stores.values()].slice(1)];
    const { report: second } = await reindexed(stores);
    expect(second.problems).toContainEqual({ kind: "store unreachable", store: id });
    expect(second.versions).toBe(3);
  });

  test("a list without end: read so far and no further, and named", async () => {
    const { vault } = await aVault();
    const [[id, store], ...others] = [...vault.stores] as [[Id, Store], ...[Id, Store][]];
    const endless = hostileStore(store, behaviourNamed("endless list"));
    const { report, rows } = await reindexed([endless, ...others.map(([, other]) => other)]);
    expect(report.problems).toContainEqual({ kind: "store unreachable", store: id });
    expect(report).toMatchObject({ proven: true, versions: 3 });
    expect((await verifyVault({ ...vault.keeping, rows })).lost).toEqual([]);
  });

  test("lengths that a list tells are not believed", async () => {
    const { vault } = await aVault();
    const stores = Array.from(vault.stores, ([id, store]) =>
      hostileStore(store, behaviourNamed("wrong length"), {
        seed: Number.parseInt(id, 16),
        scope: { calls: ["list"] },
      }),
    );
    const { rows } = await reindexed(stores);
    expect(await comparable(rows)).toEqual(await comparable(vault.keeping.rows));
    for (const { sizeBytes, store, name } of await rows.pageObjects({ limit: 100 })) {
      expect(sizeBytes).toBe((await vault.stores.get(store)!.head(name))!.sizeBytes);
    }
  });

  test("a fragment's id over bytes that are not it: the right copy is chosen", async () => {
    const { vault } = await aVault();
    const [id, store] = [...vault.stores][0]!;
    for (const { store: at, name, bytes } of await objectsOf(vault)) {
      if (at === id || name === "vault") continue;
      const lie = bytes.slice();
      for (const { offset } of await readTable(vault.stores.get(at)!, name)) lie[offset]! ^= 1;
      await store.put(name, { sizeBytes: lie.length, bytes: [lie] });
    }
    const { rows } = await reindexed(vault.stores.values());
    expect(await rows.pageVersions({ limit: 10 })).toEqual(
      await vault.keeping.rows.pageVersions({ limit: 10 }),
    );
  });

  test("statements that a store gives once and then no more: the copies of other stores count", async () => {
    const { vault } = await aVault();
    for (const forgetful of vault.stores.values()) {
      // Each is as fast as the others, so that one after the other is read first.
      const stores = [...vault.stores.values()].map((store) => giving(store, store === forgetful ? 2 : 9));
      const { report } = await reindexed(stores);
      expect(report.problems.map(({ kind }) => kind)).not.toContain("envelope missing");
    }
  });

  test("a header of another vault, with the identity among its owners", async () => {
    const { vault } = await aVault();
    const { ada, ben } = await thePeople();
    const [id, store] = [...vault.stores][0]!;
    const theirs = { ...settingsOf(ben, 5), owners: [ben.recipient, ada.recipient] };
    const forged = await sealHeader(engine, {
      settings: theirs,
      catalogueKey: new Uint8Array(32).fill(9),
      store: id,
      founder: ben,
    });
    await overwrite(store, "vault", forged);
    const { report } = await reindexed(vault.stores.values());
    expect(report.settings).toEqual(vault.keeping.settings);
    expect(report.problems).toContainEqual({ kind: "header", at: 0, store: id });
    expect(report.versions).toBe(3);
  });

  test("no founder is this identity, and the headers disagree: refused", async () => {
    const { ada, ben, cleo } = await thePeople();
    const stores = await Promise.all(
      [ben, cleo].map(async (founder, index) => {
        const settings = { ...settingsOf(founder, 5), owners: [founder.recipient, ada.recipient] };
        const catalogueKey = new Uint8Array(32).fill(index);
        const header = await sealHeader(engine, { settings, catalogueKey, store: idOf(1), founder });
        const store = createMemoryStore();
        await store.put("vault", { sizeBytes: header.length, bytes: [header] });
        return store;
      }),
    );
    await expect(reindexed(stores)).rejects.toThrow(refusal("forged"));
    await expect(reindexed([createMemoryStore()])).rejects.toThrow(refusal("not-owner"));
  });
});

test("links whose parents are nowhere are reported, the rest of the chart is kept", async () => {
  const { vault } = await aVault(4);
  const chart = await chartOf(vault);
  const links = await vault.keeping.rows.links(chart);
  const middle = links.at(-2)!.batch;
  // Every copy of the batch in the middle is lost.
  for (const row of await vault.keeping.rows.pageObjects({ kind: "statement", limit: 100 })) {
    if (row.batch === middle) await vault.stores.get(row.store)!.delete(row.name);
  }
  const { report, rows } = await reindexed(vault.stores.values());
  expect(report.problems.map(({ kind }) => kind)).toContain("link refused");
  expect((await rows.links(chart)).length).toBeLessThan(links.length);
});

describe("repair with what a reindex without all statements made harms nothing that it did not find", () => {
  test.each(["a batch in the middle", "all envelopes of a batch"])("%s", async (hidden) => {
    const { vault, scribe } = await aVault(4);
    await scribe.put([40]);
    const original = await vault.keeping.rows.pageVersions({ limit: 10 });
    const batches = (await vault.keeping.rows.links(await chartOf(vault))).map(({ batch }) => batch);
    const giveBack: (() => Promise<void>)[] = [];
    for (const { store: id, name, batch, envelopes } of await vault.keeping.rows.pageObjects({
      kind: "statement",
      limit: 100,
    })) {
      if (hidden === "a batch in the middle" ? batch !== batches.at(-2) : !envelopes || batch !== batches[0])
        continue;
      const store = vault.stores.get(id)!;
      const bytes = await readAll(store, name);
      await store.delete(name);
      giveBack.push(() => store.put(name, { sizeBytes: bytes.length, bytes: [bytes] }));
    }
    const { rows, report } = await reindexed(vault.stores.values());
    expect(report.problems).not.toEqual([]);
    await repairVault({ ...vault.keeping, rows });
    await repairVault({ ...vault.keeping, rows });
    for (const back of giveBack) await back();
    const again = await reindexed(vault.stores.values());
    expect(again.report.problems).toEqual([]);
    expect(await again.rows.pageVersions({ limit: 10 })).toEqual(original);
  });
});

test("a statement with an envelope that no chart names, and a link that is none", async () => {
  const { vault } = await aVault(4);
  const { settings, catalogueKey } = vault.keeping;
  const [id, store] = [...vault.stores][0]!;
  const at = { vault: settings.vault, store: id, object: idOf(0xabc) };
  const statements = { batch: idOf(0xdef), links: [new Uint8Array(40)], envelopes: [new Uint8Array(60)] };
  const { body } = await statementObject(engine, catalogueKey, at, statements);
  await store.put(at.object, body);
  const { report, rows } = await reindexed(vault.stores.values());
  expect(report.problems.map(({ kind }) => kind).toSorted()).toEqual(["envelope refused", "link refused"]);
  expect(await rows.pageVersions({ limit: 10 })).toEqual(
    await vault.keeping.rows.pageVersions({ limit: 10 }),
  );
});

async function chartOf({ keeping }: Vault): Promise<Id> {
  return (await keeping.rows.page({ of: "charts", limit: 1 }))[0]!.id;
}

function behaviourNamed(wanted: string): Behaviour {
  return behaviours.find(({ name }) => name === wanted)!;
}

function methodsOf(store: Store): Store {
  return {
    promises: store.promises,
    put: (name, body) => store.put(name, body),
    get: (name, range) => store.get(name, range),
    head: (name) => store.head(name),
    list: (request) => store.list(request),
    delete: (name) => store.delete(name),
  };
}
