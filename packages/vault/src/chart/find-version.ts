import {
  admitEnvelope,
  ChirographError,
  currentVersion,
  type Envelope,
  findVersion,
  type LockedEnvelope,
  parseEnvelope,
  toHex,
  type Version,
} from "@chirograph/core";
import type { Found, Id, Place } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { idBytes, isId } from "../keeper/names.ts";
import type { ChartSession } from "./session.ts";

/** A version that its chart stands behind, and where its fragments may lie. */
export interface FoundEnvelope {
  readonly version: Id;
  readonly record: Id;
  readonly envelope: Envelope & LockedEnvelope;
  readonly places: readonly (Place | null)[];
}

/**
 * Finds a version, or the record's current one, in the chart as it is now.
 * @throws VaultError `unknown`; `stores-missing` when its envelope is nowhere; `forged`; ChirographError `erased`, and
 *   what `admitEnvelope` refuses
 */
export async function findEnvelope(session: ChartSession, record: Id, version?: Id): Promise<FoundEnvelope> {
  if (version !== undefined && !isId(version))
    throw new VaultError("unknown", "The record has no such version.");
  const guess = version ?? chosen(session, record);
  const found = await session.ask(guess === undefined ? {} : { versions: [guess] });
  const wanted = requireVersion(session, record, version);
  const id = toHex(wanted.version);
  // Somebody has put a newer one since this client looked last.
  const answer = id === guess ? found : await session.ask({ versions: [id] });
  return { version: id, record, ...(await readEnvelope(session, { record, version: id }, answer)) };
}

/**
 * The envelopes of the current versions of several records, asked for at once; without those that the vault does not
 * have, or that their chart does not stand behind.
 */
export async function findEnvelopes(
  session: ChartSession,
  records: readonly Id[],
): Promise<ReadonlyMap<Id, FoundEnvelope>> {
  const wanted = new Map<Id, Id>();
  for (const record of records) {
    const version = chosen(session, record);
    if (version !== undefined) wanted.set(record, version);
  }
  const answer = await session.ask({ versions: [...wanted.values()] });
  const found = new Map<Id, FoundEnvelope>();
  for (const [record, version] of wanted) {
    try {
      requireVersion(session, record, version);
      found.set(record, { version, record, ...(await readEnvelope(session, { record, version }, answer)) });
    } catch (error) {
      if (!(error instanceof VaultError || error instanceof ChirographError)) throw error;
    }
  }
  return found;
}

function chosen({ unlocked }: ChartSession, record: Id): Id | undefined {
  const state = unlocked.chart.state.records.get(record);
  const current = state === undefined ? undefined : currentVersion(state);
  return current === undefined ? undefined : toHex(current.version);
}

function requireVersion({ unlocked }: ChartSession, record: Id, version: Id | undefined): Version {
  const { state } = unlocked.chart;
  const known = state.records.get(record);
  if (known === undefined) throw new VaultError("unknown", "The chart has no such record.");
  const wanted =
    version === undefined ? currentVersion(known) : findVersion(state, known.record, idBytes(version));
  if (wanted === undefined && version !== undefined)
    throw new VaultError("unknown", "The record has no such version.");
  if (wanted === undefined || wanted.erased)
    throw new ChirographError("erased", "This version was erased; its tombstone is in the chart document.");
  return wanted;
}

async function readEnvelope(
  { parts, unlocked }: ChartSession,
  wanted: { record: Id; version: Id },
  found: Found,
): Promise<Pick<FoundEnvelope, "envelope" | "places">> {
  const row = found.versions.find(({ version }) => version === wanted.version);
  if (row?.envelope === undefined) {
    throw new VaultError(
      "stores-missing",
      "The chart names this version, and the vault does not have its envelope.",
    );
  }
  const envelope = await parseEnvelope(parts.engine, row.envelope);
  if (toHex(envelope.version) !== wanted.version || toHex(envelope.record) !== wanted.record) {
    throw new VaultError("forged", "The catalogue answered with the envelope of another version.");
  }
  admitEnvelope(unlocked.chart.state, envelope);
  if (envelope.profile !== "locked") {
    throw new ChirographError("unsupported", "A version of the classic profile is in no vault.");
  }
  return { envelope, places: row.places };
}
