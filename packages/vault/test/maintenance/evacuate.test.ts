import { type Store, StoreError } from "@chirograph/stores";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { VaultError } from "../../src/error.ts";
import { evacuateStore, type EvacuationReport, keepStore } from "../../src/keeper/evacuate/evacuate.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import { leavingStores, sayLeaving } from "../../src/keeper/leaving/leaving.ts";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import { sayKnowsEverything } from "../../src/keeper/reindex/whole.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import type { ReservationRow } from "../../src/keeper/rows.ts";
import { idOf, refusal } from "../keeper/fixtures.ts";
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
  withStores,
} from "./fixture.ts";
import {
  bytesOn,
  entriesOn,
  expectPolicy,
  expectSame,
  expectWhole,
  HOUR_MS,
  namesOn,
  settleAndExpectWhole,
} from "./moving.ts";

/** Nine stores for versions of eight fragments: one store may leave. */
async function spacious(
  puts: readonly (readonly number[])[] = [[10, 3000, 70_000, 500], [500]],
): Promise<{ vault: Vault; scribe: Scribe; leaving: Id }> {
  const vault = await makeVault(9, { tolerate: 2 });
  const scribe = await Scribe.begin(vault);
  for (const put of puts) await scribe.put(put);
  return { vault, scribe, leaving: vault.keeping.settings.stores[3]!.id };
}

describe("a store that is there", () => {
  test("is copied with one read, and nothing is needed from it any more", async () => {
    const { vault, scribe, leaving } = await spacious();
    const before = await fragmentsOf(vault);
    const held = await bytesOn(vault.keeping, leaving);
    const report = await evacuateStore(vault.keeping, leaving);
    expect(report).toMatchObject({
      rebuiltFragments: 0,
      atRisk: [],
      lost: [],
      isEmpty: true,
      unreachable: [],
    });
    expect(report.copiedFragments).toBeGreaterThan(0);
    // Tables and trailers are read and written, too.
    expect(report.readBytes).toBeLessThan(held + 60_000);
    expect(await namesOn(vault.stores.get(leaving)!)).toEqual([]);
    await expectSame(vault, before);
    await expectPolicy(vault);
    await expectWhole(vault);

    await scribe.put([700, 20]);
    expect(await namesOn(vault.stores.get(leaving)!)).toEqual([]);
    const without = withStores(vault, (stores) => stores.delete(leaving));
    expect(await fragmentsOf(without)).toEqual(await fragmentsOf(vault));
    await expectWhole(without);
  });

  test("writes few objects for many fragments", async () => {
    const vault = await makeVault(9, { tolerate: 2 });
    const scribe = await Scribe.begin(vault);
    for (let put = 0; put < 6; put++) await scribe.put([10, 20, 30, 40]);
    const leaving = vault.keeping.settings.stores[0]!.id;
    const before = (await objectsOf(vault)).length;
    await evacuateStore(vault.keeping, leaving);
    // Each other store has one object more at most, and the store had one a put and one a commit.
    expect((await objectsOf(vault)).length).toBeLessThan(before);
    await expectWhole(vault);
  });

  test("fragments larger than what stays in memory are copied block by block", async () => {
    const vault = await makeVault(9, { tolerate: 2 });
    await (await Scribe.begin(vault)).put([30 * 1_048_576]);
    const before = await fragmentsOf(vault);
    const leaving = (await vault.keeping.rows.pageVersions({ limit: 1 }))[0]!.places[2]!.store;
    const held = await bytesOn(vault.keeping, leaving);
    expect(held).toBeGreaterThan(4 * 1_048_576);
    const report = await evacuateStore(vault.keeping, leaving);
    expect(report).toMatchObject({ copiedFragments: 1, rebuiltFragments: 0, isEmpty: true });
    expect(report.readBytes).toBeLessThan(1.02 * held + 60_000);
    await expectSame(vault, before);
    await expectWhole(vault);
  });

  for (const [when, goodReads] of [
    ["at once", 0],
    ["on the way", 3],
  ] as const) {
    test(`a large fragment that it fails to give ${when} is rebuilt, and no other store is blamed`, async () => {
      const vault = await makeVault(9, { tolerate: 2 });
      await (await Scribe.begin(vault)).put([30 * 1_048_576]);
      const before = await fragmentsOf(vault);
      const leaving = (await vault.keeping.rows.pageVersions({ limit: 1 }))[0]!.places[2]!.store;
      const hurt = withStores(vault, (stores) => {
        for (const [id, store] of stores)
          stores.set(id, id === leaving ? failingAfter(store, goodReads) : inOwnWords(store));
      });
      const report = await evacuateStore(hurt.keeping, leaving);
      expect(report).toMatchObject({ copiedFragments: 0, rebuiltFragments: 1, lost: [], isEmpty: true });
      expect(report.atRisk).toEqual([]);
      expect(report.unreachable).toEqual([leaving]);
      await expectSame(vault, before);
    });
  }

  test("what is damaged or missing there is rebuilt, never spread", async () => {
    const { vault, leaving } = await spacious();
    const before = await fragmentsOf(vault);
    const store = vault.stores.get(leaving)!;
    const own = (await objectsOf(vault)).filter(
      (object) => object.store === leaving && object.name !== "vault",
    );
    const fragments = await vault.keeping.rows.pageObjects({ store: leaving, kind: "fragment", limit: 10 });
    const [first, second] = fragments.map(({ name }) => own.find((object) => object.name === name)!);
    await overwrite(
      store,
      first!.name,
      first!.bytes.map((byte, index) => (index === 60 ? byte ^ 1 : byte)),
    );
    if (second !== undefined) await store.delete(second.name);
    const report = await evacuateStore(vault.keeping, leaving);
    expect(report).toMatchObject({ atRisk: [], lost: [], isEmpty: true });
    expect(report.rebuiltFragments).toBeGreaterThan(0);
    await expectSame(vault, before);
    await expectWhole(vault);
  });
});

