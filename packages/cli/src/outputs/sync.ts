import { open } from "node:fs/promises";
import { systemCode } from "../failure.ts";

/** Puts a folder's own entries on the disk: the names of the files in it. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch((error: unknown) => {
    // Windows does not open folders; there the file system sees to it.
    if (systemCode(error) === "EISDIR" || systemCode(error) === "EPERM") return undefined;
    throw error;
  });
  if (handle === undefined) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
