import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "./arguments.ts";
import { availableMemory, fileSystemOf } from "./machine.ts";
import { GIB, showSize } from "./sizes.ts";

const MEMORY_FOLDER = "/dev/shm";
/** What the programs themselves need beside files that lie in memory. */
const MEMORY_FOR_WORK = 2 * GIB;

/** The folder of one run: everything that it makes lies there, and goes with it. */
export class Workplace {
  readonly folder: string;

  constructor(parent: string) {
    this.folder = mkdtempSync(join(parent, "chirograph-bench-"));
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  remove(...names: readonly string[]): void {
    removeAll(this.at(...names));
  }

  close(): void {
    removeAll(this.folder);
  }
}

/** The folder to work in: the one that is asked for, else memory if it has room, else the one for temporary files. */
export function chooseParent(asked: string | undefined, neededBytes: number): string {
  const candidates = asked === undefined ? [MEMORY_FOLDER, tmpdir()] : [resolve(asked)];
  const rooms = candidates.filter(existsSync).map((path) => ({ path, bytes: roomIn(path) }));
  const enough = rooms.find(({ bytes }) => bytes >= neededBytes);
  if (enough !== undefined) return enough.path;
  const found = rooms.map(({ path, bytes }) => `${path} has ${showSize(bytes)}`).join(", ");
  throw new UsageError(
    `This needs ${showSize(neededBytes)} of room; ${found || `${candidates.join(" and ")} is not there`}. ` +
      "Name another folder with --folder, smaller --sizes, or fewer parts.",
  );
}

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  const room = bavail * bsize;
  return fileSystemOf(folder) === "tmpfs"
    ? Math.max(0, Math.min(room, availableMemory() - MEMORY_FOR_WORK))
    : room;
}

function removeAll(path: string): void {
  // Some programs take away the right to write from what they made.
  if (existsSync(path)) makeWritable(path);
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

function makeWritable(path: string): void {
  for (const entry of readdirSafely(path)) {
    if (!entry.isDirectory()) continue;
    const folder = join(path, entry.name);
    chmodSync(folder, 0o700);
    makeWritable(folder);
  }
}

function readdirSafely(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    // A file.
    return [];
  }
}
