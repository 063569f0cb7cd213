import type { Id, Place, ReservationRow } from "@chirograph/vault";
import { toBlob, toHex } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { requireGeneration } from "./gate.ts";

type Target = Pick<Place, "store" | "object">;

export function reserveObjects(db: Connection, { id, generation, objects, expires }: ReservationRow): void {
  requireGeneration(db, generation);
  for (const { store, object } of objects) {
    db.run(
      "INSERT OR REPLACE INTO reserved (store, name, reservation, expires) VALUES (?, ?, ?, ?)",
      toBlob(store),
      toBlob(object),
      toBlob(id),
      expires,
    );
  }
}

/** Takes an object out of its reservation; whether it was in one. */
export function unreserve(db: Connection, { store, object }: Target): boolean {
  return db.run("DELETE FROM reserved WHERE store = ? AND name = ?", toBlob(store), toBlob(object)) > 0;
}

/** When the reservation of an object ends; `undefined` where it is in none. */
export function reservedUntil(db: Connection, { store, object }: Target): number | undefined {
  const sql = "SELECT expires FROM reserved WHERE store = ? AND name = ?";
  return db.get(sql, toBlob(store), toBlob(object))?.["expires"] as number | undefined;
}

export function isReserved(db: Connection, target: Target): boolean {
  return reservedUntil(db, target) !== undefined;
}

export function endReservations(db: Connection, ids: readonly Id[]): void {
  for (const id of ids) db.run("DELETE FROM reserved WHERE reservation = ?", toBlob(id));
}

export function expiredObjects(db: Connection, now: number, limit: number): Target[] {
  const sql = "SELECT store, name FROM reserved WHERE expires < ? ORDER BY expires, store, name LIMIT ?";
  return db.all(sql, now, limit).map(({ store, name }) => ({
    store: toHex(store as Uint8Array),
    object: toHex(name as Uint8Array),
  }));
}
