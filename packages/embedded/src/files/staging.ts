import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, renameSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { EmbeddedError } from "../error.ts";
import { openParent, syncFolder, syncParent } from "./sync.ts";
import { systemCode } from "./system-code.ts";
import { taken } from "./target.ts";
import type { Unfinished } from "./unfinished.ts";

export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;
export const OPEN_FOLDER = 0o777;

/**
 * Makes a folder at `target` that is there whole or not at all: `fill` writes into a hidden folder beside it, which
 * is synced to the disk and then renamed.
 */
export async function writeFolder<Result>(
  unfinished: Unfinished,
  target: string,
  mode: number,
  fill: (folder: string) => Promise<Result>,
): Promise<Result> {
  return staged(unfinished, target, mode, async (folder) => {
    const result = await fill(folder);
    await syncFolder(folder);
    return {
      result,
      commit() {
        if (existsSync(target)) {
          chmodSync(folder, statSync(target).mode);
          // Elsewhere a rename replaces an empty folder.
          if (process.platform === "win32") rmdirSync(target);
        }
        renameSync(folder, target);
        unfinished.finish(folder);
      },
    };
  });
}

/** The same for one file. `fill` writes the file that it is given the path of. */
export async function writeFile<Result>(
  unfinished: Unfinished,
  target: string,
  fill: (file: string) => Promise<Result>,
): Promise<Result> {
  return staged(unfinished, target, PRIVATE_FOLDER, async (folder) => {
    const file = join(folder, "content");
    const result = await fill(file);
    return {
      result,
      commit() {
        moveWithoutOverwriting(file, target);
        unfinished.remove(folder);
        unfinished.finish();
      },
    };
  });
}

async function staged<Result>(
  unfinished: Unfinished,
  target: string,
  mode: number,
  prepare: (folder: string) => Promise<{ result: Result; commit(): void }>,
): Promise<Result> {
  const folder = join(dirname(target), `.chirograph-partial-${randomBytes(8).toString("hex")}`);
  const parent = await openParent(dirname(target));
  unfinished.add(folder);
  try {
    mkdirSync(folder, { mode });
    const prepared = await prepare(folder);
    // In one go: no signal comes between the move and the note that it is complete.
    prepared.commit();
    await syncParent(parent);
    return prepared.result;
  } catch (error) {
    unfinished.remove(folder);
    throw writeFailure(target, error);
  } finally {
    await parent?.close();
  }
}

/** A link fails where something is in the way; a rename would replace it. Not every file system knows links. */
function moveWithoutOverwriting(file: string, target: string): void {
  try {
    linkSync(file, target);
  } catch (error) {
    if (systemCode(error) === "EEXIST") throw error;
    if (existsSync(target)) throw taken(target);
    renameSync(file, target);
  }
}

function writeFailure(target: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === "EEXIST" || code === "ENOTEMPTY") return taken(target);
  if (code === "EBUSY" || code === "EXDEV") {
    return new EmbeddedError("io", `A folder cannot be moved to ${target} (${code}).`, {
      hint: "Name a folder that does not exist yet.",
      cause: error,
    });
  }
  return error;
}
