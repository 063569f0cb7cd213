import type { SourceFiles, VaultWorker } from "../../worker/contract.ts";

/**
 * What each transfer was made from, so that its picture can be shown beside the sealed one. Only references to files,
 * only while the page lives.
 */
const kept = new WeakMap<VaultWorker, Map<string, SourceFiles>>();

export function keepSource(worker: VaultWorker, transfer: string, source: SourceFiles): void {
  const sources = kept.get(worker) ?? new Map<string, SourceFiles>();
  kept.set(worker, sources.set(transfer, source));
}

export function keptSource(worker: VaultWorker, transfer: string): SourceFiles | undefined {
  return kept.get(worker)?.get(transfer);
}

/** Lets go of all but those of these transfers. */
export function keepOnly(worker: VaultWorker, transfers: ReadonlySet<string>): void {
  const sources = kept.get(worker);
  for (const transfer of sources?.keys() ?? []) if (!transfers.has(transfer)) sources?.delete(transfer);
}
