import { exactly } from "../body.ts";
import { StoreError } from "../error.ts";
import { ENTRY_ID_BYTES, type EntryToPack, type PackedEntry, type PackedObject } from "./packed.ts";
import { MOST_ENTRIES, packedBytes, repeatsAnId, tableAndTrailer } from "./table.ts";

/**
 * Lays entries one after the other, the table behind them (docs/vault.md, "What lies on a store").
 * @throws StoreError `invalid` for no entries, too many, an id twice or a length that is none. While it is written the
 *   body throws `wrong-length` when an entry is not as long as it says.
 */
export function packEntries(entries: readonly EntryToPack[]): PackedObject {
  checkEntries(entries);
  const placed = placeEntries(entries);
  const end = tableAndTrailer(placed);
  const sizeBytes = packedBytes(placed);
  if (!Number.isSafeInteger(sizeBytes)) throw invalid("The entries are too long together.");
  return { body: { sizeBytes, bytes: bytesOf(entries, end) }, entries: placed };
}

function checkEntries(entries: readonly EntryToPack[]): void {
  if (entries.length < 1 || entries.length > MOST_ENTRIES) {
    throw invalid(`A packed object has 1 to ${MOST_ENTRIES} entries.`);
  }
  for (const { id, lengthBytes } of entries) {
    if (id.length !== ENTRY_ID_BYTES) throw invalid(`The id of an entry has ${ENTRY_ID_BYTES} bytes.`);
    if (!Number.isSafeInteger(lengthBytes) || lengthBytes < 0)
      throw invalid("An entry has a length in bytes.");
  }
  if (repeatsAnId(entries)) throw invalid("Two entries have one id.");
}

function placeEntries(entries: readonly EntryToPack[]): PackedEntry[] {
  let offset = 0;
  return entries.map(({ id, kind, lengthBytes }) => {
    const placed = { id, kind, offset, lengthBytes };
    offset += lengthBytes;
    return placed;
  });
}

async function* bytesOf(entries: readonly EntryToPack[], end: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const { lengthBytes, bytes } of entries) yield* exactly({ sizeBytes: lengthBytes, bytes });
  yield end;
}

function invalid(message: string): StoreError {
  return new StoreError("invalid", message);
}
