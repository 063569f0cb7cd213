// A change of the stores beside others who do something else at the same time, and over stores that are not what they were.
import { readAll, type Store, StoreError } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import { expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { rebalanceVault } from "../../src/keeper/rebalance/rebalance.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { giveUpResettling, type ResettlePlan, resettleVault } from "../../src/keeper/resettle/resettle.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { idOf, refusal } from "../keeper/fixtures.ts";
import { type Vault, wipeStore } from "./fixture.ts";
import { expectWhole, HOUR_MS, namesOn } from "./moving.ts";
import { aVault, evacuated, NEW, opened, planFor, reindexed, storeOf, withStore } from "./resettling.ts";

/** Does something else before a call, which is named and comes for the so-manieth time. */
function interrupted<T extends object>(
  target: T,
  at: string,
  nth: number,
  meanwhile: () => Promise<unknown>,
): T {
  let calls = 0;
  return new Proxy(target, {
    get(from, key) {
      const value: unknown = Reflect.get(from, key);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        if (key === at && ++calls === nth) await meanwhile();
        return Reflect.apply(value, from, args) as unknown;
      };
    },
  });
}

async function planOfSix(vault: Vault): Promise<{ plan: ResettlePlan; added: ReadonlyMap<Id, Store> }> {
  const ids = Array.from({ length: 6 }, (_, index) => idOf(0xa1 + index));
  const added = new Map(ids.map((id) => [id, createMemoryStore()]));
  const { settings } = vault.keeping;
  const more = { ...settings, generation: 2, stores: [...settings.stores, ...ids.map(storeOf)] };
  return { plan: await planFor(vault, more, added), added };
}

/** Of a change its steps at the gate: begun, closed, told. */
const BEGIN = 1;
const CLOSE = 2;
const TELL = 3;

test.each([
  ["closed", CLOSE],
  ["told to stores", TELL],
])(
  "another run that begins, and stops, before the change is %s ends the first one; the vault is as it was",
  async (_, step) => {
    const { vault, scribe } = await aVault(4);
    const { plan } = await planOfSix(vault);
    const stopped = { ...plan, signal: AbortSignal.abort(new Error("Ctrl-C")) };
    const rows = interrupted(vault.keeping.rows, "swapGate", step, () =>
      resettleVault(vault.keeping, stopped).catch(() => undefined),
    );
    await expect(resettleVault({ ...vault.keeping, rows }, plan)).rejects.toThrow(refusal("busy"));
    await scribe.put([20]);
    expect(await reindexed(plan.stores.values())).toMatchObject({
      settings: vault.keeping.settings,
      versions: 5,
    });
    const { headers } = await resettleVault(vault.keeping, plan);
    await expectWhole(opened(vault, plan, headers));
  },
);

test("a run that finds the change ended by another one tells nobody anything else", async () => {
  const { vault, scribe } = await aVault(4);
  const { plan } = await planOfSix(vault);
  let headers: ReadonlyMap<Id, Uint8Array> = new Map();
  const rows = interrupted(vault.keeping.rows, "swapGate", BEGIN, async () => {
    ({ headers } = await resettleVault(vault.keeping, plan));
  });
  await expect(resettleVault({ ...vault.keeping, rows }, plan)).rejects.toThrow(refusal("busy"));
  await expect(scribe.put([20])).rejects.toThrow(refusal("outdated"));
  await expectWhole(opened(vault, plan, headers));
});

test("a change that is given up while it is under way ends, and tells no store", async () => {
  const { vault, scribe } = await aVault(4);
  const { plan, added } = await planOfSix(vault);
  const rows = interrupted(vault.keeping.rows, "swapGate", TELL, () =>
    giveUpResettling(vault.keeping, plan.settings),
  );
  await expect(resettleVault({ ...vault.keeping, rows }, plan)).rejects.toThrow(refusal("busy"));
  await scribe.put([20]);
  await expectWhole(vault);
  for (const store of added.values()) expect(await store.head(HEADER_NAME)).toBeNull();
});

