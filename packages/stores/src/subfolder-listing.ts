import { asksFor } from "./list-request.ts";
import type { CallOptions, ListRequest, ObjectHead } from "./store.ts";
import { belongsIn, isSubfolder, mayAnswer } from "./subfolders.ts";

/** How a store looks into its own folder. */
export interface Shelves {
  /** Names of all folders in it, in any order; others than subfolders are skipped here. */
  folders(): Promise<readonly string[]>;
  /** The objects of a subfolder that are `wanted`, ascending by name: at least the first `most`. None when it is gone. */
  objectsIn(subfolder: string, wanted: (name: string) => boolean, most: number): Promise<ObjectHead[]>;
}

/**
 * One page of the objects that lie in subfolders. Subfolders in order hold names in order, so that a page reads no more
 * of them than it needs.
 * @param ahead so many subfolders are read together
 */
export async function listSubfolders(
  shelves: Shelves,
  request: ListRequest,
  { signal }: CallOptions,
  ahead = 1,
): Promise<ObjectHead[]> {
  const page: ObjectHead[] = [];
  const subfolders = [...new Set(await shelves.folders())]
    .filter((name) => isSubfolder(name) && mayAnswer(name, request))
    .toSorted();
  for (let first = 0; first < subfolders.length && page.length < request.limit; first += ahead) {
    signal?.throwIfAborted();
    const left = request.limit - page.length;
    const next = subfolders.slice(first, first + ahead).map((subfolder) => {
      const wanted = (name: string): boolean => belongsIn(subfolder, name) && asksFor(request, name);
      return shelves.objectsIn(subfolder, wanted, left);
    });
    page.push(...(await Promise.all(next)).flat());
  }
  return page.slice(0, request.limit);
}
