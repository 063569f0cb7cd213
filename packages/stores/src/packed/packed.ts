import type { ObjectBody } from "../store.ts";

/** Bytes of an entry's id. */
export const ENTRY_ID_BYTES = 16;

/** What an entry holds. A store may see which is which; ids tell nothing more. */
export type EntryKind = "fragment" | "statement";

/** One entry of a packed object, as its table tells it. */
export interface PackedEntry {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly kind: EntryKind;
  readonly offset: number;
  readonly lengthBytes: number;
}

/** An entry to be packed. Its `bytes` are read once, in order, while the object is being written. */
export interface EntryToPack {
  readonly id: Uint8Array;
  readonly kind: EntryKind;
  readonly lengthBytes: number;
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** An object that is ready to be put, and where its entries will lie in it. */
export interface PackedObject {
  readonly body: ObjectBody;
  readonly entries: readonly PackedEntry[];
}