test("stores that come are told of nothing while too few of the others could be", async () => {
  const { vault } = await aVault(4);
  const { plan, added } = await planOfSix(vault);
  let isCut = false;
  const rows = interrupted(vault.keeping.rows, "swapGate", TELL, async () => (isCut = true));
  const stores = new Map(plan.stores);
  for (const [id, store] of vault.stores)
    stores.set(
      id,
      cutOffWhen(store, () => isCut),
    );
  await expect(resettleVault({ ...vault.keeping, rows }, { ...plan, stores })).rejects.toThrow(
    refusal("stores-missing"),
  );
  for (const store of added.values()) expect(await store.head(HEADER_NAME)).toBeNull();
  await expect(giveUpResettling(vault.keeping, plan.settings)).rejects.toThrow(refusal("busy"));
  const { headers } = await resettleVault(vault.keeping, plan);
  await expectWhole(opened(vault, plan, headers));
});

function cutOffWhen(store: Store, isCut: () => boolean): Store {
  return new Proxy(store, {
    get(from, key) {
      const value: unknown = Reflect.get(from, key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (isCut()) throw new StoreError("unavailable", "the network is cut");
        return Reflect.apply(value, from, args) as unknown;
      };
    },
  });
}

test("a job that began before a store went moves nothing there any more", async () => {
  const { vault, going, plan } = await evacuated(9);
  // As whoever counts the stores before the store begins to leave.
  const { rows } = vault.keeping;
  const early = new Proxy(rows, {
    get(from, key) {
      if (key === "job") return async (name: string) => (name === "leaving" ? undefined : from.job(name));
      const value: unknown = Reflect.get(from, key);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
  const late = interrupted(early, "pageVersions", 1, () => resettleVault(vault.keeping, plan));
  await expect(rebalanceVault({ ...vault.keeping, rows: late })).rejects.toThrow(refusal("outdated"));
  expect(await namesOn(vault.stores.get(going)!)).toEqual([]);
  expect(await rows.pageObjects({ store: going, limit: 1 })).toEqual([]);
});

test("an older copy of the catalogue puts no header back over newer ones", async () => {
  const { vault } = await aVault(4);
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
  const { headers } = await resettleVault(vault.keeping, plan);
  const copy = { ...vault.keeping, rows: createMemoryRows() };
  await expect(repairVault(copy, { headers: vault.headers })).rejects.toThrow(refusal("outdated"));
  await expect(repairVault(copy)).rejects.toThrow(refusal("outdated"));
  await expectWhole(opened(vault, plan, headers));
});

test("a store that lost its header and all else is not taken for the one that it was", async () => {
  const { vault } = await aVault(4);
  const [unmounted] = vault.stores.keys();
  await wipeStore(vault.stores.get(unmounted!)!);
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
  const { owing } = await resettleVault(vault.keeping, plan);
  expect(owing).toEqual([unmounted]);
  expect(await vault.stores.get(unmounted!)!.head(HEADER_NAME)).toBeNull();
});

test("a store that comes and was emptied between two runs is given everything again", async () => {
  const { vault } = await aVault(4);
  const store = createMemoryStore();
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, store]]);
  const stop = new AbortController();
  const cut = resettleVault(vault.keeping, {
    ...plan,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error("cut")),
  });
  await cut.catch(() => undefined);
  await wipeStore(store);
  const { headers } = await resettleVault(vault.keeping, plan);
  expect(await namesOn(store)).toHaveLength(3);
  await expectWhole(opened(vault, plan, headers));
});

test("what a change that was given up had reserved is forgotten", async () => {
  const { vault } = await aVault(4);
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
  const { rows } = vault.keeping;
  await rows.reserve({
    id: idOf(77),
    generation: 1,
    objects: [{ store: NEW, object: "e".repeat(32) }],
    expires: vault.clock.now + HOUR_MS,
  });
  await giveUpResettling(vault.keeping, plan.settings);
  vault.clock.now += 48 * HOUR_MS;
  await repairVault(vault.keeping, { headers: vault.headers });
  await expectWhole(vault);
});

test("of a store and an older copy of it a reindex takes the store", async () => {
  const { vault } = await aVault(4);
  const [id, store] = [...vault.stores][0]!;
  const clone = createMemoryStore();
  for (const name of ["vault", ...(await namesOn(store))]) {
    const bytes = await readAll(store, name);
    await clone.put(name, { sizeBytes: bytes.length, bytes: [bytes] });
  }
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
  await resettleVault(vault.keeping, plan);
  const { stores, problems } = await reindexed([clone, ...plan.stores.values()]);
  expect(stores.get(id)).toBe(store);
  expect(problems).toContainEqual({ kind: "header", at: 0, store: id });
});
