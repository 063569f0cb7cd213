import { type Chart, currentVersion, parseEnvelope, type RecordState, toHex } from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { VaultParts } from "./parts.ts";

/** One record of a chart as it can be told without any key. */
export interface ListedRecord {
  readonly record: Id;
  /** The oldest first. */
  readonly versions: readonly ListedVersion[];
  /** The newest version that is not erased. */
  readonly current: Id | undefined;
  readonly erased: boolean;
}

export interface ListedVersion {
  readonly version: Id;
  readonly epoch: number;
  /** n and k. */
  readonly total: number;
  readonly needed: number;
  /** Ed25519 public key of its author. */
  readonly signer: Uint8Array;
  readonly erased: boolean;
}

export function listRecords({ state }: Chart): ListedRecord[] {
  return [...state.records.values()].map(listRecord);
}

/** @throws VaultError `unknown` */
export function historyOf({ state }: Chart, record: Id): ListedRecord {
  const known = state.records.get(record);
  if (known === undefined) throw new VaultError("unknown", "The chart has no such record.");
  return listRecord(known);
}

/** Bytes of each version's content after padding, as its envelope tells; versions without one are left out. */
export async function sizesOf(
  { engine, catalogue }: VaultParts,
  { state }: Chart,
  versions: readonly Id[],
): Promise<ReadonlyMap<Id, number>> {
  const { versions: rows } = await catalogue.find({ versions });
  const sizes = new Map<Id, number>();
  for (const { version, envelope: bytes } of rows) {
    const record = state.recordOf.get(version);
    const signed = state.records.get(record ?? "")?.versions.find((one) => toHex(one.version) === version);
    if (bytes === undefined || signed === undefined || !versions.includes(version)) continue;
    const envelope = await parseEnvelope(engine, bytes);
    if (toHex(envelope.hash) === toHex(signed.envelopeHash)) sizes.set(version, envelope.recordBytes);
  }
  return sizes;
}

function listRecord(record: RecordState): ListedRecord {
  const current = currentVersion(record);
  return {
    record: toHex(record.record),
    versions: record.versions.map(({ version, epoch, total, needed, signer, erased }) => ({
      version: toHex(version),
      epoch,
      total,
      needed,
      signer,
      erased,
    })),
    current: current === undefined ? undefined : toHex(current.version),
    erased: record.erased,
  };
}
