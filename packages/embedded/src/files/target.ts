import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EmbeddedError } from "../error.ts";
import { showName } from "./name.ts";
import { systemCode } from "./system-code.ts";

/**
 * The place where a folder is to be: free, or an empty folder.
 * @returns its real path
 * @throws EmbeddedError `exists`
 */
export function requireFreeFolder(path: string): string {
  if (statusOf(path) === undefined) return requireParent(path);
  // A link that leads nowhere is in the way too.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw taken(path);
  const target = realpathSync(path);
  if (readdirSync(target).length > 0) {
    throw new EmbeddedError("exists", `${showName(path)} is not empty.`, {
      hint: "Name a folder that is new or empty.",
    });
  }
  return target;
}

/**
 * The place where something is to be that must not be there yet.
 * @throws EmbeddedError `exists`
 */
export function requireAbsent(path: string): string {
  if (statusOf(path) !== undefined) throw taken(path);
  return requireParent(path);
}

export function taken(path: string): EmbeddedError {
  return new EmbeddedError("exists", `${showName(path)} is there already.`, {
    hint: "Name one that does not exist yet.",
  });
}

function requireParent(path: string): string {
  const target = resolve(path);
  const parent = dirname(target);
  if (statusOf(parent) !== undefined && statSync(parent).isDirectory()) return target;
  throw new EmbeddedError("io", `There is no folder ${showName(parent)} to write into.`, {
    hint: "Make it first; chirograph makes the last part of a path only.",
  });
}

function statusOf(path: string): ReturnType<typeof lstatSync> {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}
