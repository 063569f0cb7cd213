import { toHex } from "../encoding/bytes.ts";
import type { Recipient } from "../identity/recipient.ts";
import type { EpochChange, GrantChange, VersionChange, Wrap } from "./change.ts";

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

interface ClassicKey {
  readonly record: Uint8Array;
  readonly keyCheck: Uint8Array;
  readonly wraps: ReadonlyMap<string, SignedWrap>;
}

/** What all links of a chart document together say. Maps are keyed by ids in hexadecimal. */
export interface ChartState {
  readonly chart: Uint8Array;
  /** Of the last link. */
  readonly generation: number;
  readonly lastHash: Uint8Array;
  /** Hash of link 0: what the patient's binding is made of. */
  readonly genesisHash: Uint8Array;
  readonly owner: Uint8Array;
  readonly registrar: Uint8Array | undefined;
  readonly members: ReadonlyMap<string, Member>;
  /** Everyone who is or was a member: who wrote an old version can still be told. */
  readonly everMembers: ReadonlyMap<string, Recipient>;
  /** Epoch 1 first. */
  readonly epochs: readonly Epoch[];
  /** A reader was taken away since the last epoch began: the next version needs a new one. */
  readonly stale: boolean;
  readonly grants: readonly Grant[];
  readonly records: ReadonlyMap<string, RecordState>;
  readonly classicKeys: ReadonlyMap<string, ClassicKey>;
  /** Which record each version belongs to. */
  readonly recordOf: ReadonlyMap<string, string>;
}

/** A record that takes versions in place. */
interface RecordDraft extends RecordState {
  readonly versions: Version[];
}

/** A state that is being made: links are applied to it in place, so that a long document is read in linear time. */
export interface ChartDraft extends Omit<{ -readonly [Key in keyof ChartState]: ChartState[Key] }, "epochs"> {
  members: Map<string, Member>;
  everMembers: Map<string, Recipient>;
  epochs: Epoch[];
  records: Map<string, RecordDraft>;
  classicKeys: Map<string, ClassicKey>;
  recordOf: Map<string, string>;
}

/** A draft that begins where `state` stands and leaves it as it is. */
export function draftOf(state: ChartState): ChartDraft {
  return {
    ...state,
    members: new Map(state.members),
    everMembers: new Map(state.everMembers),
    epochs: [...state.epochs],
    records: new Map(
      Array.from(state.records, ([id, record]) => [id, { ...record, versions: [...record.versions] }]),
    ),
    classicKeys: new Map(state.classicKeys),
    recordOf: new Map(state.recordOf),
  };
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
  return state.epochs[number - 1];
}
