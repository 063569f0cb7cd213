import { fingerprint, type Recipient, RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE } from "@chirograph/core";
import { InvalidArgumentError } from "commander";

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

/** A member in `--json`. */
export function showMember(member: { readonly recipient: Recipient; readonly rights: number }): {
  member: string;
  rights: string[];
} {
  return { member: fingerprint(member.recipient.member), rights: namesOf(member.rights) };
}

function namesOf(sum: number): string[] {
  return Object.entries(rights).flatMap(([name, right]) => ((sum & right) === 0 ? [] : [name]));
}
