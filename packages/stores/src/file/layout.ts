import { join } from "node:path";
import { isName } from "../names.ts";
import type { ListRequest } from "../store.ts";

// The folder of a store holds `ab/` for every object whose name begins with "ab", and `.drafts/`.

/** Files that are being written. No object and no subfolder has a name with a dot. */
const DRAFTS = ".drafts";

const SUBFOLDER_CHARACTERS = 2;

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

export function draftsOf(folder: string): string {
  return join(folder, DRAFTS);
}

/** The subfolder of a name; a name of one character has one to itself. */
export function subfolderOf(name: string): string {
  return name.slice(0, SUBFOLDER_CHARACTERS);
}

export function pathOf(folder: string, name: string): string {
  return join(folder, subfolderOf(name), name);
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
