import { equalBytes, labelled } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";

const RANDOM_BYTES = 8;

/** Whether a record id says of itself that it belongs to this chart (docs/vault.md, "What lies on a store"). */
export async function belongsTo(engine: Engine, chart: Uint8Array, record: Uint8Array): Promise<boolean> {
  const random = record.subarray(0, RANDOM_BYTES);
  const hash = await engine.sha256([labelled("record-id", chart, random)]);
  return equalBytes(record.subarray(RANDOM_BYTES), hash.subarray(0, record.length - RANDOM_BYTES));
}
