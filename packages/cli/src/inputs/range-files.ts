import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { sep } from "node:path";
import { type CandidateFile, ENVELOPE_FILE_NAME, type FragmentSource } from "@chirograph/core";
import { systemCode } from "@chirograph/embedded/files";
import { inputFailure } from "./text-input.ts";

/** Fragments in use are at most 64 at a time; beyond that, files that were not read for longest are closed. */
const MOST_OPEN = 128;

/** The files of a folder, read by range and never whole. */
export class RangeFiles {
  /** Names of links, which are passed over. */
  readonly links: string[] = [];
  /** What the system said of files that could not be read, by name. */
  readonly unreadable: Map<string, string> = new Map();
  readonly #open = new Map<string, Promise<FileHandle>>();
  /** Which ranges were read of each file: lengths by offset. */
  readonly #ranges = new WeakMap<FragmentSource, Map<number, number>>();
  readonly #onRead: (bytes: number) => void;

  constructor(onRead: (bytes: number) => void = () => {}) {
    this.#onRead = onRead;
  }

  /** Every regular file directly in `folder` but the envelope. Links and what else there is are left alone. */
  async list(folder: string): Promise<CandidateFile[]> {
    const files: CandidateFile[] = [];
    const names = await readdir(folder, { encoding: "buffer" }).catch(toInputFailure(folder));
    for (const raw of names.toSorted((left, right) => Buffer.compare(left, right))) {
      const name = raw.toString("utf8");
      const location = Buffer.concat([Buffer.from(folder + sep), raw]);
      const stats = await lstat(location).catch(() => undefined);
      if (name === ENVELOPE_FILE_NAME) continue;
      if (stats?.isSymbolicLink() === true) this.links.push(name);
      if (stats?.isFile() !== true) continue;
      files.push({ name, source: this.#source(name, location, stats.size) });
    }
    return files;
  }

  /** Whether every byte of a file was asked for. */
  wasReadWhole(source: FragmentSource): boolean {
    const ranges = [...(this.#ranges.get(source) ?? [])].toSorted(([left], [right]) => left - right);
    let readUntil = 0;
    for (const [offset, lengthBytes] of ranges) {
      if (offset > readUntil) return false;
      readUntil = Math.max(readUntil, offset + lengthBytes);
    }
    return readUntil === source.sizeBytes;
  }

  async close(): Promise<void> {
    const handles = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const result of handles) if (result.status === "fulfilled") await result.value.close();
  }

  #source(name: string, location: Buffer, sizeBytes: number): FragmentSource {
    const ranges = new Map<number, number>();
    const source: FragmentSource = {
      sizeBytes,
      read: async (offset, lengthBytes, target) => {
        ranges.set(offset, Math.max(lengthBytes, ranges.get(offset) ?? 0));
        const bytes = await this.#handle(location)
          .then((handle) => readRange(handle, offset, target ?? new Uint8Array(lengthBytes)))
          .catch((error: unknown) => {
            this.unreadable.set(name, systemCode(error) ?? "no regular file");
            throw error;
          });
        this.#onRead(bytes.length);
        return bytes;
      },
    };
    this.#ranges.set(source, ranges);
    return source;
  }

  async #handle(location: Buffer): Promise<FileHandle> {
    const path = location.toString("latin1");
    const handle = this.#open.get(path) ?? openRegular(location);
    // Put last: the first one is then always the one that was not used for longest.
    this.#open.delete(path);
    this.#open.set(path, handle);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN) {
      const closing = this.#open.get(oldest!)!;
      this.#open.delete(oldest!);
      await closing.then(
        (idle) => idle.close(),
        () => {},
      );
    }
    return handle;
  }
}

/** Fewer bytes than were asked for mean that the file ends there. */
async function readRange(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<Uint8Array> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Never follows a link, never waits for a pipe. */
async function openRegular(path: Buffer): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Error("not a regular file");
}

function toInputFailure(folder: string): (error: unknown) => never {
  return (error) => {
    throw inputFailure(folder, systemCode(error) ?? "unknown", error);
  };
}
