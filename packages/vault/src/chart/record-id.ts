import { concatAll, labelled } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";

const RANDOM_BYTES = 8;

/** The id of a new record, which proves that it belongs to this chart (docs/vault.md, "What lies on a store"). */
export async function newRecordId(engine: Engine, chart: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const random = engine.randomBytes(RANDOM_BYTES);
  const hash = await engine.sha256([labelled("record-id", chart, random)]);
  return concatAll([random, hash.subarray(0, 16 - RANDOM_BYTES)]);
}
