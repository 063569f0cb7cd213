import { StoreError } from "../error.ts";
import { ENTRY_ID_BYTES, type EntryKind, type PackedEntry } from "./packed.ts";

// Table: magic, u32 count, rows { id, u8 kind, u64 offset, u64 length }. Trailer: u32 bytes of the table, magic.

const TABLE_MAGIC = "CHGTABLE";
const TRAILER_MAGIC = "CHGPACKD";
const MAGIC_BYTES = 8;
const TABLE_HEAD_BYTES = MAGIC_BYTES + 4;
const ROW_BYTES = ENTRY_ID_BYTES + 1 + 8 + 8;

export const TRAILER_BYTES: number = 4 + MAGIC_BYTES;
export const MOST_ENTRIES = 65_536;

const kinds: readonly (readonly [EntryKind, number])[] = [
  ["fragment", 1],
  ["statement", 2],
];
const numberOfKind: ReadonlyMap<EntryKind, number> = new Map(kinds);
const kindOfNumber: ReadonlyMap<number, EntryKind> = new Map(kinds.map(([kind, number]) => [number, kind]));

/** Bytes of the packed object that has just these entries: at least one, one behind the other. */
export function packedBytes(entries: readonly PackedEntry[]): number {
  const last = entries.at(-1)!;
  return last.offset + last.lengthBytes + TABLE_HEAD_BYTES + entries.length * ROW_BYTES + TRAILER_BYTES;
}

/** What stands behind the entries of a packed object. */
export function tableAndTrailer(entries: readonly PackedEntry[]): Uint8Array<ArrayBuffer> {
  const tableBytes = TABLE_HEAD_BYTES + entries.length * ROW_BYTES;
  const bytes = new Uint8Array(tableBytes + TRAILER_BYTES);
  const view = new DataView(bytes.buffer);
  writeMagic(bytes, 0, TABLE_MAGIC);
  view.setUint32(MAGIC_BYTES, entries.length);
  for (const [index, { id, kind, offset, lengthBytes }] of entries.entries()) {
    const row = TABLE_HEAD_BYTES + index * ROW_BYTES;
    bytes.set(id, row);
    view.setUint8(row + ENTRY_ID_BYTES, numberOfKind.get(kind)!);
    view.setBigUint64(row + ENTRY_ID_BYTES + 1, BigInt(offset));
    view.setBigUint64(row + ENTRY_ID_BYTES + 9, BigInt(lengthBytes));
  }
  view.setUint32(tableBytes, tableBytes);
  writeMagic(bytes, tableBytes + 4, TRAILER_MAGIC);
  return bytes;
}

/**
 * How long the table is, after the last bytes of an object of `sizeBytes`.
 * @throws StoreError `malformed` when no table of that length can stand there
 */
export function tableLength(end: Uint8Array, sizeBytes: number): number {
  if (end.length < TRAILER_BYTES) throw malformed("is too short for a trailer");
  const trailer = end.length - TRAILER_BYTES;
  if (!hasMagic(end, trailer + 4, TRAILER_MAGIC)) throw malformed("does not end as it should");
  const tableBytes = viewOf(end).getUint32(trailer);
  const count = (tableBytes - TABLE_HEAD_BYTES) / ROW_BYTES;
  if (
    !Number.isInteger(count) ||
    count < 1 ||
    count > MOST_ENTRIES ||
    tableBytes > sizeBytes - TRAILER_BYTES
  ) {
    throw malformed("has no table of such a length");
  }
  return tableBytes;
}

/**
 * The rows of a table whose entries fill `[0, entriesBytes)`.
 * @param table as many bytes as `tableLength` allows
 * @throws StoreError `malformed`
 */
export function parseTable(table: Uint8Array, entriesBytes: number): PackedEntry[] {
  if (!hasMagic(table, 0, TABLE_MAGIC)) throw malformed("has a table that does not begin as it should");
  const count = viewOf(table).getUint32(MAGIC_BYTES);
  if (TABLE_HEAD_BYTES + count * ROW_BYTES !== table.length) throw malformed("has a table of another length");
  const entries = Array.from({ length: count }, (_, index) =>
    parseRow(table, TABLE_HEAD_BYTES + index * ROW_BYTES),
  );
  checkContiguous(entries, entriesBytes);
  if (repeatsAnId(entries)) throw malformed("has an id twice");
  return entries;
}

function parseRow(table: Uint8Array, row: number): PackedEntry {
  const view = viewOf(table);
  const kind = kindOfNumber.get(view.getUint8(row + ENTRY_ID_BYTES));
  if (kind === undefined) throw malformed("has an entry of no known kind");
  return {
    id: new Uint8Array(table.subarray(row, row + ENTRY_ID_BYTES)),
    kind,
    // What is above 2^53 loses digits here, and never equals a place inside an object.
    offset: Number(view.getBigUint64(row + ENTRY_ID_BYTES + 1)),
    lengthBytes: Number(view.getBigUint64(row + ENTRY_ID_BYTES + 9)),
  };
}

function checkContiguous(entries: readonly PackedEntry[], entriesBytes: number): void {
  let end = 0;
  for (const { offset, lengthBytes } of entries) {
    if (offset !== end) throw malformed("has entries with gaps, or out of order");
    end += lengthBytes;
    if (end > entriesBytes) throw malformed("has an entry that ends beyond it");
  }
  if (end !== entriesBytes) throw malformed("has bytes left over");
}

export function repeatsAnId(entries: readonly { readonly id: Uint8Array }[]): boolean {
  return new Set(entries.map(({ id }) => id.join())).size !== entries.length;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function writeMagic(bytes: Uint8Array, offset: number, magic: string): void {
  for (let index = 0; index < MAGIC_BYTES; index++) bytes[offset + index] = magic.charCodeAt(index);
}

function hasMagic(bytes: Uint8Array, offset: number, magic: string): boolean {
  return String.fromCharCode(...bytes.subarray(offset, offset + MAGIC_BYTES)) === magic;
}

function malformed(problem: string): StoreError {
  return new StoreError("malformed", `The packed object ${problem}.`);
}
