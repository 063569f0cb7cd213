import type { Id } from "../../catalogue.ts";
import type { ObjectRow, Rows } from "../rows.ts";
import { objectRows } from "../verify/batches.ts";

/** What is moved together: the most that a run that is cut short has to do again. */
const GROUP_BYTES: number = 32 * 1_048_576;
const GROUP_OBJECTS = 256;
/** What an object counts whose size is not known. */
const UNKNOWN_BYTES = 1_048_576;

/** The live fragment objects of a store, some at a time, ascending by name. */
export async function* objectGroups(rows: Pick<Rows, "pageObjects">, store: Id): AsyncGenerator<ObjectRow[]> {
  let group: ObjectRow[] = [];
  let sizeBytes = 0;
  for await (const page of objectRows(rows, { store, kind: "fragment", state: "live" })) {
    for (const row of page) {
      group.push(row);
      sizeBytes += row.sizeBytes === 0 ? UNKNOWN_BYTES : row.sizeBytes;
      if (sizeBytes < GROUP_BYTES && group.length < GROUP_OBJECTS) continue;
      yield group;
      [group, sizeBytes] = [[], 0];
    }
  }
  if (group.length > 0) yield group;
}
