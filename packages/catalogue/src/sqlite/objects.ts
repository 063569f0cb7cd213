import type { ContentRow, Id, ObjectPageRequest, ObjectRow, Place, Rows } from "@chirograph/vault";
import { FRAGMENT, KINDS, LIVE, STATES, toBlob, toHex } from "./columns.ts";
import type { Connection, Row } from "./connection.ts";
import { keyOf } from "./keys.ts";
import { unreserve } from "./reservations.ts";

type Target = Pick<Place, "store" | "object">;

export function objectKey(db: Connection, { store, object }: Target): number | undefined {
  const sql = "SELECT key FROM object WHERE store = ? AND name = ?";
  const row = db.get(sql, keyOf(db, "store", store), toBlob(object));
  return row && Number(row["key"]);
}

/** `undefined` for an object that is not known. */
export function stateOf(db: Connection, target: Target): "live fragments" | ObjectRow["state"] | undefined {
  const row = db.get("SELECT kind, state FROM object WHERE key = ?", objectKey(db, target) ?? null);
  if (row === undefined) return undefined;
  const state = STATES[Number(row["state"])] as ObjectRow["state"];
  return state === "live" && row["kind"] === FRAGMENT ? "live fragments" : state;
}

/** Adds an object, or its size to one of which it was not known; either way it is reserved no longer. */
export function addObject(db: Connection, row: ObjectRow): number {
  unreserve(db, { store: row.store, object: row.name });
  const added = db.get(
    `INSERT INTO object (store, name, size_bytes, kind, state, batch, envelopes) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (store, name) DO UPDATE SET size_bytes = iif(size_bytes = 0, excluded.size_bytes, size_bytes)
     RETURNING key`,
    keyOf(db, "store", row.store),
    toBlob(row.name),
    row.sizeBytes,
    KINDS.indexOf(row.kind),
    STATES.indexOf(row.state),
    row.batch === undefined ? null : keyOf(db, "batch", row.batch),
    Number(row.envelopes),
  )!;
  return Number(added["key"]);
}

export function liveFragments({ store, object }: Target): ObjectRow {
  const unknown = { sizeBytes: 0, batch: undefined, envelopes: false };
  return { store, name: object, kind: "fragment", state: "live", ...unknown };
}

/** Store by store, so that each is one walk along an index. */
export function pageOfObjects(db: Connection, request: ObjectPageRequest): ObjectRow[] {
  const { after, limit } = request;
  const wanted = conditions(request);
  const page: ObjectRow[] = [];
  for (const { key, id } of db.all("SELECT key, id FROM store ORDER BY id")) {
    const store = toHex(id as Uint8Array);
    if (page.length >= limit) break;
    if (request.store !== undefined && store !== request.store) continue;
    if (after !== undefined && store < after.store) continue;
    const behind = store === after?.store ? toBlob(after.object) : new Uint8Array(0);
    const sql = `SELECT name, size_bytes, kind, state, batch.id AS batch, envelopes
      FROM object LEFT JOIN batch ON batch.key = object.batch
      WHERE store = ? AND name > ? ${wanted} ORDER BY name LIMIT ?`;
    for (const row of db.all(sql, key!, behind, limit - page.length)) page.push(objectRow(store, row));
  }
  return page;
}

export function contentsOf(db: Connection, store: Id, object: string): ContentRow[] {
  const sql = `SELECT version.id, fragment, offset, length_bytes FROM place JOIN version ON version.key = place.version
    WHERE object = (SELECT object.key FROM object JOIN store ON store.key = object.store
      WHERE store.id = ? AND object.name = ?)
    ORDER BY offset, version.id, fragment`;
  return db.all(sql, toBlob(store), toBlob(object)).map((row) => ({
    version: toHex(row["id"] as Uint8Array),
    index: Number(row["fragment"]),
    offset: Number(row["offset"]),
    lengthBytes: Number(row["length_bytes"]),
  }));
}

export function payObject(db: Connection, paid: Target & { readonly sizeBytes: number }): void {
  const sql = `UPDATE object SET state = ${LIVE}, size_bytes = ? WHERE key = ? AND state = ${STATES.indexOf("owed")}`;
  db.run(sql, paid.sizeBytes, objectKey(db, paid) ?? null);
}

export function forgetObject(db: Connection, target: Target): void {
  unreserve(db, target);
  const key = objectKey(db, target);
  if (key === undefined) return;
  db.run("DELETE FROM place WHERE object = ?", key);
  db.run("DELETE FROM object WHERE key = ?", key);
}

export function totalsOf(db: Connection): Awaited<ReturnType<Rows["totals"]>> {
  const total = db.get("SELECT charts, records, versions, erased FROM total")!;
  const stores = db.all("SELECT * FROM store WHERE objects + owed + condemned > 0 ORDER BY id");
  return {
    charts: Number(total["charts"]),
    records: Number(total["records"]),
    versions: Number(total["versions"]),
    erased: Number(total["erased"]),
    stores: stores.map((row) => ({
      store: toHex(row["id"] as Uint8Array),
      objects: Number(row["objects"]),
      sizeBytes: Number(row["size_bytes"]),
      fragments: Number(row["fragments"]),
      owed: Number(row["owed"]),
      condemned: Number(row["condemned"]),
    })),
  };
}

/** As constants, so that SQLite sees that a partial index serves. */
function conditions({ kind, state }: ObjectPageRequest): string {
  const ofKind = kind === undefined ? "" : `AND kind = ${KINDS.indexOf(kind)}`;
  return state === undefined ? ofKind : `${ofKind} AND state = ${STATES.indexOf(state)}`;
}

function objectRow(store: Id, row: Row): ObjectRow {
  return {
    store,
    name: toHex(row["name"] as Uint8Array),
    sizeBytes: Number(row["size_bytes"]),
    kind: KINDS[Number(row["kind"])] as ObjectRow["kind"],
    state: STATES[Number(row["state"])] as ObjectRow["state"],
    batch: row["batch"] instanceof Uint8Array ? toHex(row["batch"]) : undefined,
    envelopes: row["envelopes"] === 1,
  };
}
