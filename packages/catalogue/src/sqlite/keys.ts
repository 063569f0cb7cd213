import type { Id } from "@chirograph/vault";
import { toBlob } from "./columns.ts";
import type { Connection } from "./connection.ts";

/** The integer that stands for an id; the id is added where it is not known. */
export function keyOf(db: Connection, table: "store" | "chart" | "batch", id: Id): number {
  const make = (): number => {
    const blob = toBlob(id);
    const known = db.get(`SELECT key FROM ${table} WHERE id = ?`, blob);
    return Number((known ?? db.get(`INSERT INTO ${table} (id) VALUES (?) RETURNING key`, blob))!["key"]);
  };
  // There are few stores, and as many charts and batches as there are patients and commits.
  return table === "store" ? db.remembered(id, make) : db.rememberedMeanwhile(`${table} ${id}`, make);
}

export function recordKey(db: Connection, record: Id, chart: number): number {
  const blob = toBlob(record);
  const known = db.get("SELECT key FROM record WHERE id = ?", blob);
  return Number(
    (known ?? db.get("INSERT INTO record (id, chart) VALUES (?, ?) RETURNING key", blob, chart))!["key"],
  );
}
