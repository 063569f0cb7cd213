import { randomUUID } from "node:crypto";
import { type FileHandle, lstat, open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ABANDONED_MS, MOST_SWEPT } from "../subfolders.ts";
import { draftsOf, PRIVATE_FILE } from "./layout.ts";
import { makeFolder, type StoreFolder } from "./folder.ts";
import { ignoring } from "./system-error.ts";

/** A file that is being written, under a name that no object has. */
export class Draft {
  readonly path: string;
  readonly #handle: FileHandle;
  #open = true;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async begin(folder: StoreFolder): Promise<Draft> {
    const path = join(draftsOf(folder.path), randomUUID());
    const handle = await open(path, "wx", PRIVATE_FILE).catch(ignoring("ENOENT"));
    if (handle !== undefined) return new Draft(path, handle);
    await folder.require();
    await makeFolder(draftsOf(folder.path));
    return new Draft(path, await open(path, "wx", PRIVATE_FILE));
  }

  async write(bytes: Uint8Array): Promise<void> {
    // A write may take less than it was given.
    for (let offset = 0; offset < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, offset, bytes.length - offset, null);
      offset += bytesWritten;
    }
  }

  /** Puts what was written on the disk. */
  async finish(): Promise<void> {
    await this.#handle.sync();
    await this.#close();
  }

  /** As well as it can be done: what stays is swept some day. */
  async discard(): Promise<void> {
    await this.#close().catch(() => undefined);
    await unlink(this.path).catch(() => undefined);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }
}

/** Removes what processes that died have left in the folder of drafts; some of it, when it is much. */
export async function sweepDrafts(folder: string, now: number): Promise<void> {
  const drafts = draftsOf(folder);
  const names = await readdir(drafts).catch(() => []);
  for (const name of names.slice(0, MOST_SWEPT)) {
    const path = join(drafts, name);
    const status = await lstat(path).catch(() => undefined);
    // Whoever may only read the store cannot sweep it.
    if (status !== undefined && now - status.mtimeMs > ABANDONED_MS)
      await unlink(path).catch(() => undefined);
  }
}
