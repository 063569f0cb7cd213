import { toHex } from "../encoding/bytes.ts";
import type { Recipient } from "../identity/recipient.ts";
import type {
  EpochChange,
  EscrowChange,
  GrantChange,
  LabelChange,
  StandingChange,
  VersionChange,
  Wrap,
} from "./change.ts";

/** Somebody with rights in the chart. */
export interface Member {
  readonly recipient: Recipient;
  readonly rights: number;
}

/** A wrap, and the key that signed the link it came in: the wrap is bound to it. */
export interface SignedWrap extends Wrap {
  readonly signer: Uint8Array;
}

/** A span of the chart under one set of keys. */
export interface Epoch extends Omit<EpochChange, "type" | "wraps"> {
  /** By member id in hexadecimal. */
  readonly wraps: ReadonlyMap<string, SignedWrap>;
  /** Generation of the link that gave it its lock. */
  readonly lockedIn: number;
}

export interface Grant extends Omit<GrantChange, "type"> {
  readonly signer: Uint8Array;
}

export interface Version extends Omit<VersionChange, "type"> {
  /** Whoever signed the link that made it current. */
  readonly signer: Uint8Array;
  readonly erased: boolean;
}

/** One document of the chart with all its versions, the oldest first. */
export interface RecordState {
  readonly record: Uint8Array;
  readonly versions: readonly Version[];
  /** The whole record was erased; it takes no new version. */
  readonly erased: boolean;
}

export interface ClassicKey {
  readonly record: Uint8Array;
  readonly keyCheck: Uint8Array;
  readonly wraps: ReadonlyMap<string, SignedWrap>;
}

export interface Standing extends Omit<StandingChange, "type"> {
  readonly signer: Uint8Array;
}

export interface Escrow extends Omit<EscrowChange, "type"> {
  readonly signer: Uint8Array;
}

/** Among whom the next epoch is escrowed: what somebody with the right to manage asked for last. */
export interface EscrowPlan {
  readonly threshold: number;
  readonly officers: readonly Recipient[];
}

/** The sealed label, and the epoch whose keys open it. */
export interface SealedLabel extends Omit<LabelChange, "type"> {
  /** Generation of the link that set it. */
  readonly setIn: number;
}

/** What all links of a chart document together say. Maps are keyed by ids in hexadecimal. */
export interface ChartState {
  readonly chart: Uint8Array;
  /** Of the last link in the order of the document. */
  readonly generation: number;
  readonly lastHash: Uint8Array;
  /** Hash of link 0: what the patient's binding is made of. */
  readonly genesisHash: Uint8Array;
  readonly owner: Uint8Array;
  readonly registrar: Uint8Array | undefined;
  readonly members: ReadonlyMap<string, Member>;
  /** Everyone who is or was a member: who wrote an old version can still be told. */
  readonly everMembers: ReadonlyMap<string, Recipient>;
  /** In the order in which they count: the last is the current one. */
  readonly epochs: readonly Epoch[];
  /** Where in `epochs` each number stands. */
  readonly epochPlaces: ReadonlyMap<number, number>;
  /** Somebody may know the current epoch's secrets who shall not know the next ones: a new epoch begins first. */
  readonly stale: boolean;
  readonly grants: readonly Grant[];
  readonly records: ReadonlyMap<string, RecordState>;
  readonly classicKeys: ReadonlyMap<string, ClassicKey>;
  /** Which record each version belongs to. */
  readonly recordOf: ReadonlyMap<string, string>;
  /** Standing unlocks by member, then by epoch. */
  readonly standing: ReadonlyMap<string, ReadonlyMap<number, Standing>>;
  /** By epoch. */
  readonly escrows: ReadonlyMap<number, Escrow>;
  readonly escrowPlan: EscrowPlan | undefined;
  readonly label: SealedLabel | undefined;
}

export function findVersion(state: ChartState, record: Uint8Array, version: Uint8Array): Version | undefined {
  const wanted = toHex(version);
  return state.records.get(toHex(record))?.versions.find((candidate) => toHex(candidate.version) === wanted);
}

/** The newest version that is not erased. */
export function currentVersion(record: RecordState): Version | undefined {
  return record.versions.findLast((version) => !version.erased);
}

export function epochNumbered(state: ChartState, number: number): Epoch | undefined {
  const place = state.epochPlaces.get(number);
  return place === undefined ? undefined : state.epochs[place];
}

/** The epoch that versions are sealed under; none in a chart without a word. */
export function currentEpoch(state: ChartState): Epoch | undefined {
  return state.epochs.at(-1);
}