test("a store that is full gets nothing more, and others take its part", async () => {
  const vault = await makeVault(12, { tolerate: 2 });
  await (await Scribe.begin(vault)).put([10, 3000, 500, 600, 700]);
  const before = await fragmentsOf(vault);
  const [leaving, full] = vault.keeping.settings.stores.map(({ id }) => id) as [Id, Id];
  const inner = vault.stores.get(full)!;
  const hurt = withStores(vault, (stores) => stores.set(full, fullStore(inner)));
  const report = await evacuateStore(hurt.keeping, leaving);
  expect(report.atRisk.filter(({ kind }) => kind === "fragment not moved")).toEqual([]);
  expect(report.remaining).toMatchObject({ fragments: 0 });
  await expectSame(vault, before);
  await expectPolicy(vault);
});

describe("a store that is lost", () => {
  test.each(["away", "silent"] as const)("%s: its fragments are rebuilt from k others", async (how) => {
    const { vault, leaving } = await spacious();
    const before = await fragmentsOf(vault);
    const hurt = withStores(vault, (stores) => {
      if (how === "away") stores.delete(leaving);
      else stores.set(leaving, silentStore());
    });
    const sizes = await bytesOn(vault.keeping, leaving);
    const report = await evacuateStore(hurt.keeping, leaving);
    expect(report).toMatchObject({ copiedFragments: 0, atRisk: [], lost: [], isEmpty: true });
    expect(report.remaining.condemnedObjects).toBeGreaterThan(0);
    // Six of eight; headers, tables and neighbours in the objects are read, too.
    expect(report.readBytes).toBeLessThan(6 * sizes + 9 * 20_000 + 100_000);
    await expectSame(vault, before);
    await expectPolicy(vault);
    await expectWhole(hurt);
    // It comes back, and deletes what nobody needs.
    expect((await evacuateStore(vault.keeping, leaving)).remaining.condemnedObjects).toBe(0);
    expect(await namesOn(vault.stores.get(leaving)!)).toEqual([]);
    await expectWhole(vault);
  });

  test("and one more fragment of each version than may be: named as lost, and they stay", async () => {
    const { vault, leaving } = await spacious();
    const others = [...vault.stores.keys()].filter((id) => id !== leaving).slice(0, 2);
    const hurt = withStores(vault, (stores) => {
      for (const id of [leaving, ...others]) stores.delete(id);
    });
    const report = await evacuateStore(hurt.keeping, leaving, { partly: true });
    expect(report.isEmpty).toBe(false);
    expect(report.atRisk.length + report.lost.length).toBeGreaterThan(0);
    await repairVault(vault.keeping, { headers: vault.headers });
    expect((await evacuateStore(vault.keeping, leaving)).isEmpty).toBe(true);
    await expectWhole(vault);
  });
});

