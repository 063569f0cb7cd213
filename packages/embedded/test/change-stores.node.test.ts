import { chmodSync, cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createIdentity } from "@chirograph/core";
import { evacuateStore, type Id, leavingStores } from "@chirograph/vault";
import { describe, expect, test } from "vitest";
import {
  changeStores,
  type ChangeStoresReport,
  createEmbedded,
  giveUpChange,
  type NewStore,
  openEmbedded,
  parseLocations,
  pathsIn,
} from "../src/index.ts";
import { Bench } from "./bench.ts";

const bench = new Bench();
const { engine } = bench;

const NAMES = ["1", "2", "3", "4"];
let vaults = 0;

/** A vault of four stores, whose paths begin with its name. */
async function aVault(): Promise<string> {
  const name = `v${++vaults}`;
  await createEmbedded(
    engine,
    bench.plan(
      name,
      NAMES.map((store) => `${name}-${store}`),
    ),
  );
  return name;
}

function newStore(name: string, more: Partial<NewStore> = {}): NewStore {
  const [location] = parseLocations([pathToFileURL(bench.path(name)).href]);
  return { location: location!, kind: "private-on-premise", provider: "", region: "", weight: 1, ...more };
}

function add(vault: string, ...stores: readonly NewStore[]): Promise<ChangeStoresReport> {
  const { founder } = bench;
  return changeStores(engine, { folder: bench.path(vault), founder, change: { what: "add", stores } });
}

function remove(vault: string, store: Id): Promise<ChangeStoresReport> {
  const { founder } = bench;
  const change = { what: "remove", store, lost: false } as const;
  return changeStores(engine, { folder: bench.path(vault), founder, change });
}

/** A change that was written down and not ended. */
async function cutShort(vault: string, stores: readonly NewStore[]): Promise<void> {
  const { founder } = bench;
  const signal = AbortSignal.abort(new Error("cut short"));
  const plan = { folder: bench.path(vault), founder, change: { what: "add", stores }, signal } as const;
  await expect(changeStores(engine, plan)).rejects.toThrow("cut short");
}

async function idsOf(vault: string): Promise<Id[]> {
  const opened = await openEmbedded(engine, bench.path(vault), "work");
  expect(opened.away).toEqual([]);
  await opened.close();
  return opened.config.settings.stores.map(({ id }) => id);
}

