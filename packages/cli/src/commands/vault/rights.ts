import {
  type Chart,
  type ChartState,
  equalBytes,
  fingerprint,
  type Recipient,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
} from "@chirograph/core";
import { InvalidArgumentError } from "commander";
import { Failure } from "../../failure.ts";

export const NO_RIGHTS = 0;

interface Member {
  readonly recipient: Recipient;
  readonly rights: number;
}

/** What a member of a chart may do, by the words that people use. */
const rights: Readonly<Record<string, number>> = {
  read: RIGHT_READ,
  write: RIGHT_WRITE,
  manage: RIGHT_MANAGE,
};

/** For commander: `read,write`. */
export function parseRights(text: string): number {
  const names = text.split(",").map((name) => name.trim());
  const known = Object.keys(rights);
  if (names.some((name) => !known.includes(name)) || new Set(names).size < names.length)
    throw new InvalidArgumentError(`It is one or more of ${known.join(", ")}, with commas between them.`);
  return names.reduce((sum, name) => sum | rights[name]!, 0);
}

/** "read, write" */
export function showRights(sum: number): string {
  return namesOf(sum).join(", ");
}

/**
 * Whoever lets others in must be able to read, too: fresh keys come from somebody who knows them.
 * @param changed who is to have the rights `given`, and no others
 * @throws Failure `badData` when nobody would be left who reads and manages the chart
 */
export function requireManager({ state }: Chart, changed: readonly Recipient[], given: number): void {
  const isChanged = ({ signing }: Recipient): boolean =>
    changed.some((other) => equalBytes(other.signing, signing));
  const after = [
    ...[...state.members.values()].filter(({ recipient }) => !isChanged(recipient)),
    ...changed.map((recipient) => ({ recipient, rights: given })),
  ];
  if (after.some((member) => isManager(state, member))) return;
  throw new Failure("badData", "There would be nobody left who reads and manages the chart.", {
    hint: "Give that to somebody else first: chirograph share --can read,write,manage.",
  });
}

/** Its owner manages a chart without being told so, as a reader of it. */
function isManager({ owner }: ChartState, member: Member): boolean {
  if ((member.rights & RIGHT_READ) === 0) return false;
  return (member.rights & RIGHT_MANAGE) !== 0 || equalBytes(owner, member.recipient.signing);
}

/** A member in `--json`. */
export function showMember(member: Member): { member: string; rights: string[] } {
  return { member: fingerprint(member.recipient.member), rights: namesOf(member.rights) };
}

function namesOf(sum: number): string[] {
  return Object.entries(rights).flatMap(([name, right]) => ((sum & right) === 0 ? [] : [name]));
}
