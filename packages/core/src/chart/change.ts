import type { Recipient } from "../identity/recipient.ts";

export const RIGHT_READ = 1;
export const RIGHT_WRITE = 2;
export const RIGHT_MANAGE = 4;

/** One HPKE message to one reader. */
export interface Wrap {
  /** Member id of the reader. */
  readonly member: Uint8Array;
  readonly encapsulated: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

export interface GenesisChange {
  readonly type: "genesis";
  /** Ed25519 public key of the patient or guardian. */
  readonly owner: Uint8Array;
  /** Ed25519 public key of the registrar, if one vouches for the chart. */
  readonly registrar: Uint8Array | undefined;
}

export interface MemberChange {
  readonly type: "member";
  readonly recipient: Recipient;
  /** Sum of `RIGHT_READ`, `RIGHT_WRITE`, `RIGHT_MANAGE`. */
  readonly rights: number;
}

export interface RemoveChange {
  readonly type: "remove";
  readonly member: Uint8Array;
}

export interface EpochChange {
  readonly type: "epoch";
  readonly number: number;
  readonly chartKeyCheck: Uint8Array;
  readonly guardKeyCheck: Uint8Array;
  readonly chartSecretCheck: Uint8Array;
  readonly lock: Uint8Array;
  readonly wraps: readonly Wrap[];
}

export interface WrapChange {
  readonly type: "wrap";
  readonly epoch: number;
  readonly wrap: Wrap;
}

export interface WordChange {
  readonly type: "word";
  readonly epoch: number;
  readonly lock: Uint8Array;
}

export interface VersionChange {
  readonly type: "version";
  readonly record: Uint8Array;
  readonly version: Uint8Array;
  readonly parent: Uint8Array;
  readonly epoch: number;
  readonly suite: number;
  readonly total: number;
  readonly needed: number;
  readonly envelopeHash: Uint8Array;
}

export interface TombstoneChange {
  readonly type: "tombstone";
  readonly record: Uint8Array;
  /** 16 zeros: every version of the record. */
  readonly version: Uint8Array;
}

export interface GrantChange {
  readonly type: "grant";
  readonly recipient: Recipient;
  readonly record: Uint8Array;
  readonly epoch: number;
  readonly versions: readonly Uint8Array[];
  readonly encapsulated: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

export interface WithdrawChange {
  readonly type: "withdraw";
  readonly record: Uint8Array;
  readonly member: Uint8Array;
}

export interface ClassicKeyChange {
  readonly type: "classic-key";
  readonly record: Uint8Array;
  readonly version: Uint8Array;
  /** Hash of what is wrapped, so that every reader can tell he was given the same. */
  readonly keyCheck: Uint8Array;
  readonly wraps: readonly Wrap[];
}

/** A member opens an epoch without the word until a date: the chart secret, wrapped to him. */
export interface StandingChange {
  readonly type: "standing";
  readonly member: Uint8Array;
  readonly epoch: number;
  /** Milliseconds since 1970-01-01 UTC; from then on it opens nothing. */
  readonly until: number;
  readonly encapsulated: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

/** Ends all standing unlocks of a member. */
export interface StandingEndChange {
  readonly type: "standing-end";
  readonly member: Uint8Array;
}

/** One who holds a share of an escrow, and the share, wrapped to him. */
export interface EscrowOfficer {
  readonly recipient: Recipient;
  /** Hash of the share, so that a wrong one is told from a right one, and whose it is. */
  readonly shareCheck: Uint8Array;
  readonly encapsulated: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

/** An epoch's secrets under a key of which any `threshold` of the officers hold enough. */
export interface EscrowChange {
  readonly type: "escrow";
  readonly epoch: number;
  readonly threshold: number;
  /** Ascending by member id. */
  readonly officers: readonly EscrowOfficer[];
  readonly box: Uint8Array<ArrayBuffer>;
}

/** The chart's name, for whoever opens the epoch with the word. */
export interface LabelChange {
  readonly type: "label";
  readonly epoch: number;
  readonly box: Uint8Array<ArrayBuffer>;
}

/** One step in the life of a chart (docs/format.md, section 10). */
export type Change =
  | GenesisChange
  | MemberChange
  | RemoveChange
  | EpochChange
  | WrapChange
  | WordChange
  | VersionChange
  | TombstoneChange
  | GrantChange
  | WithdrawChange
  | ClassicKeyChange
  | StandingChange
  | StandingEndChange
  | EscrowChange
  | LabelChange;
