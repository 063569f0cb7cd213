import type { Id, Place } from "@chirograph/vault";
import { CONDEMNED, FRAGMENT, LIVE, toBlob } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { addObject, liveFragments, objectKey } from "./objects.ts";

interface NewPlace {
  readonly version: number;
  readonly index: number;
  readonly place: Place;
}

/** Gives a fragment its place, unless it has one; an object that was never named is live, of unknown size. */
export function addPlace(db: Connection, { version, index, place }: NewPlace): void {
  const { store, object: name, offset, lengthBytes } = place;
  // Fragments of many versions lie in one object.
  const known = db.rememberedMeanwhile(`object ${store} ${name}`, () => objectKey(db, place));
  if (known === undefined && hasPlace(db, version, index)) return;
  const object = known ?? addObject(db, liveFragments(place));
  db.run(
    `INSERT INTO place (version, fragment, object, offset, length_bytes) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (version, fragment) DO NOTHING`,
    version,
    index,
    object,
    offset,
    lengthBytes,
  );
}

function hasPlace(db: Connection, version: number, index: number): boolean {
  return db.get("SELECT 1 FROM place WHERE version = ? AND fragment = ?", version, index) !== undefined;
}

export function dropPlace(db: Connection, version: number, index: number): void {
  db.run("DELETE FROM place WHERE version = ? AND fragment = ?", version, index);
}

/** Condemns a fragment object in which no fragment lies any more. */
export function condemnEmpty(db: Connection, object: number): void {
  db.run(
    `UPDATE object SET state = ${CONDEMNED} WHERE key = ?1 AND kind = ${FRAGMENT} AND state = ${LIVE}
     AND NOT EXISTS (SELECT 1 FROM place WHERE object = ?1)`,
    object,
  );
}

/** Drops the envelopes and places of versions that were erased. */
export function dropErased(db: Connection, versions: readonly Id[]): void {
  for (const id of versions) {
    const row = db.get(
      "UPDATE version SET envelope = NULL WHERE id = ? AND erased = 1 RETURNING key",
      toBlob(id),
    );
    if (row === undefined) continue;
    const objects = db.all("SELECT DISTINCT object FROM place WHERE version = ?", row["key"]!);
    db.run("DELETE FROM place WHERE version = ?", row["key"]!);
    for (const { object } of objects) condemnEmpty(db, Number(object));
  }
}
