import type { Engine } from "@chirograph/engine/interface";
import type { Id, Place } from "../../catalogue.ts";
import { awaitedObjects } from "../erase/awaited.ts";
import type { Keeping } from "../keeping.ts";
import type { ObjectRow, Rows, VersionRow } from "../rows.ts";
import { envelopeOf, type VersionCheck } from "../verify/version-check.ts";

/** Versions that are asked for at once. */
const PAGE = 500;

/** A fragment of a version that is not erased, where it lies now. */
export interface LyingFragment {
  readonly row: VersionRow;
  readonly envelope: VersionCheck["envelope"];
  readonly index: number;
  readonly place: Place;
}

/** What lies in some objects. */
export interface Contents {
  readonly fragments: readonly LyingFragment[];
  /** Versions whose envelope the catalogue lacks: nothing can be told of their fragments. */
  readonly unreadable: readonly VersionRow[];
}

/** Objects that no commit is about to name: their fragments may be moved. */
export async function settledObjects(
  rows: Pick<Rows, "intents">,
  objects: readonly ObjectRow[],
): Promise<ObjectRow[]> {
  const awaited = await awaitedObjects(rows);
  return objects.filter(({ store, name }) => !awaited.has(`${store}/${name}`));
}

/** The fragments of a version, where they lie; `undefined` where the catalogue lacks its envelope. */
export async function fragmentsOf(
  { engine }: Pick<Keeping, "engine">,
  row: VersionRow,
): Promise<LyingFragment[] | undefined> {
  const envelope = await envelopeOf(engine, row);
  if (envelope === undefined) return undefined;
  return row.places.flatMap((place, index) => (place === null ? [] : [{ row, envelope, index, place }]));
}

/** The fragments that lie in these objects, but for those of erased versions. */
export async function fragmentsIn(
  { engine, rows }: Pick<Keeping, "engine" | "rows">,
  objects: readonly Pick<ObjectRow, "store" | "name">[],
): Promise<Contents> {
  const lying: { version: Id; index: number; place: Place }[] = [];
  for (const { store, name: object } of objects) {
    for (const { version, index, offset, lengthBytes } of await rows.contents(store, object)) {
      lying.push({ version, index, place: { store, object, offset, lengthBytes } });
    }
  }
  const versions = await versionsOf(engine, rows, [...new Set(lying.map(({ version }) => version))]);
  const unreadable: VersionRow[] = [];
  for (const { row, envelope } of versions.values()) if (envelope === undefined) unreadable.push(row);
  const fragments = lying.flatMap(({ version, index, place }): LyingFragment[] => {
    const found = versions.get(version);
    return found?.envelope === undefined ? [] : [{ row: found.row, envelope: found.envelope, index, place }];
  });
  return { fragments, unreadable };
}

async function versionsOf(
  engine: Engine,
  rows: Pick<Rows, "versions">,
  ids: readonly Id[],
): Promise<Map<Id, { row: VersionRow; envelope: VersionCheck["envelope"] | undefined }>> {
  const versions = new Map<Id, { row: VersionRow; envelope: VersionCheck["envelope"] | undefined }>();
  for (let first = 0; first < ids.length; first += PAGE) {
    for (const row of await rows.versions(ids.slice(first, first + PAGE))) {
      if (!row.erased) versions.set(row.version, { row, envelope: await envelopeOf(engine, row) });
    }
  }
  return versions;
}
