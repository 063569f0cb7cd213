import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Location } from "./located.ts";
import { refuseLocation } from "./refusal.ts";

const HINT = "In file:PATH the characters %, ? and # are written %25, %3F and %23.";

/**
 * `file:` and a path, relative to the current folder or absolute. What would mean something in a URL is written in
 * percent.
 */
export function parseFolder(value: string): Location {
  const path = /^file:(?!\/\/)(.+)$/su.exec(value)?.[1];
  if (path !== undefined) return pathToFileURL(resolve(decodePath(value, path))).href;
  if (value.startsWith("file:///")) return pathToFileURL(resolve(folderOf(value))).href;
  return refuseLocation(value, "A folder is file:PATH.");
}

/** The folder of a store in a folder. */
export function folderOf(location: Location): string {
  try {
    return fileURLToPath(location);
  } catch {
    return refuseLocation(location, HINT);
  }
}

function decodePath(value: string, path: string): string {
  if (/[?#]/.test(path)) return refuseLocation(value, HINT);
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes("\0") ? refuseLocation(value, HINT) : decoded;
  } catch {
    return refuseLocation(value, HINT);
  }
}
