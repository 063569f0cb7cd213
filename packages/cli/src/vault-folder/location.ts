import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";

/** Where a store is, as it stands in vault.json: an absolute URL, `file:///srv/clouds/1`. */
export type Location = string;

export const MOST_STORES = 64;

/**
 * The stores of a vault.
 * @throws Failure `usage` when one is named twice
 */
export function parseLocations(values: readonly string[]): Location[] {
  if (values.length > MOST_STORES)
    throw new Failure("usage", `A vault has at most ${MOST_STORES} stores, and ${values.length} are named.`);
  const locations = values.map(parseLocation);
  const twice = locations.find((location, index) => locations.indexOf(location) !== index);
  if (twice !== undefined) throw new Failure("usage", `The store ${twice} is named twice.`);
  return locations;
}

/**
 * A store as it is named on the command line: `file:` and a path, relative to the current folder or absolute. What would
 * mean something in a URL is written in percent.
 * @throws Failure `usage`
 */
export function parseLocation(value: string): Location {
  const path = /^file:(?!\/\/)(.+)$/su.exec(value)?.[1];
  if (path !== undefined) return pathToFileURL(resolve(decodePath(value, path))).href;
  if (value.startsWith("file:///")) return pathToFileURL(resolve(folderOf(value))).href;
  throw new Failure("usage", `${showName(value)} names no store.`, { hint: "Stores are file:PATH." });
}

/** The folder of a store in a folder. */
export function folderOf(location: Location): string {
  try {
    return fileURLToPath(location);
  } catch {
    return refuse(location);
  }
}

function decodePath(value: string, path: string): string {
  if (/[?#]/.test(path)) return refuse(value);
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes("\0") ? refuse(value) : decoded;
  } catch {
    return refuse(value);
  }
}

function refuse(value: string): never {
  throw new Failure("usage", `${showName(value)} is no location of a store.`, {
    hint: "In file:PATH the characters %, ? and # are written %25, %3F and %23.",
  });
}
