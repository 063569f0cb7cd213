// What the links of a chart document come to (section 10).
import type { Recipient } from "./identity.ts";

interface Member {
  readonly recipient: Recipient;
  readonly rights: number;
}

export interface Wrap {
  readonly member: Uint8Array;
  readonly encapsulated: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** The first signer of the link that carries it. */
  readonly signer: Uint8Array;
}

export interface Epoch {
  readonly number: number;
  readonly chartKeyCheck: Uint8Array;
  readonly guardKeyCheck: Uint8Array;
  readonly chartSecretCheck: Uint8Array;
  readonly lock: Uint8Array;
  /** Generation of the link that the lock came in. */
  readonly lockedIn: number;
  readonly wraps: ReadonlyMap<string, Wrap>;
}

export interface Version {
  readonly record: Uint8Array;
  readonly version: Uint8Array;
  readonly parent: Uint8Array;
  readonly epoch: number;
  readonly suite: number;
  readonly n: number;
  readonly k: number;
  readonly envelopeHash: Uint8Array;
  /** Who signed the link that it came in, and so the envelope too. */
  readonly signer: Uint8Array;
  readonly erased: boolean;
}

interface Grant {
  readonly record: Uint8Array;
  readonly epoch: number;
  readonly versions: readonly Uint8Array[];
  readonly wrap: Wrap;
}

interface Standing extends Wrap {
  readonly epoch: number;
  readonly until: number;
}

interface Escrow {
  readonly threshold: number;
  readonly officers: readonly { recipient: Recipient; check: Uint8Array; wrap: Wrap }[];
  readonly box: Uint8Array;
}

export interface Chart {
  readonly id: Uint8Array;
  readonly hashOfLink0: Uint8Array;
  owner: Uint8Array;
  registrar: Uint8Array | undefined;
  /** By member id in hexadecimal, as are all keys of maps here. */
  readonly members: Map<string, Member>;
  /** Signing keys of everybody who is or was a member. */
  readonly everMembers: Map<string, Uint8Array>;
  /** In the order in which they begin: the last is current. */
  readonly epochs: Map<number, Epoch>;
  stale: boolean;
  readonly versions: Map<string, Version>;
  /** The versions of each record, in order. */
  readonly records: Map<string, Uint8Array[]>;
  readonly erasedRecords: Set<string>;
  readonly grants: Map<string, Grant>;
  readonly classicKeys: Map<string, { record: Uint8Array; check: Uint8Array; wraps: Map<string, Wrap> }>;
  /** By member id, a slash and the epoch. */
  readonly standing: Map<string, Standing>;
  readonly escrows: Map<number, Escrow>;
  /** Threshold and officers that hold for epochs to come, as text. */
  escrowPlan: string | undefined;
  label: { epoch: number; box: Uint8Array; setIn: number } | undefined;
  /** Of the link that is being applied. */
  generation: number;
}
