import { open, readdir, rm, stat, statfs } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { PRIVATE_FILE, syncFolder, systemCode } from "@chirograph/embedded/files";
import { StoreError } from "@chirograph/stores";
import type { ObjectTarget } from "../vault/reserved.ts";

/** The file's name is all that is to be remembered of it. */
const NAME = /^([0-9a-f]{32})-([0-9a-f]{32})-(\d{1,15})\.part$/;

/** An object that is coming in parts, in a file of its own; how far it is is the file's length. */
export interface Spooled {
  readonly target: ObjectTarget;
  readonly sizeBytes: number;
  readonly offset: number;
}

/** The folder of objects that come in parts. It survives the server's death: what a part has brought stays. */
export class Spool {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async all(): Promise<Spooled[]> {
    const found: Spooled[] = [];
    for (const name of await readdir(this.#folder)) {
      const [, store, object, sizeBytes] = NAME.exec(name) ?? [];
      if (store === undefined || object === undefined) continue;
      const { size } = await stat(join(this.#folder, name));
      found.push({ target: { store, object }, sizeBytes: Number(sizeBytes), offset: size });
    }
    return found;
  }

  /** @throws StoreError `full` when the whole object would not find room */
  async begin(target: ObjectTarget, sizeBytes: number): Promise<Spooled> {
    const { bavail, bsize } = await statfs(this.#folder);
    if (sizeBytes > bavail * bsize) throw full();
    const begun = { target, sizeBytes, offset: 0 };
    const handle = await open(this.#pathOf(begun), "wx", PRIVATE_FILE);
    await handle.close();
    await syncFolder(this.#folder);
    return begun;
  }

  /**
   * Adds what comes, which must not go past the end; what has come stays when the line is cut.
   * @returns how far it is, durably
   * @throws StoreError `full`, and nothing is added
   */
  async append(
    spooled: Spooled,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ spooled: Spooled; cut: unknown }> {
    const handle = await open(this.#pathOf(spooled), "r+");
    try {
      let { offset } = spooled;
      let cut: unknown;
      const pieces = bytes[Symbol.asyncIterator]();
      for (;;) {
        const next = await pieces.next().catch((error: unknown) => {
          cut = error ?? new Error("cut");
          return undefined;
        });
        if (next === undefined || next.done === true) break;
        await writeAll(handle, next.value, offset);
        offset += next.value.length;
      }
      await handle.sync();
      return { spooled: { ...spooled, offset }, cut };
    } catch (error) {
      await handle.truncate(spooled.offset);
      throw isFull(error) ? full(error) : error;
    } finally {
      await handle.close();
    }
  }

  read(spooled: Spooled): AsyncIterable<Uint8Array> {
    return createReadStream(this.#pathOf(spooled), { highWaterMark: 1_048_576 });
  }

  async remove(spooled: Spooled): Promise<void> {
    await rm(this.#pathOf(spooled), { force: true });
  }

  #pathOf({ target, sizeBytes }: Pick<Spooled, "target" | "sizeBytes">): string {
    return join(this.#folder, `${target.store}-${target.object}-${sizeBytes}.part`);
  }
}

type Writing = Awaited<ReturnType<typeof open>>;

async function writeAll(handle: Writing, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes(systemCode(error) ?? "");
}

function full(cause?: unknown): StoreError {
  return new StoreError("full", "The server has no room for this object.", { cause });
}
