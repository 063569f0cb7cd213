// What the tests of stores that come and go share.
import type { Store } from "@chirograph/stores";
import type { Id } from "../../src/catalogue.ts";
import { evacuateStore } from "../../src/keeper/evacuate/evacuate.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import { reindexVault, type ReindexReport } from "../../src/keeper/reindex/reindex.ts";
import type { ResettlePlan } from "../../src/keeper/resettle/resettle.ts";
import type { Rows } from "../../src/keeper/rows.ts";
import type { StoreSettings, VaultSettings } from "../../src/keeper/settings.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { idOf } from "../keeper/fixtures.ts";
import { engine, makeVault, Scribe, thePeople, type Vault } from "./fixture.ts";

export const NEW: Id = idOf(0xabc);

export function storeOf(id: Id): StoreSettings {
  return { id, kind: "private-on-premise", provider: "", region: "", weight: 1 };
}

export function withStore(settings: VaultSettings, id: Id = NEW): VaultSettings {
  return { ...settings, generation: settings.generation + 1, stores: [...settings.stores, storeOf(id)] };
}

export function withoutStore(settings: VaultSettings, id: Id): VaultSettings {
  const stores = settings.stores.filter((store) => store.id !== id);
  return { ...settings, generation: settings.generation + 1, stores };
}

export async function planFor(
  vault: Vault,
  settings: VaultSettings,
  added: Iterable<readonly [Id, Store]> = [],
): Promise<ResettlePlan> {
  const { ada } = await thePeople();
  return { settings, stores: new Map([...vault.stores, ...added]), founder: ada };
}

/** The vault as whoever opens it afterwards sees it. */
export function opened(vault: Vault, plan: ResettlePlan, headers: ReadonlyMap<Id, Uint8Array>): Vault {
  const named = new Set(plan.settings.stores.map(({ id }) => id));
  const stores = new Map([...plan.stores].filter(([id]) => named.has(id)));
  const keeping = { ...vault.keeping, settings: plan.settings, stores };
  return { ...vault, keeping, keeper: openKeeper(keeping), stores, headers };
}

export async function reindexed(stores: Iterable<Store>): Promise<ReindexReport & { rows: Rows }> {
  const { ada } = await thePeople();
  const rows = createMemoryRows();
  const report = await reindexVault(engine, { stores: [...stores], identity: ada, rows });
  return { ...report, rows };
}

export async function aVault(stores = 8): Promise<{ vault: Vault; scribe: Scribe }> {
  const vault = await makeVault(stores, { tolerate: 2 });
  const scribe = await Scribe.begin(vault);
  for (const put of [[10, 3000], [500], [70_000]]) await scribe.put(put);
  return { vault, scribe };
}

export interface Begun {
  readonly vault: Vault;
  readonly scribe: Scribe;
  readonly plan: ResettlePlan;
}

export async function evacuated(stores: number): Promise<Begun & { readonly going: Id }> {
  const { vault, scribe } = await aVault(stores);
  const going = vault.keeping.settings.stores[3]!.id;
  await evacuateStore(vault.keeping, going);
  const plan = await planFor(vault, withoutStore(vault.keeping.settings, going));
  return { vault, scribe, going, plan };
}