describe("a policy that cannot hold without the store", () => {
  test("is told, and nothing is moved; partly, what may go goes and what stays is named", async () => {
    const vault = await makeVault(8, { tolerate: 2 });
    const scribe = await Scribe.begin(vault);
    await scribe.put([10]);
    const leaving = vault.keeping.settings.stores[0]!.id;
    const before = await objectsOf(vault);
    await expect(evacuateStore(vault.keeping, leaving)).rejects.toThrow(
      /of its 1 fragments 1 may lie on no other store.*new versions of 8 fragments/,
    );
    await expect(evacuateStore(vault.keeping, leaving)).rejects.toThrow(refusal("policy"));
    expect(await objectsOf(vault)).toEqual(before);
    expect((await leavingStores(vault.keeping.rows)).size).toBe(0);

    const report = await evacuateStore(vault.keeping, leaving, { partly: true });
    expect(report.atRisk).toEqual([
      expect.objectContaining({ kind: "fragment not moved", store: leaving, reason: "policy" }),
    ]);
    expect(report).toMatchObject({ isEmpty: false, remaining: { fragments: 1, statements: 0 } });
    await expectWhole(vault);
    // New versions cannot do without it, so it is still written to.
    await scribe.put([10]);
    await expectPolicy(vault);
    await expectWhole(vault);
  });

  test("a store that is none, and a catalogue that does not know everything, are refused", async () => {
    const { vault, leaving } = await spacious();
    await expect(evacuateStore(vault.keeping, "0".repeat(32))).rejects.toThrow(refusal("unknown"));
    await sayKnowsEverything(vault.keeping.rows, false);
    await expect(evacuateStore(vault.keeping, leaving)).rejects.toThrow(refusal("stores-missing"));
  });

  test("all stores cannot leave", async () => {
    const vault = await makeVault(3, { tolerate: 0 });
    const [first, second, third] = vault.keeping.settings.stores.map(({ id }) => id);
    await evacuateStore(vault.keeping, first!);
    await evacuateStore(vault.keeping, second!, { partly: true });
    await expect(evacuateStore(vault.keeping, third!)).rejects.toThrow(refusal("policy"));
  });
});

