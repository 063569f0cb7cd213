import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { asksFor } from "../list-request.ts";
import type { CallOptions, ListRequest, ObjectHead } from "../store.ts";
import { belongsIn, isSubfolder, mayAnswer, pathOf } from "./layout.ts";
import { ignoring } from "./system-error.ts";

/** So many files are looked at together. */
const BATCH = 64;

/** One page of the objects in a store's folder. Subfolders in order hold names in order. */
export async function listObjects(
  folder: string,
  request: ListRequest,
  { signal }: CallOptions,
): Promise<ObjectHead[]> {
  const page: ObjectHead[] = [];
  for (const subfolder of await subfoldersOf(folder, request)) {
    signal?.throwIfAborted();
    const names = await namesIn(folder, subfolder, request);
    for (let first = 0; first < names.length && page.length < request.limit; first += BATCH) {
      signal?.throwIfAborted();
      const heads = await Promise.all(names.slice(first, first + BATCH).map((name) => headOf(folder, name)));
      page.push(...heads.filter((head) => head !== null));
    }
    if (page.length >= request.limit) break;
  }
  return page.slice(0, request.limit);
}

/** Size of an object; `null` when no regular file has its name. */
export async function headOf(folder: string, name: string): Promise<ObjectHead | null> {
  const status = await lstat(pathOf(folder, name)).catch(ignoring("ENOENT", "ENOTDIR"));
  return status?.isFile() === true ? { name, sizeBytes: status.size } : null;
}

async function subfoldersOf(folder: string, request: ListRequest): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && isSubfolder(entry.name) && mayAnswer(entry.name, request))
    .map((entry) => entry.name)
    .toSorted();
}

async function namesIn(folder: string, subfolder: string, request: ListRequest): Promise<string[]> {
  // It may be taken away meanwhile.
  const names = (await readdir(join(folder, subfolder)).catch(ignoring("ENOENT"))) ?? [];
  return names.filter((name) => belongsIn(subfolder, name) && asksFor(request, name)).toSorted();
}
