import type { Id, Place } from "../catalogue.ts";
import type { ObjectRow, Target, VersionRow } from "./rows.ts";

export type FindingKind =
  /** The object, or any place of the fragment, is not there. */
  | "fragment missing"
  /** What lies there is not what the envelope signs. */
  | "fragment damaged"
  /** The bytes are right, the table of their object does not tell so: `reindex` would not find them. */
  | "fragment unlisted"
  /** Its store does not answer. */
  | "fragment unreachable"
  /** It was to lie elsewhere, and stays where it is. */
  | "fragment not moved"
  /** The catalogue has no envelope, or one that is none. */
  | "envelope damaged"
  /** A store lacks the statements of a batch; without `object` it never had them. */
  | "statement missing"
  /** It does not open, or holds something else than its batch's statements. */
  | "statement damaged"
  /** It holds links or envelopes that the catalogue does not know; `reindex` reads them, `repair` leaves them alone. */
  | "statement unknown"
  /** The store has not taken it yet. */
  | "statement owed"
  /** Fewer than T + 1 stores are to hold the envelopes of a batch. */
  | "envelopes on too few stores"
  | "header missing"
  | "header damaged"
  | "store unreachable"
  /** A condemned object, an unfinished erasure, or bytes in an object that no version needs. */
  | "left to delete";

/** Something that is not as it should be. What is named depends on the kind. */
export interface Finding {
  readonly kind: FindingKind;
  readonly store?: Id;
  readonly object?: string;
  readonly version?: Id;
  readonly record?: Id;
  readonly chart?: Id;
  /** Of a fragment, from 0. */
  readonly index?: number;
  readonly batch?: Id;
}

export function fragmentFinding(
  kind: FindingKind,
  row: VersionRow,
  index: number,
  place: Place | null,
): Finding {
  const { version, record, chart } = row;
  const where = place === null ? {} : { store: place.store, object: place.object };
  return { kind, ...where, version, record, chart, index };
}

export function versionFinding(kind: FindingKind, { version, record, chart }: VersionRow): Finding {
  return { kind, version, record, chart };
}

export function objectFinding(kind: FindingKind, row: Pick<ObjectRow, "store" | "name" | "batch">): Finding {
  const { store, name: object, batch } = row;
  return { kind, store, object, ...(batch !== undefined && { batch }) };
}

export function targetFinding(kind: FindingKind, { store, object }: Target): Finding {
  return { kind, store, object };
}

/** Each once, in the order in which they came. */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