test("a store that is kept after all takes new fragments again", async () => {
  const { vault, scribe, leaving } = await spacious();
  await evacuateStore(vault.keeping, leaving);
  await keepStore(vault.keeping, leaving);
  await repairVault(vault.keeping, { headers: vault.headers });
  await scribe.put([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await entriesOn(vault.stores.get(leaving)!)).not.toEqual([]);
  await expectWhole(vault);
});

test("a put that began before is told of, and moved by the next run", async () => {
  const vault = await makeVault(9, { tolerate: 2 });
  const leaving = vault.keeping.settings.stores[3]!.id;
  const { keeper } = vault;
  const go = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const late = await Scribe.begin({
    ...vault,
    keeper: {
      ...keeper,
      async commit(request) {
        arrived.resolve();
        await go.promise;
        return keeper.commit(request);
      },
    },
  });
  const put = late.put([10, 20, 30, 40, 50, 60]);
  await arrived.promise;
  const first = await evacuateStore(vault.keeping, leaving);
  expect(first).toMatchObject({ isEmpty: false, remaining: { reservedObjects: 1 } });
  expect(first.remaining.reservedUntil).toBeGreaterThan(vault.clock.now);
  go.resolve();
  await put;
  expect(await evacuateStore(vault.keeping, leaving)).toMatchObject({ isEmpty: true });
  await expectWhole(vault);
});

test("a commit that is written down and not finished is told of, and moved by the next run", async () => {
  const vault = await makeVault(9, { tolerate: 2 });
  const leaving = vault.keeping.settings.stores[3]!.id;
  const silent = withStores(vault, (stores) => {
    for (const id of stores.keys()) stores.set(id, silentStore());
  });
  const scribe = await Scribe.begin({ ...vault, keeper: openKeeper(silent.keeping) });
  await expect(scribe.put([10, 20, 30, 40, 50, 60])).rejects.toThrow(refusal("stores-missing"));
  const first = await evacuateStore(vault.keeping, leaving);
  // The object of the fragments, and that of the statements.
  expect(first).toMatchObject({ isEmpty: false, remaining: { reservedObjects: 2, reservedUntil: null } });
  vault.clock.now += HOUR_MS;
  expect(await vault.keeper.recover()).toBe(1);
  expect(await evacuateStore(vault.keeping, leaving)).toMatchObject({ isEmpty: true });
  await expectWhole(vault);
});

test("a catalogue that is lost meanwhile is made again from the stores that stay", async () => {
  const { vault, scribe, leaving } = await spacious();
  await evacuateStore(vault.keeping, leaving);
  await scribe.put([33]);
  const before = await fragmentsOf(vault);
  const stores = [...vault.stores].flatMap(([id, store]) => (id === leaving ? [] : [store]));
  const rows = createMemoryRows();
  const { ada } = await thePeople();
  const report = await reindexVault(engine, { stores, identity: ada, rows });
  expect(report).toMatchObject({ proven: true, problems: [], unreferenced: [] });
  await expectSame({ ...vault, keeping: { ...vault.keeping, rows } }, before);
});

test.each(["before", "after"] as const)(
  "a crash %s every other write: the next run completes it",
  async (when) => {
    let hasCrashed = true;
    for (let index = when === "before" ? 0 : 1; hasCrashed; index += 2) {
      const { vault, leaving } = await spacious([[10, 2000]]);
      const before = await fragmentsOf(vault);
      const crashing = crashingAt(vault.keeping, index, when);
      await evacuateStore(crashing.keeping, leaving).catch(() => undefined);
      hasCrashed = crashing.hasCrashed();
      await expectSame(vault, before);
      expect(await evacuateStore(vault.keeping, leaving)).toMatchObject({
        isEmpty: true,
        atRisk: [],
        lost: [],
      });
      await expectSame(vault, before);
      await settleAndExpectWhole(vault);
      expect(await namesOn(vault.stores.get(leaving)!)).toEqual([]);
    }
  },
);

test("two at once, beside puts, an erasure and a repair: all is whole, and the store is empty", async () => {
  const { vault, scribe, leaving } = await spacious();
  const [erased] = await scribe.put([64]);
  const kept = await fragmentsOf(vault);
  for (const name of kept.keys()) if (name.startsWith(erased!.version)) kept.delete(name);
  await Promise.all([
    evacuateStore(vault.keeping, leaving),
    evacuateStore(vault.keeping, leaving),
    repairVault(vault.keeping, { headers: vault.headers }),
    (async () => {
      for (let put = 0; put < 4; put++) await scribe.put([100 * put + 1, 5]);
      await scribe.erase(erased!);
    })(),
  ]);
  await evacuateStore(vault.keeping, leaving);
  await settleAndExpectWhole(vault);
  expect((await evacuateStore(vault.keeping, leaving)).isEmpty).toBe(true);
  expect(await namesOn(vault.stores.get(leaving)!)).toEqual([]);
  const now = await fragmentsOf(vault);
  for (const [name, hash] of kept) expect(now.get(name)).toBe(hash);
  await expectPolicy(vault);
});

test("an evacuation that is told to stop goes on where it was, and counts all that it did", async () => {
  const { vault, leaving } = await spacious();
  const places = (await vault.keeping.rows.pageVersions({ limit: 100 })).flatMap((row) => row.places);
  const stop = new AbortController();
  let steps = 0;
  const onProgress = (): void => {
    if (++steps === 1) stop.abort(new Error("stopped"));
  };
  await expect(evacuateStore(vault.keeping, leaving, { signal: stop.signal, onProgress })).rejects.toThrow(
    "stopped",
  );
  const report = await evacuateStore(vault.keeping, leaving);
  expect(report.isEmpty).toBe(true);
  expect(report.copiedFragments).toBe(places.filter((place) => place?.store === leaving).length);
});

test("stores of every number and policy: what is not refused is empty, whole and keeps the policy", async () => {
  for (const [stores, tolerate] of [
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 1],
    [6, 2],
    [10, 2],
    [12, 3],
  ] as const) {
    const vault = await makeVault(stores, { tolerate });
    await (await Scribe.begin(vault)).put([10, 2000]);
    const before = await fragmentsOf(vault);
    for (const { id } of vault.keeping.settings.stores.slice(0, 2)) {
      const objects = await objectsOf(vault);
      const end = await evacuateStore(vault.keeping, id).catch((error: unknown) => error);
      const isRefused = end instanceof VaultError && end.code === "policy";
      expect(isRefused || (end as EvacuationReport).isEmpty).toBe(true);
      const left = isRefused ? await objectsOf(vault) : await namesOn(vault.stores.get(id)!);
      expect(left).toEqual(isRefused ? objects : []);
      await expectSame(vault, before);
      await expectPolicy(vault);
      await expectWhole(vault);
    }
  }
});

