import type { Id } from "../catalogue.ts";
import type { Totals } from "../keeper/rows.ts";
import type { Tables } from "./tables.ts";

type StoreTotals = { -readonly [Figure in keyof Totals["stores"][number]]: Totals["stores"][number][Figure] };

/** `Rows.totals` in memory. */
export function totalsOf(tables: Tables): Totals {
  const stores = new Map<Id, StoreTotals>();
  for (const [, { row, fragments }] of [...tables.objects].toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  )) {
    const none = { store: row.store, objects: 0, sizeBytes: 0, fragments: 0, owed: 0, condemned: 0 };
    const store = stores.get(row.store) ?? none;
    stores.set(row.store, store);
    store.fragments += fragments.size;
    if (row.state === "owed") store.owed++;
    if (row.state === "condemned") store.condemned++;
    if (row.state !== "live") continue;
    store.objects++;
    store.sizeBytes += row.sizeBytes;
  }
  let erased = 0;
  for (const version of tables.versions.values()) if (version.erased) erased++;
  return {
    charts: tables.charts.size,
    records: tables.records.size,
    versions: tables.versions.size,
    erased,
    stores: [...stores.values()],
  };
}
