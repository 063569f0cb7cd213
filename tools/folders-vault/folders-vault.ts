import { createSqliteRows, openSqliteRows } from "@chirograph/catalogue/sqlite";
import { type Identity, type Recipient, toHex } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import { createSealing } from "@chirograph/embedded/sealing";
import { createFileStore, openFileStore } from "@chirograph/stores/file";
import {
  createVault,
  defaultPolicy,
  type Id,
  type Keeping,
  openKeeper,
  openVault,
  type Rows,
  type SeenChart,
  type StoreSettings,
  type Vault,
  type VaultSettings,
} from "@chirograph/vault";
import { join } from "node:path";

const engine = createEngine();

const STORES = 8;
const TOLERATED = 2;

/** A vault of eight folders and SQLite, all in this process: keeper and client. */
export interface FoldersVault {
  readonly keeping: Keeping;
  readonly vault: Vault;
}

/** What opens it again. */
export interface FoldersVaultKey {
  readonly vault: Id;
  readonly stores: readonly Id[];
  readonly catalogueKey: Uint8Array;
  readonly founder: Recipient;
}

/** Stands between the vault and what it writes to. */
export interface Wiring {
  store(store: Store): Store;
  rows(rows: Rows): Rows;
}

const plain: Wiring = { store: (store) => store, rows: (rows) => rows };

/** Makes it in a folder that exists. */
export async function createFoldersVault(folder: string, founder: Identity): Promise<FoldersVault> {
  const stores = new Map<Id, Store>();
  for (const store of storeFolders(folder)) stores.set(newId(), await createFileStore(store));
  const catalogueKey = engine.randomBytes(32);
  const settings = settingsOf({ vault: newId(), stores: [...stores.keys()], founder: founder.recipient });
  await createVault(engine, { stores, settings, founder, catalogueKey });
  const rows = await createSqliteRows(catalogueFile(folder));
  return over({ engine, rows, settings, stores, catalogueKey, now: Date.now });
}

export async function openFoldersVault(
  folder: string,
  key: FoldersVaultKey,
  wiring: Wiring = plain,
): Promise<FoldersVault> {
  const stores = new Map<Id, Store>();
  for (const [number, store] of storeFolders(folder).entries()) {
    stores.set(key.stores[number]!, wiring.store(await openFileStore(store)));
  }
  const rows = wiring.rows(await openSqliteRows(catalogueFile(folder)));
  const { catalogueKey } = key;
  return over({ engine, rows, settings: settingsOf(key), stores, catalogueKey, now: Date.now });
}

export function storeFolders(folder: string): string[] {
  return Array.from({ length: STORES }, (_, number) => join(folder, `store-${number}`));
}

function catalogueFile(folder: string): string {
  return join(folder, "catalogue.sqlite");
}

function settingsOf({ vault, stores, founder }: Omit<FoldersVaultKey, "catalogueKey">): VaultSettings {
  return {
    vault,
    generation: 1,
    founder,
    owners: [founder],
    stores: stores.map((id): StoreSettings => ({ id, kind: "public", provider: "", region: "", weight: 1 })),
    policy: { ...defaultPolicy(STORES), tolerate: TOLERATED },
  };
}

function over(keeping: Keeping): FoldersVault {
  const remembered = new Map<Id, SeenChart>();
  const vault = openVault({
    engine,
    catalogue: openKeeper(keeping),
    stores: keeping.stores,
    settings: keeping.settings,
    sealing: createSealing(),
    seen: {
      recall: async (chart) => remembered.get(chart),
      remember: async (chart, seen) => void remembered.set(chart, seen),
    },
    now: keeping.now,
  });
  return { keeping, vault };
}

function newId(): Id {
  return toHex(engine.randomBytes(16));
}
