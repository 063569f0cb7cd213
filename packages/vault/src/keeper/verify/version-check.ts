import { type Envelope, type LockedEnvelope, parseEnvelope, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { type Place, samePlace } from "../../catalogue.ts";
import type { FindingKind } from "../findings.ts";
import { readStrictly } from "../malformed.ts";
import { VaultError } from "../../error.ts";
import type { VersionRow } from "../rows.ts";

/** `good` and `unlisted` fragments can be read. */
export type FragmentState = "good" | "unlisted" | "missing" | "damaged" | "unreachable";

export interface FragmentCheck {
  readonly index: number;
  readonly place: Place | null;
  state: FragmentState;
  /** The fragment itself, where it was small and the caller wanted it kept. */
  bytes: Uint8Array | undefined;
}

/** One version, and what was found of each of its fragments. */
export interface VersionCheck {
  readonly row: VersionRow;
  readonly envelope: Envelope & LockedEnvelope;
  readonly fragments: readonly FragmentCheck[];
}

/**
 * A version of which nothing was read yet, or only what still lies where it was `before`; `undefined` where the
 * catalogue has no envelope that is one.
 */
export async function beginCheck(
  engine: Engine,
  row: VersionRow,
  before?: VersionCheck,
): Promise<VersionCheck | undefined> {
  const envelope = await envelopeOf(engine, row);
  if (envelope === undefined) return undefined;
  const fragments = Array.from({ length: envelope.total }, (_, index): FragmentCheck => {
    const place = row.places[index] ?? null;
    const known = before?.fragments[index];
    if (known !== undefined && samePlace(known.place, place)) return { ...known };
    return { index, place, state: "missing", bytes: undefined };
  });
  return { row, envelope, fragments };
}

export async function envelopeOf(
  engine: Engine,
  row: Pick<VersionRow, "version" | "record" | "chart" | "envelope">,
): Promise<(Envelope & LockedEnvelope) | undefined> {
  const bytes = row.envelope;
  if (bytes === undefined) return undefined;
  try {
    const envelope = await readStrictly(() => parseEnvelope(engine, bytes));
    const ids = [envelope.version, envelope.record, envelope.chart].map(toHex).join();
    const isMeant = ids === [row.version, row.record, row.chart].join();
    return isMeant && envelope.profile === "locked" ? envelope : undefined;
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

export function canBeRead({ state }: FragmentCheck): boolean {
  return state === "good" || state === "unlisted";
}

export function kindOfState(state: Exclude<FragmentState, "good">): FindingKind {
  return `fragment ${state}`;
}
