import { lstat, mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../error.ts";
import { PRIVATE_FOLDER } from "./layout.ts";
import { ignoring } from "./system-error.ts";

/**
 * The folder of a store. A disk that is taken away often leaves an empty folder where it was mounted: so wherever
 * something is missing, and before a subfolder is made, it is asked whether the folder is still the one that was opened.
 */
export class StoreFolder {
  readonly path: string;
  readonly #device: number;
  /** Subfolders that are certainly there, on the disk too, or being made. */
  readonly #settled = new Map<string, Promise<void>>();

  private constructor(path: string, device: number) {
    this.path = path;
    this.#device = device;
  }

  /** @throws StoreError `unavailable` */
  static async open(path: string): Promise<StoreFolder> {
    return new StoreFolder(path, await deviceOf(path));
  }

  /** @throws StoreError `unavailable` when the folder is gone, or another one is in its place */
  async require(): Promise<void> {
    if ((await deviceOf(this.path)) !== this.#device) throw vanished();
  }

  /** Makes a subfolder unless it is there. When this resolves, it is there after a power cut too. */
  async settle(subfolder: string): Promise<void> {
    const known = this.#settled.get(subfolder);
    if (known !== undefined) return known;
    const settled = this.#make(subfolder);
    this.#settled.set(subfolder, settled);
    try {
      await settled;
    } catch (error) {
      this.forget(subfolder);
      throw error;
    }
  }

  /** A subfolder that turned out to be missing. */
  forget(subfolder: string): void {
    this.#settled.delete(subfolder);
  }

  async #make(subfolder: string): Promise<void> {
    await this.require();
    await makeFolder(join(this.path, subfolder));
    // Also when it was there: whoever made it may not have come so far.
    await syncFolder(this.path);
  }
}

/** Makes a private folder unless it is there. A link to one elsewhere is none. */
export async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path, { mode: PRIVATE_FOLDER }).then(() => true, ignoring("EEXIST"));
  if (made !== true && !(await lstat(path)).isDirectory()) {
    throw new StoreError("unavailable", "Something that is no folder is in the way of one.");
  }
}

/** Puts a folder's own entries on the disk: the names of the files in it. */
export async function syncFolder(path: string): Promise<void> {
  // Windows does not open folders; there the file system sees to it.
  const refusals = process.platform === "win32" ? ["EISDIR", "EPERM"] : [];
  const handle = await open(path, "r").catch(ignoring(...refusals));
  try {
    // Not every file system syncs folders.
    await handle?.sync().catch(ignoring("EINVAL", "ENOTSUP"));
  } finally {
    await handle?.close();
  }
}

async function deviceOf(path: string): Promise<number> {
  const found = await stat(path).catch(ignoring("ENOENT", "ENOTDIR"));
  if (found?.isDirectory() !== true) throw vanished();
  return found.dev;
}

function vanished(): StoreError {
  return new StoreError("unavailable", "The folder of the store is not there.");
}
