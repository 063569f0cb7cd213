import type { Hash, Id, Place } from "../catalogue.ts";
import type { ContentRow, LinkRow, ObjectRow, Target, VersionRow } from "../keeper/rows.ts";

/** One chart: its links, and which of them others continue. */
export interface ChartCell {
  readonly links: Map<Hash, LinkRow>;
  readonly continued: Set<Hash>;
}

export interface VersionCell {
  readonly version: Id;
  readonly record: Id;
  readonly chart: Id;
  readonly batch: Id;
  envelope: Uint8Array | undefined;
  readonly places: (Place | null)[];
  erased: boolean;
}

/** One object, with the fragments whose places name it. */
export interface ObjectCell {
  row: ObjectRow;
  readonly fragments: Map<string, ContentRow>;
}

/**
 * The rows themselves, and the few steps that keep them true to each other: an object knows every place that names
 * it, a chart which links are continued.
 */
export class Tables {
  readonly charts: Map<Id, ChartCell> = new Map();
  readonly records: Map<Id, Id> = new Map();
  readonly versions: Map<Id, VersionCell> = new Map();
  readonly objects: Map<string, ObjectCell> = new Map();
  /** By object: its reservation. */
  readonly reserved: Map<string, { readonly id: Id; readonly target: Target; expires: number }> = new Map();

  addLink(link: LinkRow): void {
    const chart = this.#chart(link.chart);
    if (chart.links.has(link.hash)) return;
    chart.links.set(link.hash, copyLink(link));
    for (const hash of link.previous) chart.continued.add(hash);
  }

  /** Adds a version, or to one that is there what was not known of it: an envelope, places, that it was erased. */
  addVersion(row: VersionRow): void {
    this.#chart(row.chart);
    if (!this.records.has(row.record)) this.records.set(row.record, row.chart);
    const { version, record, chart, batch } = row;
    const known = this.versions.get(version);
    const cell = known ?? { version, record, chart, batch, envelope: undefined, places: [], erased: false };
    this.versions.set(version, cell);
    cell.envelope ??= row.envelope?.slice();
    cell.erased ||= row.erased;
    while (cell.places.length < row.places.length) cell.places.push(null);
    for (const [index, place] of row.places.entries()) {
      if (cell.places[index] === null && place !== null) this.setPlace(cell, index, place);
    }
  }

  /** Adds an object, or its size to one of which it was not known; either way it is reserved no longer. */
  addObject(row: ObjectRow): void {
    const key = keyOf({ store: row.store, object: row.name });
    this.reserved.delete(key);
    const known = this.objects.get(key);
    if (known === undefined) this.objects.set(key, { row: { ...row }, fragments: new Map() });
    else if (known.row.sizeBytes === 0) known.row = { ...known.row, sizeBytes: row.sizeBytes };
  }

  /** Moves a fragment; an object that was never named is live, of unknown size. */
  setPlace(version: VersionCell, index: number, place: Place | null): void {
    const fragment = `${version.version}/${index}`;
    const old = version.places[index];
    if (old) this.objects.get(keyOf(old))?.fragments.delete(fragment);
    version.places[index] = place && { ...place };
    if (place === null) return;
    if (!this.objects.has(keyOf(place))) this.addObject(liveFragments(place));
    const { offset, lengthBytes } = place;
    this.objects
      .get(keyOf(place))
      ?.fragments.set(fragment, { version: version.version, index, offset, lengthBytes });
  }

  /** Condemns a fragment object in which no fragment lies any more. */
  condemnEmpty(target: Target): void {
    const cell = this.objects.get(keyOf(target));
    if (cell?.row.kind === "fragment" && cell.row.state === "live" && cell.fragments.size === 0)
      condemn(cell);
  }

  #chart(id: Id): ChartCell {
    const known = this.charts.get(id);
    if (known !== undefined) return known;
    const chart: ChartCell = { links: new Map(), continued: new Set() };
    this.charts.set(id, chart);
    return chart;
  }
}

/** Sorts as (store, name) does. */
export function keyOf({ store, object }: Target): string {
  return `${store}/${object}`;
}

export function condemn(cell: ObjectCell): void {
  cell.row = { ...cell.row, state: "condemned" };
}

export function liveFragments({ store, object }: Target): ObjectRow {
  const unknown = { sizeBytes: 0, batch: undefined, envelopes: false };
  return { store, name: object, kind: "fragment", state: "live", ...unknown };
}

export function copyLink(link: LinkRow): LinkRow {
  const { chart, hash, generation, previous, bytes, batch } = link;
  return { chart, hash, generation, previous: [...previous], bytes: bytes.slice(), batch };
}

export function copyVersion(cell: VersionCell): VersionRow {
  return {
    ...cell,
    envelope: cell.envelope?.slice(),
    places: cell.places.map((place) => place && { ...place }),
  };
}
