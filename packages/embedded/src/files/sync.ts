import { type FileHandle, open } from "node:fs/promises";
import { systemCode } from "./system-code.ts";

/** Puts a folder's own entries on the disk: the names of the files in it. */
export async function syncFolder(path: string): Promise<void> {
  // Windows does not open folders; there the file system sees to it.
  const handle = await open(path, "r").catch(ignoring("EISDIR", "EPERM"));
  try {
    // Not every file system syncs folders.
    await handle?.sync().catch(ignoring("EINVAL", "ENOTSUP"));
  } finally {
    await handle?.close();
  }
}

const unwilling = ["EACCES", "EPERM", "EINVAL", "ENOTSUP", "EISDIR"];

/**
 * A folder of somebody else's that something is to be moved into. It is opened beforehand, since a failure after the
 * move comes too late. One that lets itself be written and not read is used all the same.
 */
export async function openParent(path: string): Promise<FileHandle | undefined> {
  return open(path, "r").catch(ignoring(...unwilling));
}

/** As well as it can be done: what was moved is there, and stays. */
export async function syncParent(parent: FileHandle | undefined): Promise<void> {
  await parent?.sync().catch(ignoring(...unwilling));
}

function ignoring(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes(systemCode(error) ?? "")) throw error;
    return undefined;
  };
}
