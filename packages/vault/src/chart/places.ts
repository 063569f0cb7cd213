import { type CandidateFile, type FragmentSource, type LockedEnvelope, toHex } from "@chirograph/core";
import { readAll, type Store, StoreError } from "@chirograph/stores";
import type { Id, Place } from "../catalogue.ts";
import { isId } from "../keeper/names.ts";
import { readAhead } from "./read-ahead.ts";

/** Fragments up to this size, which are those of one stripe, are read whole, at once, and then served from memory. */
const WHOLE_BYTES = 67_584;

/** A fragment where the catalogue says that it lies. */
export interface PlacedFragment extends CandidateFile {
  readonly index: number;
  readonly store: Id;
}

/** Where a version's fragments may be: hints, of which those that make no sense are left out. Data fragments first. */
export function placedFragments(
  stores: ReadonlyMap<Id, Store>,
  envelope: LockedEnvelope,
  places: readonly (Place | null)[],
): PlacedFragment[] {
  return envelope.places.flatMap(({ id }, index) => {
    const place = places[index];
    if (!isPlace(place)) return [];
    return [
      { index, store: place.store, name: toHex(id), source: fragmentAt(stores.get(place.store), place) },
    ];
  });
}

function isPlace(place: Place | null | undefined): place is Place {
  if (place === null || place === undefined) return false;
  const { store, object, offset, lengthBytes } = place;
  const isSpan =
    Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(lengthBytes) && lengthBytes > 0;
  return isSpan && isId(store) && isId(object);
}

function fragmentAt(store: Store | undefined, { object, offset, lengthBytes }: Place): FragmentSource {
  const read = async (first: number, length: number): Promise<Uint8Array> => {
    if (store === undefined) throw new StoreError("unavailable", "The store is not at hand.");
    return readAll(store, object, { offset: offset + first, lengthBytes: length });
  };
  if (lengthBytes > WHOLE_BYTES) return { sizeBytes: lengthBytes, read: readAhead(read, lengthBytes) };
  let whole: Promise<Uint8Array> | undefined;
  return {
    sizeBytes: lengthBytes,
    async read(first, length) {
      whole ??= read(0, lengthBytes);
      return (await whole).subarray(first, first + length);
    },
  };
}
