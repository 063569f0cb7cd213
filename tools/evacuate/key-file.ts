import type { EvacuationReport, Id } from "@chirograph/vault";

/** What opens a vault of folders again in another process. */
export interface KeyFile {
  readonly folder: string;
  readonly vault: Id;
  readonly stores: readonly Id[];
  /** Hexadecimal, like `founder`: a recipient's bytes. */
  readonly catalogueKey: string;
  readonly founder: string;
}

/** What one process did until it ended, or was ended. */
export interface ChildReport {
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Objects that were written or deleted. */
  readonly writes: number;
  readonly report: EvacuationReport | undefined;
}
