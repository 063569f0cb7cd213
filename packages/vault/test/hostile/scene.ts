// A vault of eight stores of which any two may be lost, put while all were honest.
import { readAll, type Store } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import type { Id } from "../../src/catalogue.ts";
import type { Seen } from "../../src/chart/seen.ts";
import type { Vault } from "../../src/chart/vault.ts";
import { openVault } from "../../src/chart/vault.ts";
import { createVault } from "../../src/keeper/create.ts";
import { defaultPolicy } from "../../src/keeper/policy.ts";
import { finishErasures } from "../../src/keeper/erase/finish-erasures.ts";
import { HEADER_NAME } from "../../src/keeper/header.ts";
import { type Keeper, openKeeper } from "../../src/keeper/keeper.ts";
import type { Keeping } from "../../src/keeper/keeping.ts";
import type { VaultSettings } from "../../src/keeper/settings.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import {
  createSeen,
  engine,
  idOf,
  pattern,
  people,
  putAll,
  sourceOf,
  TIME,
  word,
} from "../chart/fixtures.ts";
import { dumpRows, type RowsDump } from "../rows-dump.ts";
import { storeIds, TOLERATE } from "./sets.ts";

/** A version and what it says. */
export interface Original {
  readonly record: Id;
  readonly version: Id;
  readonly bytes: Uint8Array;
}

export interface Scene {
  readonly chart: Id;
  readonly versions: readonly Original[];
  readonly erased: Original;
  readonly settings: VaultSettings;
  readonly catalogueKey: Uint8Array;
  readonly headers: ReadonlyMap<Id, Uint8Array>;
  readonly contents: ReadonlyMap<Id, Store>;
  /** The same stores when half of it was not put yet. */
  readonly older: ReadonlyMap<Id, Store>;
  /** Stores of another vault with the same owner. */
  readonly foreign: ReadonlyMap<Id, Store>;
  readonly rows: RowsDump;
}

interface Begun {
  readonly stores: Map<Id, Store>;
  readonly keeping: Keeping;
  readonly vault: Vault;
}

async function beginVault(id: number, keyByte: number): Promise<Begun> {
  const settings: VaultSettings = {
    vault: idOf(id),
    generation: 1,
    founder: people.ada.recipient,
    owners: [people.ada.recipient],
    stores: storeIds.map((store) => ({
      id: store,
      kind: "private-on-premise",
      provider: "",
      region: "",
      weight: 1,
    })),
    policy: { ...defaultPolicy(storeIds.length), tolerate: TOLERATE },
  };
  const stores = new Map(storeIds.map((store) => [store, createMemoryStore()]));
  const catalogueKey = new Uint8Array(32).fill(keyByte);
  await createVault(engine, { stores, settings, founder: people.ada, catalogueKey });
  const keeping = { engine, rows: createMemoryRows(), settings, stores, catalogueKey, now: () => TIME };
  return { stores, keeping, vault: clientOf(openKeeper(keeping), stores) };
}

export function clientOf(keeper: Keeper, stores: ReadonlyMap<Id, Store>, seen: Seen = createSeen()): Vault {
  return openVault({ engine, catalogue: keeper, stores, seen, now: () => TIME });
}

export async function makeScene(): Promise<Scene> {
  const { stores, keeping, vault } = await beginVault(0xfff, 7);
  const chart = await vault.newChart({ owner: people.ada, word, members: [] });
  const versions: Original[] = [];
  const note = (bytes: Uint8Array, { record, version }: { record: Id; version: Id }): void => {
    versions.push({ record, version, bytes });
  };
  const first = [pattern(1000), pattern(40_000, 1)];
  const put = await putAll(
    chart,
    first.map((bytes) => sourceOf(bytes)),
  );
  put.forEach((result, index) => note(first[index]!, result));
  const older = await copiesOf(stores);

  // Fragments of one stripe and of several, and among them those of a version that is erased.
  const next = [pattern(2000, 2), pattern(500_000, 3), pattern(3000, 4)];
  const more = await putAll(chart, [
    sourceOf(next[0]!, put[0]!.record),
    sourceOf(next[1]!),
    sourceOf(next[2]!),
  ]);
  more.forEach((result, index) => note(next[index]!, result));
  const erased = versions.pop()!;
  await chart.erase(erased.record);
  await finishErasures(keeping);

  const other = await beginVault(0xeee, 9);
  const foreignChart = await other.vault.newChart({ owner: people.ada, word, members: [] });
  await putAll(foreignChart, [sourceOf(pattern(1000, 6)), sourceOf(pattern(2000, 7))]);
  const headers = new Map<Id, Uint8Array>();
  for (const [id, store] of stores) headers.set(id, await readAll(store, HEADER_NAME));
  const { settings, catalogueKey, rows } = keeping;
  return {
    chart: chart.id,
    versions,
    erased,
    settings,
    catalogueKey,
    headers,
    contents: stores,
    older,
    foreign: other.stores,
    rows: await dumpRows(rows),
  };
}

export async function copiesOf(stores: ReadonlyMap<Id, Store>): Promise<Map<Id, Store>> {
  const copies = new Map<Id, Store>();
  for (const [id, store] of stores) {
    const copy = createMemoryStore();
    for (const { name, sizeBytes } of await store.list({ prefix: "", limit: 1000 })) {
      await copy.put(name, { sizeBytes, bytes: store.get(name) });
    }
    copies.set(id, copy);
  }
  return copies;
}
