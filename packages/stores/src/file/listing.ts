import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions, ListRequest, ObjectHead } from "../store.ts";
import { listSubfolders } from "../subfolder-listing.ts";
import { pathOf } from "./layout.ts";
import { ignoring } from "./system-error.ts";

/** So many files are looked at together. */
const BATCH = 64;

/** One page of the objects in a store's folder. */
export async function listObjects(
  folder: string,
  request: ListRequest,
  options: CallOptions,
): Promise<ObjectHead[]> {
  const shelves = {
    folders: () => foldersIn(folder),
    objectsIn: (subfolder: string, wanted: (name: string) => boolean, most: number) =>
      objectsIn(folder, subfolder, wanted, most, options),
  };
  return listSubfolders(shelves, request, options);
}

/** Size of an object; `null` when no regular file has its name. */
export async function headOf(folder: string, name: string): Promise<ObjectHead | null> {
  const status = await lstat(pathOf(folder, name)).catch(ignoring("ENOENT", "ENOTDIR"));
  return status?.isFile() === true ? { name, sizeBytes: status.size } : null;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function objectsIn(
  folder: string,
  subfolder: string,
  wanted: (name: string) => boolean,
  most: number,
  { signal }: CallOptions,
): Promise<ObjectHead[]> {
  // It may be taken away meanwhile.
  const found = (await readdir(join(folder, subfolder)).catch(ignoring("ENOENT"))) ?? [];
  const names = found.filter(wanted).toSorted();
  const objects: ObjectHead[] = [];
  for (let first = 0; first < names.length && objects.length < most; first += BATCH) {
    signal?.throwIfAborted();
    const heads = await Promise.all(names.slice(first, first + BATCH).map((name) => headOf(folder, name)));
    objects.push(...heads.filter((head) => head !== null));
  }
  return objects;
}
