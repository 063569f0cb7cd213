import type { Hash, Id, LinkRow } from "@chirograph/vault";
import { HASH_BYTES, toBlob, toHex } from "./columns.ts";
import type { Connection, Row } from "./connection.ts";
import { keyOf } from "./keys.ts";

const COLUMNS = `SELECT chart.id AS chart, hash, generation, batch.id AS batch, previous, bytes
  FROM link JOIN chart ON chart.key = link.chart JOIN batch ON batch.key = link.batch`;

export function linksOf(db: Connection, chart: Id): LinkRow[] {
  return db.all(`${COLUMNS} WHERE chart.id = ? ORDER BY generation, hash`, toBlob(chart)).map(linkRow);
}

export function linksOfBatch(db: Connection, batch: Id): LinkRow[] {
  return db
    .all(`${COLUMNS} WHERE batch.id = ? ORDER BY chart.id, generation, hash`, toBlob(batch))
    .map(linkRow);
}

export function headsOf(db: Connection, chart: Id): Hash[] {
  const sql = `SELECT hash FROM link WHERE chart = (SELECT key FROM chart WHERE id = ?) AND head = 1 ORDER BY hash`;
  return db.all(sql, toBlob(chart)).map(({ hash }) => toHex(hash as Uint8Array));
}

/** Adds a link, unless it is there: a head, if nothing that came before continues it. */
export function addLink(db: Connection, link: LinkRow): void {
  const chart = keyOf(db, "chart", link.chart);
  const hash = toBlob(link.hash, HASH_BYTES);
  const previous = link.previous.map((parent) => toBlob(parent, HASH_BYTES));
  const added = db.run(
    `INSERT INTO link (chart, hash, generation, batch, head, previous, bytes)
     VALUES (?1, ?2, ?3, ?4, NOT EXISTS (SELECT 1 FROM continued WHERE chart = ?1 AND hash = ?2), ?5, ?6)
     ON CONFLICT (chart, hash) DO NOTHING`,
    chart,
    hash,
    link.generation,
    keyOf(db, "batch", link.batch),
    Buffer.concat(previous),
    link.bytes,
  );
  if (added === 0) return;
  for (const parent of previous) {
    db.run("INSERT INTO continued (chart, hash) VALUES (?, ?) ON CONFLICT DO NOTHING", chart, parent);
    db.run("UPDATE link SET head = 0 WHERE chart = ? AND hash = ?", chart, parent);
  }
}

function linkRow(row: Row): LinkRow {
  const previous = toHex(row["previous"] as Uint8Array);
  return {
    chart: toHex(row["chart"] as Uint8Array),
    hash: toHex(row["hash"] as Uint8Array),
    generation: Number(row["generation"]),
    previous: previous.match(/.{64}/g) ?? [],
    bytes: row["bytes"] as Uint8Array,
    batch: toHex(row["batch"] as Uint8Array),
  };
}
