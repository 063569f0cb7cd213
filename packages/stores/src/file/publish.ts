import { link, lstat, open, rename, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { StoreError } from "../error.ts";
import { draftsOf, PRIVATE_FILE } from "./layout.ts";
import { ignoring, systemCode } from "./system-error.ts";

/** What file systems without hard links answer (FAT, some shares). */
const noLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/**
 * Gives a finished draft its name at `target`, in one step that replaces nothing.
 * @returns whether the file system arbitrated: false when it has no hard links and the claim of a name had to do
 * @throws StoreError `exists`; `unavailable` when another writer claims the name
 */
export async function publish(folder: string, draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target);
    return true;
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (code === "EEXIST") throw taken();
    if (!noLinks.includes(code)) throw error;
    await publishByClaim(join(draftsOf(folder), `${basename(target)}.claim`), draft, target);
    return false;
  }
}

/** A rename would replace what is there; so only who made the claim's file may look, and rename. */
async function publishByClaim(claim: string, draft: string, target: string): Promise<void> {
  const handle = await open(claim, "wx", PRIVATE_FILE).catch(ignoring("EEXIST"));
  if (handle === undefined) throw new StoreError("unavailable", "Another writer is at that name.");
  try {
    await handle.close();
    if ((await lstat(target).catch(ignoring("ENOENT"))) !== undefined) throw taken();
    await rename(draft, target);
  } finally {
    await unlink(claim).catch(() => undefined);
  }
}

function taken(): StoreError {
  return new StoreError("exists", "An object has that name already.");
}
