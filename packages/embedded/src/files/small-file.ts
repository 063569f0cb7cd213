import { randomBytes } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PRIVATE_FILE } from "./staging.ts";
import { syncFolder } from "./sync.ts";
import { systemCode } from "./system-code.ts";

/** What file systems without hard links answer (FAT, some shares). */
const noLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** A small private file, the whole of it or what was there before, whatever happens meanwhile. */
export function replaceFile(path: string, text: string): Promise<void> {
  return byDraft(path, text, (draft) => rename(draft, path));
}

/**
 * A private file that is not there yet, the whole of it or none, whatever happens meanwhile.
 * @throws the system's `EEXIST`
 */
export function createFile(path: string, text: string): Promise<void> {
  return byDraft(path, text, (draft) => giveName(draft, path));
}

async function byDraft(path: string, text: string, give: (draft: string) => Promise<void>): Promise<void> {
  const draft = join(dirname(path), `.${randomBytes(8).toString("hex")}.draft`);
  try {
    await writeNew(draft, text);
    await give(draft);
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
}

/** In one step that replaces nothing; where there are no links, the name is claimed first. */
async function giveName(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if (!noLinks.includes(systemCode(error) ?? "")) throw error;
    await (await open(path, "wx", PRIVATE_FILE)).close();
    await rename(draft, path);
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", PRIVATE_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
