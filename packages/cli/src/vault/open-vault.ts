import type { AwayStore, EmbeddedStatus, PriceList, StatusOfStore } from "@chirograph/embedded";
import type {
  Catalogue,
  CompactReport,
  ErasureReport,
  EvacuateOptions,
  EvacuationReport,
  Id,
  JobOptions,
  KnownLosses,
  OpenChart,
  Policy,
  RebalanceReport,
  RepairReport,
  StoreSettings,
  SweepOptions,
  SweepReport,
  Vault,
  VerifyOptions,
  VerifyReport,
} from "@chirograph/vault";
import type { PutJournal } from "./journal.ts";

/** A vault that is open, wherever it is kept: in a folder on this machine, or behind a server. */
export interface OpenVault {
  readonly client: Vault;
  readonly catalogue: Pick<Catalogue, "page">;
  readonly upkeep: Upkeep;
  /** Stores that cannot be used now. */
  readonly away: readonly AwayStore[];
  /** Where a store is, for people. */
  readonly locate: (store: Id) => string;
  /**
   * A put that was cut short may have left a commit that is not finished yet. When this resolves, the chart has what
   * became of it, or what was in it would be put twice.
   */
  settle(chart: OpenChart, journal: PutJournal): Promise<void>;
}

/** What whoever keeps the vault does, without any reader's key. */
export interface Upkeep {
  /** @param prices instead of those that lie beside the vault */
  status(prices?: PriceList): Promise<VaultStatus>;
  verify(scope: VerifyScope, controls: Controls): Promise<VerifyReport>;
  repair(scope: RepairScope, controls: Controls): Promise<RepairEnd>;
  finishErasures(controls: Controls): Promise<ErasureReport>;
  evacuate(store: Id, scope: EvacuateScope, controls: Controls): Promise<EvacuationReport>;
  /** Takes an evacuation back. */
  keep(store: Id): Promise<void>;
  rebalance(controls: Controls): Promise<RebalanceReport>;
  sweep(scope: SweepScope, controls: Controls): Promise<SweepReport>;
  compact(controls: Controls): Promise<CompactReport>;
}

export type Controls = Required<JobOptions>;
export type VerifyScope = Pick<VerifyOptions, "records" | "sample">;
type EvacuateScope = Pick<EvacuateOptions, "partly">;
type SweepScope = Pick<SweepOptions, "graceMs">;
type RepairScope = Pick<VerifyOptions, "records">;

export interface RepairEnd {
  readonly report: RepairReport;
  /** Commits that others had left undone; `undefined` where a server does not tell. */
  readonly finishedCommits: number | undefined;
}

export interface VaultStatus extends Omit<EmbeddedStatus, "stores"> {
  readonly vault: Id;
  /** `null` while a server counts them. */
  readonly losses: KnownLosses | null;
  readonly policy: Policy;
  readonly stores: readonly StoreStatus[];
}

export interface StoreStatus extends StatusOfStore, Omit<StoreSettings, "id"> {
  readonly location: string;
}
