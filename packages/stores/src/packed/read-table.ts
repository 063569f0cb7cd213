import { StoreError } from "../error.ts";
import { readAll } from "../read.ts";
import type { CallOptions, Store } from "../store.ts";
import type { PackedEntry } from "./packed.ts";
import { parseTable, tableLength, TRAILER_BYTES } from "./table.ts";

/** The first read takes so much of the end: the table of any object but one of thousands of entries. */
const END_BYTES = 65_536;

/**
 * The table of a packed object: one or two reads at its end.
 * @throws StoreError `not-found`, `malformed`
 */
export async function readTable(store: Store, name: string, options?: CallOptions): Promise<PackedEntry[]> {
  const head = await store.head(name, options);
  if (head === null) throw new StoreError("not-found", "No object has that name.");
  const { sizeBytes } = head;
  const end = await readAll(store, name, lastBytes(sizeBytes, END_BYTES), options);
  const tableBytes = tableLength(end, sizeBytes);
  const tail = { offset: sizeBytes - TRAILER_BYTES - tableBytes, lengthBytes: tableBytes };
  const table =
    tableBytes + TRAILER_BYTES <= end.length
      ? end.subarray(end.length - TRAILER_BYTES - tableBytes, end.length - TRAILER_BYTES)
      : await readAll(store, name, tail, options);
  return parseTable(table, tail.offset);
}

function lastBytes(sizeBytes: number, mostBytes: number): { offset: number; lengthBytes: number } {
  const lengthBytes = Math.min(sizeBytes, mostBytes);
  return { offset: sizeBytes - lengthBytes, lengthBytes };
}
