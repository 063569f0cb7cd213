import { isName } from "./names.ts";
import type { ListRequest } from "./store.ts";

// What holds objects as files has `ab/` for every object whose name begins with "ab", and `.drafts/`: one layout for
// folders, WebDAV and SFTP, so that what one wrote the other reads.

/** What is being written. No object and no subfolder has a name with a dot. */
export const DRAFTS = ".drafts";

/** A draft that nobody wrote to for so long was left by a process that died. */
export const ABANDONED_MS = 3_600_000;
/** Opening a store removes at most so many abandoned drafts. */
export const MOST_SWEPT = 1000;

const SUBFOLDER_CHARACTERS = 2;

/** The subfolder of a name; a name of one character has one to itself. */
export function subfolderOf(name: string): string {
  return name.slice(0, SUBFOLDER_CHARACTERS);
}

export function isSubfolder(name: string): boolean {
  return name.length <= SUBFOLDER_CHARACTERS && isName(name);
}

/** Whether an object of that name belongs into that subfolder. */
export function belongsIn(subfolder: string, name: string): boolean {
  return isName(name) && subfolderOf(name) === subfolder;
}

/** Whether a subfolder may hold something of what is asked for. */
export function mayAnswer(subfolder: string, { prefix, after }: ListRequest): boolean {
  return (
    subfolder.startsWith(subfolderOf(prefix)) && (after === undefined || subfolder >= subfolderOf(after))
  );
}
