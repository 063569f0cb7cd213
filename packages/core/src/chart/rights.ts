import { equalBytes, toHex } from "../encoding/bytes.ts";
import { RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE } from "./change.ts";
import type { ChartState, Member } from "./state.ts";

/** Whoever signed a link. */
export interface LinkSigner {
  /** Ed25519 public key. */
  readonly signing: Uint8Array;
  /** Those that the state before the link gave him. */
  readonly rights: number;
}

/** Rights that a signing key has: those of its member, and for the owner always to write and to manage. */
export function rightsOf(state: ChartState, signing: Uint8Array): number {
  const member = [...state.members.values()].find(({ recipient }) => equalBytes(recipient.signing, signing));
  const asOwner = equalBytes(state.owner, signing) ? RIGHT_WRITE | RIGHT_MANAGE : 0;
  return (member?.rights ?? 0) | asOwner;
}

/** Present readers, ascending by member id. */
export function readersOf(state: Pick<ChartState, "members">): Member[] {
  return [...state.members.entries()]
    .filter(([, member]) => (member.rights & RIGHT_READ) !== 0)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, member]) => member);
}

export function isReader(state: Pick<ChartState, "members">, member: Uint8Array): boolean {
  return ((state.members.get(toHex(member))?.rights ?? 0) & RIGHT_READ) !== 0;
}

/** Whether this key's holder can know an epoch's keys: the owner, or a reader. */
export function mayKnowKeys(state: ChartState, signing: Uint8Array): boolean {
  return equalBytes(state.owner, signing) || (rightsOf(state, signing) & RIGHT_READ) !== 0;
}