describe("two stores that leave at the same time", () => {
  test("leave every version so that T stores may be lost, and both are empty", async () => {
    const vault = await makeVault(10, { tolerate: 2 });
    const scribe = await Scribe.begin(vault);
    for (let put = 0; put < 3; put++) await scribe.put([10, 3000, 500, 70, 900]);
    const before = await fragmentsOf(vault);
    const [first, second] = vault.keeping.settings.stores.map(({ id }) => id) as [Id, Id];
    let other: EvacuationReport | undefined;
    const keeping = overtaken(vault, async () => {
      other = await evacuateStore(vault.keeping, second);
    });
    const report = await evacuateStore(keeping, first);
    expect(report.isEmpty).toBe(true);
    // What the first had begun to write there may still come.
    expect(other!.isEmpty || other!.remaining.reservedObjects > 0).toBe(true);
    await expectPolicy(vault);
    expect((await evacuateStore(vault.keeping, second)).isEmpty).toBe(true);
    expect(await namesOn(vault.stores.get(first)!)).toEqual([]);
    expect(await namesOn(vault.stores.get(second)!)).toEqual([]);
    await expectPolicy(vault);
    await expectSame(vault, before);
    // Objects that were to take more than came hold bytes of no use.
    await settleAndExpectWhole(vault);
  });

  test("are both marked", async () => {
    const { rows, settings } = (await makeVault(10, { tolerate: 2 })).keeping;
    const ids = settings.stores.map(({ id }) => id).slice(0, 4);
    await Promise.all(ids.map((id) => sayLeaving(rows, id, true)));
    expect([...(await leavingStores(rows))].toSorted()).toEqual(ids.toSorted());
    await Promise.all(ids.map((id) => sayLeaving(rows, id, false)));
    expect((await leavingStores(rows)).size).toBe(0);
  });

  test("are refused when the policy lets each of them go, but not both", async () => {
    const { vault, leaving } = await spacious();
    const other = vault.keeping.settings.stores[5]!.id;
    const before = await fragmentsOf(vault);
    const ends = await Promise.all(
      [leaving, other].map((id) =>
        evacuateStore(vault.keeping, id).catch((error: unknown) => (error as VaultError).code),
      ),
    );
    expect(ends).toContain("policy");
    const gone = [leaving, other].filter((_, index) => ends[index] !== "policy");
    expect([...(await leavingStores(vault.keeping.rows))]).toEqual(gone);
    await expectPolicy(vault);
    await expectSame(vault, before);
  });
});

test("a version that lacks fragments stays until a repair has made it whole", async () => {
  const { vault, leaving } = await spacious();
  const { rows, settings } = vault.keeping;
  const lost = settings.stores[6]!.id;
  const [gone] = await rows.pageObjects({ store: lost, kind: "fragment", limit: 1 });
  const wanting = (await rows.contents(lost, gone!.name)).map(({ version }) => version);
  const lies = (await rows.versions(wanting)).map(({ places }) => places.map((place) => place?.store));
  await vault.stores.get(lost)!.delete(gone!.name);
  await rows.forget(lost, gone!.name);

  const report = await evacuateStore(vault.keeping, leaving);
  expect(report).toMatchObject({ isEmpty: false, lost: [] });
  const named = report.atRisk.map(({ kind, version, reason }) => ({ kind, version, reason }));
  const there = wanting.filter((_, index) => lies[index]!.includes(leaving));
  expect(there.length).toBeGreaterThan(0);
  const reason = "others missing" as const;
  expect(named).toEqual(there.map((version) => ({ kind: "fragment not moved", version, reason })));

  await repairVault(vault.keeping, { headers: vault.headers });
  expect(await evacuateStore(vault.keeping, leaving)).toMatchObject({ isEmpty: true, atRisk: [] });
  await expectPolicy(vault);
  await expectWhole(vault);
});