describe("a store that comes", () => {
  test("is one of the vault's, and known by its header", async () => {
    const vault = await aVault();
    const store = newStore(`${vault}-5`, { kind: "public", provider: "a cloud", region: "eu", weight: 3 });
    const { config, owing } = await add(vault, store);
    expect(owing).toEqual([]);
    expect(config.settings.generation).toBe(2);
    expect(config.settings.stores[4]).toMatchObject({
      kind: "public",
      provider: "a cloud",
      region: "eu",
      weight: 3,
    });
    expect(config.places[4]!.location).toBe(store.location);
    expect(await idsOf(vault)).toHaveLength(5);
    expect(existsSync(pathsIn(bench.path(vault)).nextConfig)).toBe(false);
  });

  test("that is one already, or another's, or under another name, is refused, and nothing is written", async () => {
    const [vault, other] = [await aVault(), await aVault()];
    const { config, nextConfig } = pathsIn(bench.path(vault));
    const before = readFileSync(config);
    symlinkSync(bench.path(`${vault}-1`), bench.path(`${vault}-link`));
    await expect(add(vault, newStore(`${vault}-2`))).rejects.toThrow(/is one of the vault's already/);
    await expect(add(vault, newStore(`${other}-2`))).rejects.toThrow(/belongs to a vault already/);
    await expect(add(vault, newStore(`${vault}-link`))).rejects.toMatchObject({ code: "exists" });
    await expect(add(vault, newStore("nowhere/at/all"))).rejects.toMatchObject({ code: "io" });
    expect(existsSync(nextConfig)).toBe(false);
    expect(readFileSync(config).equals(before)).toBe(true);
    expect(await idsOf(vault)).toHaveLength(4);
  });
});

test("a change by somebody else than the founder is refused, and none is begun", async () => {
  const vault = await aVault();
  const founder = await createIdentity(engine);
  const change = { what: "add", stores: [newStore(`${vault}-5`)] } as const;
  await expect(changeStores(engine, { folder: bench.path(vault), founder, change })).rejects.toMatchObject({
    code: "not-owner",
  });
  expect(existsSync(pathsIn(bench.path(vault)).nextConfig)).toBe(false);
});

describe("a change that was cut short", () => {
  test("goes on when it is run again, with the ids that it had", async () => {
    const vault = await aVault();
    const store = newStore(`${vault}-5`);
    await cutShort(vault, [store]);
    const { nextConfig } = pathsIn(bench.path(vault));
    const begun = readFileSync(nextConfig, "utf8");
    expect(await idsOf(vault)).toHaveLength(4);
    const { config } = await add(vault, store);
    expect(begun).toContain(config.settings.stores[4]!.id);
    expect(existsSync(nextConfig)).toBe(false);
  });

  test("keeps others from beginning, until it is given up", async () => {
    const vault = await aVault();
    await cutShort(vault, [newStore(`${vault}-5`)]);
    const others = [
      () => add(vault, newStore(`${vault}-6`)),
      () => add(vault, newStore(`${vault}-5`, { weight: 2 })),
      () => add(vault, newStore(`${vault}-5`), newStore(`${vault}-6`)),
      async () => remove(vault, (await idsOf(vault))[0]!),
    ];
    for (const other of others) await expect(other()).rejects.toThrow(/Another change/);
    await giveUpChange(engine, bench.path(vault));
    await expect(giveUpChange(engine, bench.path(vault))).rejects.toMatchObject({ code: "invalid" });
    await add(vault, newStore(`${vault}-6`));
    expect(await idsOf(vault)).toHaveLength(5);
  });

  test("when stores had been told: the vault is read on, and the next run ends it", async () => {
    const vault = await aVault();
    const { config, nextConfig } = pathsIn(bench.path(vault));
    const before = readFileSync(config);
    const open = await openEmbedded(engine, bench.path(vault), "work");
    await add(vault, newStore(`${vault}-5`));
    // As it is between the headers and the file that makes a vault of the folder.
    writeFileSync(nextConfig, readFileSync(config), { mode: 0o600 });
    writeFileSync(config, before, { mode: 0o600 });
    expect(await open.refresh()).toEqual([]);
    await open.close();
    const look = await openEmbedded(engine, bench.path(vault), "look");
    expect(look.away).toEqual([]);
    await look.close();
    await expect(giveUpChange(engine, bench.path(vault))).rejects.toMatchObject({ code: "busy" });
    await add(vault, newStore(`${vault}-5`));
    expect(await idsOf(vault)).toHaveLength(5);
  });

  test("of which only the last step is missing is ended by the next one", async () => {
    const vault = await aVault();
    await add(vault, newStore(`${vault}-5`));
    const { config, nextConfig } = pathsIn(bench.path(vault));
    writeFileSync(nextConfig, readFileSync(config), { mode: 0o600 });
    await expect(add(vault, newStore(`${vault}-5`))).rejects.toThrow(/is one of the vault's already/);
    expect(existsSync(nextConfig)).toBe(false);
  });
});

test("an older copy of the folder is told from the vault, and changes nothing", async () => {
  const vault = await aVault();
  cpSync(bench.path(vault), bench.path(`${vault}-copy`), { recursive: true });
  await add(vault, newStore(`${vault}-5`));
  const copy = await openEmbedded(engine, bench.path(`${vault}-copy`), "mend");
  expect(copy.away.map(({ problem }) => problem)).toEqual(
    Array.from({ length: 4 }, () => expect.stringContaining("shows newer settings")),
  );
  await copy.close();
  expect(await idsOf(vault)).toHaveLength(5);
});

test("a store is added while another one is full", async () => {
  const vault = await aVault();
  chmodSync(bench.path(`${vault}-2`), 0o500);
  try {
    const { owing } = await add(vault, newStore(`${vault}-5`));
    // The superuser writes everywhere.
    expect(owing.length).toBeLessThanOrEqual(1);
  } finally {
    chmodSync(bench.path(`${vault}-2`), 0o700);
  }
});

test("a place that a store went from can be a store's again", async () => {
  const vault = await aVault();
  await add(vault, newStore(`${vault}-5`));
  const fifth = (await idsOf(vault))[4]!;
  const opened = await openEmbedded(engine, bench.path(vault), "work");
  await evacuateStore(opened.keeping, fifth);
  await opened.close();
  await remove(vault, fifth);
  await add(vault, newStore(`${vault}-5`));
  expect(await idsOf(vault)).toHaveLength(5);
});

test("a store that goes is none of the vault's, and no store that leaves", async () => {
  const vault = await aVault();
  await add(vault, newStore(`${vault}-5`));
  const [first] = await idsOf(vault);
  await expect(remove(vault, first!)).rejects.toThrow(/was not evacuated/);
  const opened = await openEmbedded(engine, bench.path(vault), "work");
  await evacuateStore(opened.keeping, first!);
  await opened.close();
  await remove(vault, first!);
  expect(await idsOf(vault)).not.toContain(first);
  const again = await openEmbedded(engine, bench.path(vault), "work");
  expect(await leavingStores(again.keeping.rows)).toEqual(new Set());
  await again.close();
});
