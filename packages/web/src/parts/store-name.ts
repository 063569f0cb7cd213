import { storesPage } from "../texts/en-stores.ts";
import type { VaultView } from "../worker/contract.ts";

/** What people call a store; one that the vault does not name any more, by the beginning of its id. */
export function storeName(stores: VaultView["stores"] | undefined, store: string): string {
  return stores?.find(({ id }) => id === store)?.name ?? storesPage.unnamed(store.slice(0, 8));
}
