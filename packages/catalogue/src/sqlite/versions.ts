import type { Id, PageRequest, PageRow, Place, VersionRow } from "@chirograph/vault";
import { toBlob, toHex } from "./columns.ts";
import type { Connection, Row } from "./connection.ts";
import { keyOf, recordKey } from "./keys.ts";
import { addPlace } from "./places.ts";

const COLUMNS = `SELECT version.key, version.id, record.id AS record, chart.id AS chart, batch.id AS batch,
    version.fragments, version.erased, version.envelope
  FROM version JOIN record ON record.key = version.record JOIN chart ON chart.key = version.chart
  JOIN batch ON batch.key = version.batch`;

/** Erased, and something of it may still lie in a store. */
const LEFT =
  "(envelope IS NOT NULL OR EXISTS (SELECT 1 FROM place WHERE place.version = version.key LIMIT 1))";

const START = new Uint8Array(0);

export function versionsOf(db: Connection, ids: readonly Id[]): VersionRow[] {
  return ids.flatMap((id) => {
    const row = db.get(`${COLUMNS} WHERE version.id = ?`, toBlob(id));
    return row === undefined ? [] : [versionRow(db, row)];
  });
}

export function versionsOfBatch(db: Connection, batch: Id): VersionRow[] {
  const wanted = `version.batch = (SELECT key FROM batch WHERE id = ?) AND (erased = 0 OR ${LEFT})`;
  return db
    .all(`${COLUMNS} WHERE ${wanted} ORDER BY version.id`, toBlob(batch))
    .map((row) => versionRow(db, row));
}

export function pageOfVersions(
  db: Connection,
  request: { readonly after?: Id; readonly limit: number },
  of: "all" | "erased",
): VersionRow[] {
  const wanted = of === "all" ? "" : `AND erased = 1 AND ${LEFT}`;
  const sql = `${COLUMNS} WHERE version.id > ? ${wanted} ORDER BY version.id LIMIT ?`;
  return db.all(sql, behind(request.after), request.limit).map((row) => versionRow(db, row));
}

export function pageOfIds(db: Connection, { of, chart, after, limit }: PageRequest): PageRow[] {
  if (of === "charts") {
    const rows = db.all("SELECT id FROM chart WHERE id > ? ORDER BY id LIMIT ?", behind(after), limit);
    return rows.map((row) => {
      const id = toHex(row["id"] as Uint8Array);
      return { id, chart: id, record: undefined, erased: false };
    });
  }
  const select = `SELECT version.id, chart.id AS chart, record.id AS record, erased
    FROM version JOIN record ON record.key = version.record JOIN chart ON chart.key = version.chart
    WHERE version.id > ?`;
  const order = "ORDER BY version.id LIMIT ?";
  const ofChart = "AND version.chart = (SELECT key FROM chart WHERE id = ?)";
  const rows =
    chart === undefined
      ? db.all(`${select} ${order}`, behind(after), limit)
      : db.all(`${select} ${ofChart} ${order}`, behind(after), toBlob(chart), limit);
  return rows.map((row) => ({
    id: toHex(row["id"] as Uint8Array),
    chart: toHex(row["chart"] as Uint8Array),
    record: toHex(row["record"] as Uint8Array),
    erased: row["erased"] === 1,
  }));
}

export function chartsOfRecords(db: Connection, records: readonly Id[]): Map<Id, Id> {
  const sql =
    "SELECT chart.id AS chart FROM record JOIN chart ON chart.key = record.chart WHERE record.id = ?";
  const charts = new Map<Id, Id>();
  for (const record of records) {
    const row = db.get(sql, toBlob(record));
    if (row !== undefined) charts.set(record, toHex(row["chart"] as Uint8Array));
  }
  return charts;
}

/** Adds a version, or to one that is there what was not known of it: an envelope, places, that it was erased. */
export function addVersion(db: Connection, row: VersionRow): void {
  const chart = keyOf(db, "chart", row.chart);
  const { key } = db.get(
    `INSERT INTO version (id, record, chart, batch, fragments, erased, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET envelope = coalesce(envelope, excluded.envelope),
       erased = max(erased, excluded.erased), fragments = max(fragments, excluded.fragments)
     RETURNING key`,
    toBlob(row.version),
    recordKey(db, row.record, chart),
    chart,
    keyOf(db, "batch", row.batch),
    row.places.length,
    Number(row.erased),
    row.envelope ?? null,
  )!;
  for (const [index, place] of row.places.entries()) {
    if (place !== null) addPlace(db, { version: Number(key), index, place });
  }
}

export function eraseVersions(db: Connection, ids: readonly Id[]): void {
  for (const id of ids) db.run("UPDATE version SET erased = 1 WHERE id = ?", toBlob(id));
}

function versionRow(db: Connection, row: Row): VersionRow {
  const places = Array<Place | null>(Number(row["fragments"])).fill(null);
  const sql = `SELECT fragment, store.id AS store, name, offset, length_bytes FROM place
    JOIN object ON object.key = place.object JOIN store ON store.key = object.store WHERE version = ?`;
  for (const place of db.all(sql, row["key"]!)) {
    places[Number(place["fragment"])] = {
      store: toHex(place["store"] as Uint8Array),
      object: toHex(place["name"] as Uint8Array),
      offset: Number(place["offset"]),
      lengthBytes: Number(place["length_bytes"]),
    };
  }
  return {
    version: toHex(row["id"] as Uint8Array),
    record: toHex(row["record"] as Uint8Array),
    chart: toHex(row["chart"] as Uint8Array),
    batch: toHex(row["batch"] as Uint8Array),
    envelope: (row["envelope"] as Uint8Array | null) ?? undefined,
    places,
    erased: row["erased"] === 1,
  };
}

/** Every id is behind the empty one. */
function behind(after: Id | undefined): Uint8Array {
  return after === undefined ? START : toBlob(after);
}
