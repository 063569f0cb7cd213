// What the tests of operations that move things share.
import { readAll, readTable, type Store } from "@chirograph/stores";
import { expect } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import { createVault } from "../../src/keeper/create.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import type { Keeping } from "../../src/keeper/keeping.ts";
import { brokenRules } from "../../src/keeper/placement.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import type { VaultSettings } from "../../src/keeper/settings.ts";
import { envelopeOf } from "../../src/keeper/verify/version-check.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { engine, fragmentsOf, objectsOf, thePeople, type Vault } from "./fixture.ts";

export const HOUR_MS = 3_600_000;

/** Nothing is missing, damaged, or left to be deleted. */
export async function expectWhole(vault: Vault): Promise<void> {
  const report = await verifyVault(vault.keeping, { headers: vault.headers });
  expect(report.repairable).toEqual([]);
  expect(report.lost).toEqual([]);
  expect(report.leftToDelete).toEqual([]);
}

/** Every fragment is byte for byte what it was. */
export async function expectSame(vault: Vault, before: ReadonlyMap<string, string>): Promise<void> {
  expect(await fragmentsOf(vault)).toEqual(before);
}

/** Every version keeps every rule where it lies. */
export async function expectPolicy({ keeping }: Vault): Promise<void> {
  for (const row of await keeping.rows.pageVersions({ limit: 1000 })) {
    if (row.erased) continue;
    const { total, needed } = (await envelopeOf(engine, row))!;
    const holders = row.places.flatMap((place) => place?.store ?? []);
    expect(brokenRules(keeping.settings, { holders, total, needed })).toEqual([]);
  }
}

/** No object lies in a store that the rows do not know. */
export async function expectNothingElse(vault: Vault): Promise<void> {
  const known = await vault.keeping.rows.pageObjects({ limit: 1000 });
  const named = new Set(known.map(({ store, name }) => `${store}/${name}`));
  const others = (await objectsOf(vault)).filter(
    ({ store, name }) => name !== "vault" && !named.has(`${store}/${name}`),
  );
  expect(others).toEqual([]);
}

/** What a day later a repair leaves of runs that were cut short: nothing. */
export async function settleAndExpectWhole(vault: Vault): Promise<void> {
  vault.clock.now += 25 * HOUR_MS;
  await repairVault(vault.keeping, { headers: vault.headers });
  await expectNothingElse(vault);
  await expectWhole(vault);
}

/** Everything that every store has, but its header. */
export async function namesOn(store: Store): Promise<string[]> {
  const names = (await store.list({ prefix: "", limit: 1000 })).map(({ name }) => name);
  return names.filter((name) => name !== "vault");
}

/** Entries of all fragment objects of a store, by object. */
export async function entriesOn(store: Store): Promise<number[]> {
  const tables = await Promise.all((await namesOn(store)).map((name) => readTable(store, name)));
  return tables.filter((table) => table[0]!.kind === "fragment").map((table) => table.length);
}

/** How many fragments the rows name on each store. */
export async function loadsOf({ rows, settings }: Keeping): Promise<number[]> {
  const { stores } = await rows.totals();
  return settings.stores.map(({ id }) => stores.find(({ store }) => store === id)?.fragments ?? 0);
}

/** Bytes of fragments that the rows name on a store. */
export async function bytesOn({ rows }: Keeping, store: Id): Promise<number> {
  const versions = await rows.pageVersions({ limit: 1000 });
  const places = versions.flatMap((row) => row.places).filter((place) => place?.store === store);
  return places.reduce((sum, place) => sum + place!.lengthBytes, 0);
}

/** The same vault under settings that its founder has signed anew, on stores that are there already. */
export async function resettle(
  vault: Vault,
  change: (settings: VaultSettings) => VaultSettings,
): Promise<Vault> {
  const settings = change(vault.keeping.settings);
  const { catalogueKey } = vault.keeping;
  const { ada } = await thePeople();
  for (const store of vault.stores.values()) await store.delete(HEADER_NAME);
  await createVault(engine, { stores: vault.stores, settings, founder: ada, catalogueKey });
  const headers = new Map<Id, Uint8Array>();
  for (const [id, store] of vault.stores) headers.set(id, await readAll(store, HEADER_NAME));
  const keeping = { ...vault.keeping, settings };
  return { ...vault, keeping, keeper: openKeeper(keeping), headers };
}
