import { type Place, type Replacement, VaultError } from "@chirograph/vault";
import { CONDEMNED, FRAGMENT, LIVE, toBlob } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { addObject, liveFragments, objectKey, stateOf } from "./objects.ts";
import { addPlace, condemnEmpty, dropPlace } from "./places.ts";
import { endReservations, isReserved, unreserve } from "./reservations.ts";
import { versionsOf } from "./versions.ts";

type Move = Replacement["moved"][number];
type Lying = NonNullable<Replacement["lying"]>[number];

/** `Rows.replace` in one transaction. */
export function replaceObjects(db: Connection, change: Replacement): Replacement["moved"] {
  const touched = new Set<number>();
  for (const { store, name } of change.added) refuseSwept(db, { store, object: name });
  for (const row of change.added) touched.add(addObject(db, { ...row, state: "live" }));
  const elsewhere = new Set(
    change.lying?.filter((version) => !liesSo(db, version)).map(({ version }) => version),
  );
  const stayed = change.moved.filter(
    (move) => elsewhere.has(move.version) || !moveFragment(db, move, touched),
  );
  for (const object of touched) condemnEmpty(db, object);
  for (const target of change.replaced) condemnReplaced(db, target);
  endReservations(db, change.reservations);
  return stayed;
}

/** Whether every fragment of a version lies on the store that the change believes. */
function liesSo(db: Connection, { version, stores }: Lying): boolean {
  const [row] = versionsOf(db, [version]);
  return row !== undefined && stores.every((store, index) => (row.places[index]?.store ?? null) === store);
}

/** Moves a fragment that lies where the change believes; one of an erased version is never found anew. */
function moveFragment(db: Connection, { version: id, index, from, to }: Move, touched: Set<number>): boolean {
  const row = db.get("SELECT key, fragments, erased FROM version WHERE id = ?", toBlob(id));
  if (row === undefined || index >= Number(row["fragments"])) return false;
  const version = Number(row["key"]);
  const old = db.get(
    "SELECT object, offset, length_bytes FROM place WHERE version = ? AND fragment = ?",
    version,
    index,
  );
  if (from === null) {
    if (old !== undefined || row["erased"] === 1) return false;
  } else {
    const same = old?.["offset"] === from.offset && old["length_bytes"] === from.lengthBytes;
    if (!same || old["object"] !== objectKey(db, from)) return false;
    dropPlace(db, version, index);
    touched.add(Number(old["object"]));
  }
  if (to === null) return true;
  refuseUnknown(db, to);
  addPlace(db, { version, index, place: to });
  return true;
}

/** What was swept while it was being written may be deleted already. */
function refuseSwept(db: Connection, target: Pick<Place, "store" | "object">): void {
  const state = stateOf(db, target);
  if (state === undefined ? isReserved(db, target) : state.startsWith("live")) return;
  throw new VaultError("unknown", "A new object was swept before it was finished.");
}

function refuseUnknown(db: Connection, to: Place): void {
  const sql = `SELECT 1 FROM object WHERE key = ? AND kind = ${FRAGMENT} AND state = ${LIVE}`;
  if (db.get(sql, objectKey(db, to) ?? null) !== undefined) return;
  throw new VaultError("unknown", "A fragment was to move to an object that is not there.");
}

function condemnReplaced(db: Connection, target: Pick<Place, "store" | "object">): void {
  if (unreserve(db, target)) addObject(db, liveFragments(target));
  db.run(`UPDATE object SET state = ${CONDEMNED} WHERE key = ?`, objectKey(db, target) ?? null);
}
