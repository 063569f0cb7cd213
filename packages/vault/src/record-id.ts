import { concatAll, equalBytes, labelled } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";

const RECORD_ID_BYTES = 16;
const RANDOM_BYTES = 8;

/** The id of a new record, which proves that it belongs to this chart (docs/vault.md, "What lies on a store"). */
export function newRecordId(engine: Engine, chart: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return recordIdOf(engine, chart, engine.randomBytes(RANDOM_BYTES));
}

/** Whether a record id says of itself that it belongs to this chart. */
export async function belongsTo(engine: Engine, chart: Uint8Array, record: Uint8Array): Promise<boolean> {
  return equalBytes(record, await recordIdOf(engine, chart, record.subarray(0, RANDOM_BYTES)));
}

async function recordIdOf(
  engine: Engine,
  chart: Uint8Array,
  random: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = await engine.sha256([labelled("record-id", chart, random)]);
  return concatAll([random, hash.subarray(0, RECORD_ID_BYTES - RANDOM_BYTES)]);
}
