export type {
  Catalogue,
  CommitRequest,
  CommitResult,
  Found,
  FoundChart,
  FoundVersion,
  Hash,
  Id,
  NewVersion,
  Page,
  PageRequest,
  PageRow,
  Place,
  Reservation,
  ReserveRequest,
  Target,
  Wanted,
  WantedChart,
} from "./catalogue.ts";
export { VaultError, type VaultErrorCode } from "./error.ts";
export {
  CATALOGUE_KEY_BYTES,
  HEADER_NAME,
  MOST_HEADER_BYTES,
  openHeader,
  type OpenedHeader,
  sealHeader,
} from "./keeper/header.ts";
export type { Keeping } from "./keeper/keeping.ts";
export { type Placement, planPlacement } from "./keeper/placement.ts";
export {
  defaultPolicy,
  type ExplainedStore,
  explainPolicy,
  type PolicyExplanation,
  requirePolicy,
} from "./keeper/policy.ts";
export type { Policy, StoreKind, StoreSettings, VaultSettings } from "./keeper/settings.ts";
export { encodeSettings, parseSettings } from "./keeper/settings-format.ts";
export type {
  ContentRow,
  Intent,
  LinkRow,
  ObjectPageRequest,
  ObjectRow,
  Replacement,
  ReservationRow,
  Restored,
  Rows,
  StatementTarget,
  Totals,
  VersionRow,
} from "./keeper/rows.ts";
export { createVault, type VaultPlan } from "./keeper/create.ts";
export { type Keeper, openKeeper } from "./keeper/keeper.ts";
export { type NewChartPlan, openVault, type Vault } from "./chart/vault.ts";
export type { VaultParts } from "./chart/parts.ts";
export type { Seen, SeenChart } from "./chart/seen.ts";
export type { OpenChart } from "./chart/open-chart.ts";
export type { OpenedRecord, RecordFile } from "./chart/open-record.ts";
export type { ListedRecord, ListedVersion } from "./chart/listing.ts";
export type { PutOptions, PutProgress, PutResult, RecordSource } from "./chart/put/put.ts";
export type { ResealOptions, ResealProgress, ResealReport } from "./chart/reseal.ts";
export type { Finding, FindingKind } from "./keeper/findings.ts";
export type { JobOptions, Progress } from "./keeper/jobs.ts";
export { type VerifyOptions, type VerifyReport, verifyVault } from "./keeper/verify/verify.ts";
export type { KnownHeaders } from "./keeper/verify/check-headers.ts";
export { type RepairOptions, type RepairReport, repairVault } from "./keeper/repair/repair.ts";
export type { AtRisk, RiskReason } from "./keeper/repair/repair-fragments.ts";
export {
  type ErasureReport,
  finishErasures,
  type StoreConfirmation,
} from "./keeper/erase/finish-erasures.ts";
export { type ReindexPlan, type ReindexReport, reindexVault } from "./keeper/reindex/reindex.ts";
export type { ReindexProblem } from "./keeper/reindex/problems.ts";
