import type { Engine } from "@chirograph/engine/interface";
import { isZero } from "./encoding/bytes.ts";
import { Writer } from "./encoding/writer.ts";

/** Length of chart, record, version and fragment ids. */
export const ID_BYTES = 16;

/** Stands for "no parent" and "every version"; never an id. */
export const NO_ID: Uint8Array<ArrayBuffer> = new Uint8Array(ID_BYTES);

export function newId(engine: Engine): Uint8Array<ArrayBuffer> {
  const id = engine.randomBytes(ID_BYTES);
  return isZero(id) ? newId(engine) : id;
}

/** What a version's keys, contexts and marks are bound to. */
export interface Scope {
  /** Number of the suite. */
  readonly suite: number;
  readonly chart: Uint8Array;
  readonly record: Uint8Array;
  readonly version: Uint8Array;
  readonly epoch: number;
}

/** `suite ‖ chart id ‖ record id ‖ version id`: 50 bytes (docs/format.md, section 7). */
export function scopeBytes(scope: Scope): Uint8Array<ArrayBuffer> {
  return new Writer()
    .u16(scope.suite)
    .fixed(scope.chart, ID_BYTES)
    .fixed(scope.record, ID_BYTES)
    .fixed(scope.version, ID_BYTES)
    .finish();
}

export function epochBytes(epoch: number): Uint8Array<ArrayBuffer> {
  return new Writer().u32(epoch).finish();
}
