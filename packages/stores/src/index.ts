export { StoreError, type StoreErrorCode } from "./error.ts";
export { isLoopback } from "./loopback.ts";
export { checkName, isName } from "./names.ts";
export { packEntries } from "./packed/pack.ts";
export {
  ENTRY_ID_BYTES,
  type EntryKind,
  type EntryToPack,
  type PackedEntry,
  type PackedObject,
} from "./packed/packed.ts";
export { readTable } from "./packed/read-table.ts";
export { packedBytes } from "./packed/table.ts";
export { readAll } from "./read.ts";
export type {
  ByteRange,
  CallOptions,
  ListRequest,
  ObjectBody,
  ObjectHead,
  Store,
  StorePromises,
} from "./store.ts";
