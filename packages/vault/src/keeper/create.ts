import { equalBytes, type Identity } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { readAll, type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { HEADER_NAME, MOST_HEADER_BYTES, openHeader, sealHeader } from "./header.ts";
import { requirePolicy } from "./policy.ts";
import { checkSettings, encodeSettings } from "./settings-format.ts";
import type { VaultSettings } from "./settings.ts";

/** A vault that is to be: its stores are those of its settings. */
export interface VaultPlan {
  readonly stores: ReadonlyMap<Id, Store>;
  readonly settings: VaultSettings;
  readonly founder: Identity;
  /** 32 bytes. */
  readonly catalogueKey: Uint8Array;
}

/**
 * Makes every store one of the vault by writing its header. Run again with the same settings and key it completes
 * what was cut short.
 * @throws VaultError `policy`, `malformed`; `exists` where a store has another vault's header, and `stores-missing`
 *   where one does not answer: then nothing was written. `stores-missing` also where a header could not be written
 */
export async function createVault(engine: Engine, plan: VaultPlan): Promise<void> {
  const { settings } = plan;
  checkSettings(settings);
  requirePolicy(settings);
  requireAllStores(plan);
  const ids = settings.stores.map(({ id }) => id);

  const present = await onEach(ids, (id) => hasHeader(engine, plan, id));
  const taken = ids.filter((id) => present.values.get(id) === "another");
  if (taken.length > 0)
    throw new VaultError("exists", "A store belongs to another vault already.", { stores: taken });
  present.requireAll("No header was written: a store does not answer.");

  const missing = ids.filter((id) => present.values.get(id) === "none");
  const written = await onEach(missing, (id) => writeHeader(engine, plan, id));
  written.requireAll(
    "The vault is not whole: a store did not take its header. Run this again to complete it.",
  );
}

type HeaderState = "none" | "same" | "another";

async function hasHeader(engine: Engine, plan: VaultPlan, id: Id): Promise<HeaderState> {
  const store = plan.stores.get(id)!;
  const head = await store.head(HEADER_NAME);
  if (head === null) return "none";
  if (head.sizeBytes > MOST_HEADER_BYTES) return "another";
  const bytes = await readAll(store, HEADER_NAME, { offset: 0, lengthBytes: head.sizeBytes });
  return (await isSameVault(engine, plan, id, bytes)) ? "same" : "another";
}

async function isSameVault(engine: Engine, plan: VaultPlan, id: Id, bytes: Uint8Array): Promise<boolean> {
  try {
    const { store, catalogueKey, settings } = await openHeader(engine, bytes, plan.founder);
    return (
      store === id &&
      engine.constantTimeEqual(catalogueKey, plan.catalogueKey) &&
      equalBytes(encodeSettings(settings), encodeSettings(plan.settings))
    );
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

async function writeHeader(engine: Engine, plan: VaultPlan, id: Id): Promise<void> {
  const header = await sealHeader(engine, { ...plan, store: id });
  const store = plan.stores.get(id)!;
  try {
    await store.put(HEADER_NAME, { sizeBytes: header.length, bytes: [header] });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "exists") throw error;
    if ((await hasHeader(engine, plan, id)) !== "same") {
      throw new VaultError("exists", "A store belongs to another vault already.", {
        stores: [id],
        cause: error,
      });
    }
  }
}

function requireAllStores({ settings, stores }: VaultPlan): void {
  const missing = settings.stores.map(({ id }) => id).filter((id) => !stores.has(id));
  if (missing.length > 0) {
    throw new VaultError("stores-missing", "A vault is made with all its stores at hand.", {
      stores: missing,
    });
  }
}

/** Does something on every store at once, to its end on each, whatever happens on others. */
async function onEach<T>(
  ids: readonly Id[],
  task: (id: Id) => Promise<T>,
): Promise<{ values: ReadonlyMap<Id, T>; requireAll(problem: string): void }> {
  const values = new Map<Id, T>();
  const failures: { id: Id; error: unknown }[] = [];
  await Promise.all(
    ids.map(async (id) => {
      try {
        values.set(id, await task(id));
      } catch (error) {
        failures.push({ id, error });
      }
    }),
  );
  const requireAll = (problem: string): void => {
    const refused = failures.find(({ error }) => error instanceof VaultError);
    if (refused !== undefined) throw refused.error;
    const [first] = failures;
    if (first === undefined) return;
    throw new VaultError("stores-missing", problem, {
      stores: failures.map(({ id }) => id),
      cause: first.error,
    });
  };
  return { values, requireAll };
}
