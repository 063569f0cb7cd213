import { posix } from "node:path";
import type { FileEntryWithStats, Stats } from "ssh2";
import { StoreError } from "../error.ts";
import { subfolderOf } from "../subfolders.ts";
import { isHandle, type SftpConnection } from "./connection.ts";
import { END_OF_FILE, ignoring, NO_SUCH_FILE } from "./status.ts";

const PRIVATE_FOLDER = 0o700;

export interface RemoteEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** The folder of a store at the server; subfolders are made, it never is. */
export class RemoteFolder {
  readonly path: string;
  /** Subfolders that were there when somebody looked. */
  readonly #seen = new Set<string>();

  constructor(path: string) {
    this.path = path;
  }

  pathOf(name: string): string {
    return this.within(subfolderOf(name), name);
  }

  within(...names: readonly string[]): string {
    return posix.join(this.path, ...names);
  }

  /** @throws StoreError `unavailable` when the folder is not there */
  async require(connection: SftpConnection): Promise<void> {
    const found = await connection
      .ask((sftp, answer) => sftp.stat(this.path, answer), isStats)
      .catch(ignoring(NO_SUCH_FILE));
    if (found?.isDirectory() !== true) {
      throw new StoreError("unavailable", "The folder of the store is not there.");
    }
  }

  /** Makes a subfolder unless it was seen. */
  async settle(connection: SftpConnection, subfolder: string): Promise<void> {
    if (this.#seen.has(subfolder)) return;
    await this.require(connection);
    const path = this.within(subfolder);
    try {
      await connection.tell((sftp, answer) => sftp.mkdir(path, { mode: PRIVATE_FOLDER }, answer));
    } catch (error) {
      const found = await entryAt(connection, path);
      if (found?.isFolder !== true) throw error;
    }
    this.#seen.add(subfolder);
  }

  /** A subfolder that turned out to be missing. */
  forget(subfolder: string): void {
    this.#seen.delete(subfolder);
  }
}

/** What is at a path; a link is not followed. `null` when nothing is. */
export async function entryAt(connection: SftpConnection, path: string): Promise<RemoteEntry | null> {
  const stats = await connection
    .ask((sftp, answer) => sftp.lstat(path, answer), isStats)
    .catch(ignoring(NO_SUCH_FILE));
  return stats === undefined ? null : entryOf(posix.basename(path), stats);
}

/**
 * What a folder holds, as far as it is `wanted`; nothing when it is not there. One of more than `most` entries is none
 * of ours, or has no end.
 */
export async function entriesIn(
  connection: SftpConnection,
  path: string,
  most: number,
  wanted: (name: string) => boolean,
): Promise<RemoteEntry[]> {
  const handle = await connection
    .ask((sftp, answer) => sftp.opendir(path, answer), isHandle)
    .catch(ignoring(NO_SUCH_FILE));
  if (handle === undefined) return [];
  const found: RemoteEntry[] = [];
  try {
    for (let seen = 0; seen <= most;) {
      const some = await connection
        .ask((sftp, answer) => sftp.readdir(handle, answer), isEntries)
        .catch(ignoring(END_OF_FILE));
      if (some === undefined) return found;
      // An empty answer counts too: a server that sends nothing else has no end either.
      seen += some.length + 1;
      found.push(
        ...some
          .filter(({ filename }) => wanted(filename))
          .map(({ filename, attrs }) => entryOf(filename, attrs)),
      );
    }
    throw new StoreError("unavailable", "A folder at the SFTP server has too many entries.");
  } finally {
    connection.tell((sftp, answer) => sftp.close(handle, answer)).catch(() => undefined);
  }
}

function entryOf(name: string, stats: Stats): RemoteEntry {
  const known = [stats.mode, stats.size].every((value) => Number.isSafeInteger(value));
  if (!known)
    throw new StoreError("unavailable", "The SFTP server does not say what a file is, or how long.");
  return {
    name,
    isFolder: stats.isDirectory(),
    isFile: stats.isFile(),
    sizeBytes: stats.size,
    modifiedMs: stats.mtime * 1000,
  };
}

function isStats(result: unknown): result is Stats {
  return typeof result === "object" && result !== null && "isDirectory" in result;
}

function isEntries(result: unknown): result is FileEntryWithStats[] {
  return Array.isArray(result);
}
