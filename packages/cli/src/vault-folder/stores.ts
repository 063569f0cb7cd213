import { type Store, StoreError, type StoreErrorCode } from "@chirograph/stores";
import { openFileStore } from "@chirograph/stores/file";
import type { Id } from "@chirograph/vault";
import type { StorePlace } from "./config.ts";
import { folderOf, type Location } from "./location.ts";

/** A store that cannot be used now. */
export interface AwayStore {
  readonly id: Id;
  /** Goes on after its location: "is not there". */
  readonly problem: string;
}

export interface StoresAtHand {
  readonly stores: ReadonlyMap<Id, Store>;
  readonly away: readonly AwayStore[];
}

const problems: Partial<Record<StoreErrorCode, string>> = {
  unavailable: "is not there",
  denied: "may not be used by you",
};

/** Every store that can be reached; the others are named. */
export async function openStores(places: readonly StorePlace[]): Promise<StoresAtHand> {
  const found = await Promise.all(
    places.map(async ({ id, location }) => ({ id, store: await openStore(location) })),
  );
  const stores = new Map<Id, Store>();
  const away: AwayStore[] = [];
  for (const { id, store } of found) {
    if (typeof store === "string") away.push({ id, problem: store });
    else stores.set(id, store);
  }
  return { stores, away };
}

/** The store, or why it cannot be used. */
export async function openStore(location: Location | undefined): Promise<Store | string> {
  if (location === undefined) return "is to be written into vault.json as its location";
  try {
    return await openFileStore(folderOf(location));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return problems[error.code] ?? `does not answer (${error.code})`;
  }
}
