export {
  changeStores,
  type ChangeStoresPlan,
  type ChangeStoresReport,
  giveUpChange,
  type NewStore,
  renewStores,
  type StoreChange,
} from "./change-stores.ts";
export { createEmbedded, type EmbeddedPlan, requireFree } from "./create.ts";
export { readConfig, type StorePlace, type VaultConfig } from "./config.ts";
export { EmbeddedError, type EmbeddedErrorCode } from "./error.ts";
export { pathsIn, type VaultPaths } from "./layout.ts";
export { Connections } from "./places/connections.ts";
export { KINDS_OF_LOCATION, type Location, parseLocation, parseLocations } from "./places/location.ts";
export { nameOfStore } from "./places/name.ts";
export { type EmbeddedVault, openEmbedded, type Purpose } from "./open.ts";
export { type AskedPolicy, type PolicyFile, planVault, type VaultPlan } from "./plan.ts";
export { parsePrices, type PriceList, readPrices } from "./prices.ts";
export { reindexEmbedded, type ReindexEmbeddedPlan } from "./reindex.ts";
export { type EmbeddedStatus, statusOf, type StatusOfStore, type Traffic } from "./status.ts";
export { type AwayStore, openStore } from "./stores.ts";
