import type { Geometry } from "@chirograph/core";
import type { Id, Place } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { isId } from "./names.ts";
import { keepsPolicy } from "./placement.ts";
import type { Intent, Rows } from "./rows.ts";
import type { VaultSettings } from "./settings.ts";

/** Magic, count, length and magic again; and a row (docs/vault.md, "What lies on a store"). */
const TABLE_BYTES: number = 8 + 4 + 4 + 8;
const ROW_BYTES: number = 16 + 1 + 8 + 8;

/**
 * Whether a version's places are places, enough of them, and spread as the policy asks.
 * @throws VaultError `malformed`, `stores-missing`, `policy`
 */
export function checkPlaces(
  settings: VaultSettings,
  version: Pick<Geometry, "total" | "needed" | "fragmentBytes"> & { places: readonly (Place | null)[] },
): void {
  const { places, total, needed, fragmentBytes } = version;
  if (places.length !== total) refuse("does not have a place for each fragment");
  const placed = places.filter((place) => place !== null);
  for (const place of placed) checkPlace(settings, place, fragmentBytes);
  if (placed.length < needed + Math.min(1, total - needed)) {
    const holders = new Set(placed.map(({ store }) => store));
    throw new VaultError(
      "stores-missing",
      `Too few fragments were stored: ${placed.length} of ${total}, and ${needed} are needed with one to spare.`,
      { stores: settings.stores.map(({ id }) => id).filter((id) => !holders.has(id)) },
    );
  }
  if (!keepsPolicy(settings, { holders: placed.map(({ store }) => store), total, needed })) {
    throw new VaultError("policy", "A version does not lie on the stores as the vault's policy asks.");
  }
}

function checkPlace(settings: VaultSettings, place: Place, fragmentBytes: number): void {
  const { store, object, offset, lengthBytes } = place;
  if (!settings.stores.some(({ id }) => id === store)) refuse("lies on a store that is none of the vault's");
  if (!isId(object)) refuse("lies in an object whose name is not one of the vault's");
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(offset + lengthBytes)) {
    refuse("begins where nothing can begin");
  }
  if (lengthBytes !== fragmentBytes) refuse("is not as long as its envelope says");
}

/** The part of an object that one fragment takes. */
type Span = Pick<Place, "offset" | "lengthBytes">;

/**
 * The objects that places name, each with its size where these fragments fill it, and 0 where others may share it.
 * @throws VaultError `malformed` where two fragments lie over each other
 */
export function objectsOf(places: readonly Place[]): Intent["objects"] {
  return [...byObject(places).values()].map((inObject) => {
    const { store, object } = inObject[0]!;
    return { store, name: object, sizeBytes: packedBytes(requireApart(inObject)) };
  });
}

/**
 * Refuses fragments that lie over others that the vault has already.
 * @throws VaultError `malformed`
 */
export async function requireRoom(rows: Pick<Rows, "contents">, places: readonly Place[]): Promise<void> {
  for (const inObject of byObject(places).values()) {
    const { store, object } = inObject[0]!;
    requireApart([...inObject, ...(await rows.contents(store, object))]);
  }
}

function byObject(places: readonly Place[]): Map<string, Place[]> {
  const objects = new Map<string, Place[]>();
  for (const place of places) {
    const key = `${place.store}/${place.object}` satisfies `${Id}/${string}`;
    const known = objects.get(key);
    if (known === undefined) objects.set(key, [place]);
    else known.push(place);
  }
  return objects;
}

/** @returns the spans in the order in which they lie */
function requireApart<S extends Span>(spans: readonly S[]): S[] {
  const ordered = spans.toSorted((left, right) => left.offset - right.offset);
  let end = 0;
  for (const { offset, lengthBytes } of ordered) {
    if (offset < end) refuse("lies over another");
    end = offset + lengthBytes;
  }
  return ordered;
}

function packedBytes(ordered: readonly Span[]): number {
  const last = ordered.at(-1)!;
  const end = last.offset + last.lengthBytes;
  const filled = ordered.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  return filled === end ? end + TABLE_BYTES + ROW_BYTES * ordered.length : 0;
}

function refuse(problem: string): never {
  throw new VaultError("malformed", `The commit is refused: a fragment ${problem}.`);
}
