import type { Command } from "../command.ts";
import type { EntryId } from "../results.ts";

/** A program that seals files or folders and gives them back. */
export interface Tool {
  readonly id: EntryId;
  readonly program: string;
  /** Arguments that make it tell its version. */
  readonly version: readonly string[];
  /** The Debian package that provides it. */
  readonly package: string;
  readonly seal: Way;
  /** Absent for what gives nothing back that another entry does not. */
  readonly open?: Way;
  /** Makes what comes before the first sealing, such as a repository. `folder` is there, and empty. */
  readonly prepare?: (folder: string) => Command;
  /** Where the file of that path is when all was given back into that folder. */
  readonly opened?: (back: string, input: string) => string;
  /** Does `seal` take a folder? */
  readonly takesFolders: boolean;
}

/** One way of a tool: what it is called in tables, whether it syncs what it writes, how it is run. */
export interface Way {
  readonly name: string;
  readonly syncs: boolean;
  /** Sealing: from `from`, a file or a folder, into the folder `to`. Opening: from that folder into another. */
  readonly command: (from: string, to: string) => Command;
}
