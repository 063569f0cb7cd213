import { packedBytes, type PackedEntry, readTable } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { callOptions } from "../fragment-sources.ts";
import { HEADER_NAME } from "../header.ts";
import { inParallel } from "../../in-parallel.ts";
import type { JobOptions } from "../jobs.ts";
import { forEachPage } from "../listed-pages.ts";
import { isId } from "../names.ts";
import type { Target } from "../rows.ts";
import type { Failure, Reach } from "../verify/reach.ts";
import { FragmentIndex } from "./fragment-index.ts";
import type { ReindexProblem } from "./problems.ts";

/** A store is not believed that lists so many names more than it has objects: nothing that others delete meanwhile explains it. */
const MOST_ABSENT = 1000;
/** Tables that are read at the same time from one store. */
const WIDTH = 4;

export interface Inventory {
  readonly fragments: FragmentIndex;
  readonly statements: { readonly store: Id; readonly name: string; readonly sizeBytes: number }[];
  /** Objects that are none of a vault's. */
  readonly foreign: Target[];
  /** Stores that listed everything and gave every table that they have. */
  readonly complete: Set<Id>;
}

/** Lists every store and reads the table at the end of every object. */
export async function takeInventory(
  stores: readonly Id[],
  reach: Reach,
  problems: ReindexProblem[],
  { onProgress }: JobOptions,
): Promise<Inventory> {
  const inventory: Inventory = {
    fragments: new FragmentIndex(),
    statements: [],
    foreign: [],
    complete: new Set(),
  };
  let done = 0;
  await Promise.all(
    stores.map(async (store) => {
      let hasAnswered = true;
      let [present, absent] = [0, 0];
      const hasListed = await forEachPage(reach, store, async (page) => {
        await inParallel(page, WIDTH, async ({ name }) => {
          const state = await readObject(inventory, reach, problems, { store, name });
          if (state === "unreachable") hasAnswered = false;
          if (state === "missing") absent++;
          else present++;
        });
        done += page.length;
        onProgress?.({ what: "objects", done });
        return absent - present < MOST_ABSENT;
      });
      if (hasListed && hasAnswered) inventory.complete.add(store);
      else problems.push({ kind: "store unreachable", store });
    }),
  );
  return inventory;
}

/** @returns whether the object is there, and the store answers */
async function readObject(
  inventory: Inventory,
  reach: Reach,
  problems: ReindexProblem[],
  { store, name }: { store: Id; name: string },
): Promise<"present" | Failure> {
  if (name === HEADER_NAME) return "present";
  if (!isId(name)) {
    inventory.foreign.push({ store, object: name });
    return "present";
  }
  const table = await reach.ask(store, (at) => readTable(at, name, callOptions(reach.signal)));
  if (table === "unreachable") return table;
  if (typeof table === "string") {
    problems.push({ kind: "object damaged", store, object: name });
    return table;
  }
  // Not the length that the list tells: that may be any number.
  sortIn(inventory, { store, name, sizeBytes: packedBytes(table) }, table);
  return "present";
}

function sortIn(
  inventory: Inventory,
  object: { store: Id; name: string; sizeBytes: number },
  table: readonly PackedEntry[],
): void {
  if (table.every(({ kind }) => kind === "fragment")) inventory.fragments.add(object, table);
  else if (table.length === 1) inventory.statements.push(object);
  else inventory.foreign.push({ store: object.store, object: object.name });
}
