import { type LockedEnvelope, toHex } from "@chirograph/core";
import type { Id, Place } from "../catalogue.ts";
import { isId } from "../keeper/names.ts";

/** A fragment where the catalogue says that it lies. */
export interface PlacedFragment {
  /** From 0: data fragments come first. */
  readonly index: number;
  readonly name: string;
  readonly store: Id;
  readonly place: Place;
}

/** Where a version's fragments may be: hints, of which those that make no sense are left out. */
export function placedFragments(
  envelope: LockedEnvelope,
  places: readonly (Place | null)[],
): PlacedFragment[] {
  return envelope.places.flatMap(({ id }, index) => {
    const place = places[index];
    return isPlace(place) ? [{ index, name: toHex(id), store: place.store, place }] : [];
  });
}

function isPlace(place: Place | null | undefined): place is Place {
  if (place === null || place === undefined) return false;
  const { store, object, offset, lengthBytes } = place;
  const isSpan =
    Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(lengthBytes) && lengthBytes > 0;
  return isSpan && isId(store) && isId(object);
}
