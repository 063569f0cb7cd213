import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { PRIVATE_FOLDER } from "@chirograph/embedded/files";

export const stateHelp = `What this machine has seen of each
chart, and puts that were cut short, are remembered in $CHIROGRAPH_STATE, or else in chirograph below $XDG_STATE_HOME
or ~/.local/state.`;

/** A folder for what this machine remembers from one run to the next; it may not be there yet. */
export function stateFolder(name: "seen" | "puts"): string {
  return join(stateRoot(), name);
}

/** The same, and it is there. */
export async function makeStateFolder(name: "seen" | "puts"): Promise<string> {
  const folder = stateFolder(name);
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  return folder;
}

function stateRoot(): string {
  const own = process.env["CHIROGRAPH_STATE"];
  if (own !== undefined && own !== "") return own;
  const home = process.env["XDG_STATE_HOME"];
  // A relative path is to be ignored: XDG Base Directory Specification.
  const base = home !== undefined && isAbsolute(home) ? home : join(homedir(), ".local", "state");
  return join(base, "chirograph");
}
