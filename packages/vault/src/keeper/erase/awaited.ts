import type { Rows } from "../rows.ts";

/** Objects, as `store/name`, that commits in progress are about to name: nobody may write them again meanwhile. */
export async function awaitedObjects(rows: Pick<Rows, "intents">): Promise<Set<string>> {
  const awaited = new Set<string>();
  for (const { objects } of await rows.intents()) {
    for (const { store, name } of objects) awaited.add(`${store}/${name}`);
  }
  return awaited;
}