test("a store that begins to leave while something is being reserved gets nothing of it", async () => {
  const { vault, leaving } = await spacious();
  const { rows } = vault.keeping;
  let report: EvacuationReport | undefined;
  const slow = new Proxy(rows, {
    get(from, key) {
      const value: unknown = Reflect.get(from, key);
      if (key !== "reserve" || typeof value !== "function") {
        return typeof value === "function" ? value.bind(from) : value;
      }
      return async (reservation: ReservationRow) => {
        report ??= await evacuateStore(vault.keeping, leaving);
        await rows.reserve(reservation);
      };
    },
  });
  const keeper = openKeeper({ ...vault.keeping, rows: slow });
  const { targets } = await keeper.reserve({ fragments: 8, versions: 9, layout: "packed" });
  expect(report?.isEmpty).toBe(true);
  expect(targets.flat().map(({ store }) => store)).not.toContain(leaving);
  // The first one is taken back.
  const reserved = await rows.expired(Number.MAX_SAFE_INTEGER, 100);
  expect(reserved.map(({ store }) => store)).not.toContain(leaving);
});

test("with more reservations than are looked at no store is called empty", async () => {
  const { vault, leaving } = await spacious();
  const { rows, settings } = vault.keeping;
  const other = settings.stores[0]!.id;
  const objects = Array.from({ length: 100_000 }, (_, index) => ({
    store: other,
    object: (index + 1).toString(16).padStart(32, "0"),
  }));
  await rows.reserve({ id: idOf(9), generation: 1, objects, expires: vault.clock.now + HOUR_MS });
  expect(await evacuateStore(vault.keeping, leaving)).toMatchObject({
    isEmpty: false,
    remaining: { fragments: 0, statements: 0, reservedObjects: 1, reservedUntil: null },
  });
});

test("a reservation that ran out does not keep a store from being empty", async () => {
  const { vault, leaving } = await spacious();
  await vault.keeper.reserve({ fragments: 8, versions: 9, layout: "alone" });
  expect((await evacuateStore(vault.keeping, leaving)).remaining.reservedObjects).toBeGreaterThan(0);
  vault.clock.now += 25 * HOUR_MS;
  expect(await evacuateStore(vault.keeping, leaving)).toMatchObject({ isEmpty: true });
});

/** Before its first write to another store the first evacuation is overtaken by all of the second. */
function overtaken(vault: Vault, meanwhile: () => Promise<unknown>): Vault["keeping"] {
  let run: Promise<unknown> | undefined;
  const behind = (inner: Store): Store => ({
    promises: inner.promises,
    put: async (...args) => {
      run ??= meanwhile();
      await run;
      return inner.put(...args);
    },
    get: (...args) => inner.get(...args),
    head: (...args) => inner.head(...args),
    list: (...args) => inner.list(...args),
    delete: (...args) => inner.delete(...args),
  });
  const stores = new Map(Array.from(vault.stores, ([id, store]) => [id, behind(store)]));
  return { ...vault.keeping, stores };
}

/** A store that gives a fragment object only so often. */
function failingAfter(inner: Store, goodReads: number): Store {
  let reads = 0;
  return {
    promises: inner.promises,
    put: (...args) => inner.put(...args),
    async *get(name, range, options) {
      if (name !== HEADER_NAME && ++reads > goodReads) throw new StoreError("unavailable", "gone");
      yield* inner.get(name, range, options);
    },
    head: (...args) => inner.head(...args),
    list: (...args) => inner.list(...args),
    delete: (...args) => inner.delete(...args),
  };
}

/** A store that says of whatever stops a put that it is not available. */
function inOwnWords(inner: Store): Store {
  return {
    promises: inner.promises,
    put: (...args) =>
      inner.put(...args).catch((error: unknown) => {
        throw new StoreError("unavailable", "the put failed", { cause: error });
      }),
    get: (...args) => inner.get(...args),
    head: (...args) => inner.head(...args),
    list: (...args) => inner.list(...args),
    delete: (...args) => inner.delete(...args),
  };
}

/** A store that takes nothing any more. */
function fullStore(inner: Store): Store {
  return {
    promises: inner.promises,
    put: () => Promise.reject(new StoreError("full", "no room")),
    get: (name, range, options) => inner.get(name, range, options),
    head: (name, options) => inner.head(name, options),
    list: (request, options) => inner.list(request, options),
    delete: (name, options) => inner.delete(name, options),
  };
}
