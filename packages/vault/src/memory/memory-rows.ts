import type { Hash, Id, PageRequest, PageRow } from "../catalogue.ts";
import { outdated, VaultError } from "../error.ts";
import type {
  ContentRow,
  Gate,
  Intent,
  LinkRow,
  ObjectPageRequest,
  ObjectRow,
  Replacement,
  ReservationRow,
  Restored,
  Rows,
  Target,
  Totals,
  VersionRow,
} from "../keeper/rows.ts";
import { replaceObjects } from "./replace.ts";
import { copyLink, copyVersion, keyOf, liveFragments, Tables, type VersionCell } from "./tables.ts";
import { totalsOf } from "./totals.ts";

/** Rows that live as long as the process: for tests, and for a catalogue that is reindexed each time. */
export function createMemoryRows(): Rows {
  return new MemoryRows();
}

/** No method awaits anything, so each is one transaction; what may refuse does so before it changes a row. */
class MemoryRows implements Rows {
  readonly #tables = new Tables();
  readonly #intents = new Map<Id, Intent>();
  readonly #jobs = new Map<string, string>();
  #gate: Gate = { generation: 1, change: null };

  async links(chart: Id): Promise<LinkRow[]> {
    const links = [...(this.#tables.charts.get(chart)?.links.values() ?? [])];
    return links.toSorted(parentsFirst).map(copyLink);
  }

  async heads(chart: Id): Promise<Hash[]> {
    return this.#heads(chart);
  }

  async chartsOf(records: readonly Id[]): Promise<ReadonlyMap<Id, Id>> {
    const charts = new Map<Id, Id>();
    for (const record of records) {
      const chart = this.#tables.records.get(record);
      if (chart !== undefined) charts.set(record, chart);
    }
    return charts;
  }

  async versions(ids: readonly Id[]): Promise<VersionRow[]> {
    return ids.flatMap((id) => this.#tables.versions.get(id) ?? []).map(copyVersion);
  }

  async page({ of, chart, after, limit }: PageRequest): Promise<PageRow[]> {
    if (of === "charts") {
      const ids = [...this.#tables.charts.keys()].filter((id) => after === undefined || id > after);
      const page = ids.toSorted().slice(0, limit);
      return page.map((id) => ({ id, chart: id, record: undefined, erased: false }));
    }
    const page = this.#pageOf(after, limit, (version) => chart === undefined || version.chart === chart);
    return page.map((cell) => ({
      id: cell.version,
      chart: cell.chart,
      record: cell.record,
      erased: cell.erased,
    }));
  }

  async pageVersions(request: { readonly after?: Id; readonly limit: number }): Promise<VersionRow[]> {
    return this.#pageOf(request.after, request.limit, () => true).map(copyVersion);
  }

  async pageErased(request: { readonly after?: Id; readonly limit: number }): Promise<VersionRow[]> {
    return this.#pageOf(request.after, request.limit, isLeft).map(copyVersion);
  }

  async batch(batch: Id): Promise<{ links: LinkRow[]; versions: VersionRow[] }> {
    const links = [...this.#tables.charts.values()].flatMap((chart) => [...chart.links.values()]);
    const versions = this.#pageOf(
      undefined,
      Infinity,
      (version) => version.batch === batch && !isGone(version),
    );
    return {
      links: links
        .filter((link) => link.batch === batch)
        .toSorted(byChart)
        .map(copyLink),
      versions: versions.map(copyVersion),
    };
  }

  async reserve({ id, generation, objects, expires }: ReservationRow): Promise<void> {
    if (generation < this.#gate.generation) throw outdated();
    for (const { store, object } of objects) {
      this.#tables.reserved.set(keyOf({ store, object }), { id, target: { store, object }, expires });
    }
  }

  async begin(intent: Intent): Promise<Id[]> {
    if (this.#intents.has(intent.batch)) return [];
    if (intent.generation < this.#gate.generation) throw outdated();
    const held = new Set(
      [...this.#intents.values()].flatMap(({ charts }) => charts.map(({ chart }) => chart)),
    );
    const inTheWay = intent.charts.filter(
      ({ chart, expectedHeads }) =>
        held.has(chart) || this.#heads(chart).join() !== [...expectedHeads].toSorted().join(),
    );
    if (inTheWay.length > 0) return inTheWay.map(({ chart }) => chart);

    const awaited = new Set([...this.#intents.values()].flatMap(objectsOf).map(keyOf));
    const keys = objectsOf(intent).map(keyOf);
    if (!keys.every((key) => isThere(this.#tables, key, awaited))) {
      throw new VaultError("unknown", "A fragment lies in an object that was swept: it is to be put again.");
    }
    for (const key of keys) this.#tables.reserved.delete(key);
    this.#intents.set(intent.batch, copyIntent(intent));
    return [];
  }

  async intents(): Promise<Intent[]> {
    return [...this.#intents.values()].map(copyIntent);
  }

  async finish(batch: Id, stored: ReadonlySet<Id>, mayHoldEnvelopes?: ReadonlySet<Id>): Promise<void> {
    const intent = this.#intents.get(batch);
    if (intent === undefined) return;
    this.#intents.delete(batch);
    for (const link of intent.links) this.#tables.addLink({ ...link, batch });
    for (const { store, name, sizeBytes } of intent.objects) {
      this.#tables.addObject({ ...liveFragments({ store, object: name }), sizeBytes });
    }
    for (const { store, name, envelopes: planned } of intent.statements) {
      const state = stored.has(store) ? "live" : "owed";
      const envelopes = mayHoldEnvelopes?.has(store) ?? planned;
      this.#tables.addObject({ store, name, sizeBytes: 0, kind: "statement", state, batch, envelopes });
    }
    for (const version of intent.versions) this.#tables.addVersion({ ...version, batch, erased: false });
    this.#erase(intent.erased);
  }

  async pageObjects({ store, kind, state, after, limit }: ObjectPageRequest): Promise<ObjectRow[]> {
    const behind = after === undefined ? "" : keyOf(after);
    const page = [...this.#tables.objects].filter(
      ([key, { row }]) =>
        key > behind &&
        (store === undefined || row.store === store) &&
        (kind === undefined || row.kind === kind) &&
        (state === undefined || row.state === state),
    );
    const ascending = page.toSorted(([left], [right]) => compare(left, right));
    return ascending.slice(0, limit).map(([, { row }]) => ({ ...row }));
  }

  async contents(store: Id, object: string): Promise<ContentRow[]> {
    const rows = [...(this.#tables.objects.get(keyOf({ store, object }))?.fragments.values() ?? [])];
    const ascending = rows.toSorted(
      (left, right) =>
        left.offset - right.offset || compare(left.version, right.version) || left.index - right.index,
    );
    return ascending.map((row) => ({ ...row }));
  }

  async replace(change: Replacement): Promise<Replacement["moved"]> {
    return replaceObjects(this.#tables, change);
  }

  async paid(store: Id, object: string, sizeBytes: number): Promise<void> {
    const cell = this.#tables.objects.get(keyOf({ store, object }));
    if (cell?.row.state === "owed") cell.row = { ...cell.row, state: "live", sizeBytes };
  }

  async forget(store: Id, object: string): Promise<void> {
    const key = keyOf({ store, object });
    this.#tables.reserved.delete(key);
    for (const { version, index } of this.#tables.objects.get(key)?.fragments.values() ?? []) {
      this.#tables.setPlace(this.#tables.versions.get(version)!, index, null);
    }
    this.#tables.objects.delete(key);
  }

  async reservedUntil(target: Target): Promise<number | undefined> {
    return this.#tables.reserved.get(keyOf(target))?.expires;
  }

  async expired(now: number, limit: number): Promise<Target[]> {
    const late = [...this.#tables.reserved].filter(([, { expires }]) => expires < now);
    const oldestFirst = late.toSorted(
      ([leftKey, left], [rightKey, right]) => left.expires - right.expires || compare(leftKey, rightKey),
    );
    return oldestFirst.slice(0, limit).map(([, { target }]) => ({ ...target }));
  }

  async gone(versions: readonly Id[]): Promise<void> {
    for (const id of versions) {
      const version = this.#tables.versions.get(id);
      if (version === undefined || !version.erased) continue;
      version.envelope = undefined;
      for (const [index, place] of version.places.entries()) {
        if (place === null) continue;
        this.#tables.setPlace(version, index, null);
        this.#tables.condemnEmpty(place);
      }
    }
  }

  async restore(found: Restored): Promise<void> {
    for (const link of found.links) this.#tables.addLink(link);
    for (const object of found.objects) this.#tables.addObject(object);
    for (const version of found.versions) this.#tables.addVersion(version);
    this.#erase(found.erased);
  }

  async gate(): Promise<Gate> {
    return this.#gate;
  }

  async swapGate(from: Gate, to: Gate): Promise<boolean> {
    if (!sameGate(this.#gate, from)) return false;
    this.#gate = { generation: to.generation, change: to.change && { ...to.change } };
    return true;
  }

  async totals(): Promise<Totals> {
    return totalsOf(this.#tables);
  }

  async job(name: string): Promise<string | undefined> {
    return this.#jobs.get(name);
  }

  async saveJob(name: string, state: string | undefined): Promise<void> {
    if (state === undefined) this.#jobs.delete(name);
    else this.#jobs.set(name, state);
  }

  async swapJob(name: string, from: string | undefined, to: string | undefined): Promise<boolean> {
    if (this.#jobs.get(name) !== from) return false;
    if (to === undefined) this.#jobs.delete(name);
    else this.#jobs.set(name, to);
    return true;
  }

  async close(): Promise<void> {}

  #heads(chart: Id): Hash[] {
    const cell = this.#tables.charts.get(chart);
    return [...(cell?.links.keys() ?? [])].filter((hash) => !cell?.continued.has(hash)).toSorted();
  }

  #pageOf(after: Id | undefined, limit: number, wanted: (version: VersionCell) => boolean): VersionCell[] {
    const behind = [...this.#tables.versions.values()].filter(
      (cell) => (after === undefined || cell.version > after) && wanted(cell),
    );
    return behind.toSorted((left, right) => compare(left.version, right.version)).slice(0, limit);
  }

  #erase(versions: readonly Id[]): void {
    for (const id of versions) {
      const version = this.#tables.versions.get(id);
      if (version !== undefined) version.erased = true;
    }
  }
}

/** Erased, and something of it may still lie in a store. */
function isLeft(version: VersionCell): boolean {
  return version.erased && !isGone(version);
}

/** Nothing of it is known to lie anywhere any more. */
function isGone({ erased, envelope, places }: VersionCell): boolean {
  return erased && envelope === undefined && places.every((place) => place === null);
}

/** Whether an object was promised to whoever writes it, or holds fragments already. */
function isThere(tables: Tables, key: string, awaited: ReadonlySet<string>): boolean {
  const row = tables.objects.get(key)?.row;
  if (row !== undefined) return row.kind === "fragment" && row.state === "live";
  return tables.reserved.has(key) || awaited.has(key);
}

function objectsOf({ versions, objects }: Intent): Target[] {
  const named = versions.flatMap(({ places }) => places.filter((place) => place !== null));
  return [...named, ...objects.map(({ store, name }) => ({ store, object: name }))];
}

function copyIntent(intent: Intent): Intent {
  return {
    ...intent,
    links: intent.links.map((link) => ({ ...link, bytes: link.bytes.slice() })),
    versions: intent.versions.map((version) => ({ ...version, envelope: version.envelope?.slice() })),
  };
}

function parentsFirst(left: LinkRow, right: LinkRow): number {
  return left.generation - right.generation || compare(left.hash, right.hash);
}

function byChart(left: LinkRow, right: LinkRow): number {
  return compare(left.chart, right.chart) || parentsFirst(left, right);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function sameGate(left: Gate, right: Gate): boolean {
  const [one, other] = [left.change, right.change];
  if (left.generation !== right.generation || one === null || other === null)
    return left.generation === right.generation && one === other;
  return one.settings === other.settings && one.run === other.run && one.told === other.told;
}
