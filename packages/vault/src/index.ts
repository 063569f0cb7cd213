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
export { outdated, VaultError, type VaultErrorCode } from "./error.ts";
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
export { explainPolicy } from "./keeper/explain.ts";
export type { Coalition, ExplainedStore, PolicyExplanation } from "./keeper/explanation.ts";
export { defaultPolicy, requirePolicy } from "./keeper/policy.ts";
export { isPreset, type Preset, type PresetName, presets } from "./keeper/presets.ts";
export type { Policy, StoreKind, StoreSettings, VaultSettings } from "./keeper/settings.ts";
export { encodeSettings, parseSettings } from "./keeper/settings-format.ts";
export type {
  ContentRow,
  Gate,
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
export { generationShown } from "./keeper/verify/check-headers.ts";
export { requireFounder } from "./keeper/resettle/change.ts";
export { type RenewedHeaders, renewHeaders } from "./keeper/resettle/renew-headers.ts";
export {
  giveUpResettling,
  type ResettlePlan,
  type ResettleReport,
  resettleVault,
} from "./keeper/resettle/resettle.ts";
export { type Keeper, type KeeperOptions, openKeeper } from "./keeper/keeper.ts";
export { type NewChartPlan, openVault, type Vault } from "./chart/vault.ts";
export type { VaultParts } from "./chart/parts.ts";
export type { Timer, WaitingTime } from "./pause.ts";
export type { Seen, SeenChart } from "./chart/seen.ts";
export type { OpenChart } from "./chart/open-chart.ts";
export type { FragmentEvent } from "./chart/looks.ts";
export type { OpenedRecord, OpenOptions, RecordFile, RecordFragment } from "./chart/open-record.ts";
export type { ListedRecord, ListedVersion } from "./chart/listing.ts";
export type { Sealing } from "./chart/put/sealing.ts";
export type { Keep, KeepDraft, Kept } from "./chart/put/keep.ts";
export { type KeptDocument, parseKept } from "./chart/put/kept-format.ts";
export type { KeptVersion } from "./chart/put/resume.ts";
export type { Attempt, PutOptions, PutProgress, PutResult, RecordSource } from "./chart/put/put.ts";
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
export {
  evacuateStore,
  type EvacuateOptions,
  type EvacuationReport,
  keepStore,
} from "./keeper/evacuate/evacuate.ts";
export type { Remaining } from "./keeper/evacuate/remaining.ts";
export { leavingStores } from "./keeper/leaving/leaving.ts";
export { type RebalanceReport, rebalanceVault } from "./keeper/rebalance/rebalance.ts";
export type { StoreLoad } from "./keeper/rebalance/balance.ts";
export { type SweepOptions, type SweepReport, sweepVault } from "./keeper/sweep/sweep.ts";
export { type CompactReport, compactVault } from "./keeper/compact/compact.ts";
export { type KnownLosses, knownLosses } from "./keeper/status/at-risk.ts";
export { latencies } from "./keeper/status/latency.ts";
