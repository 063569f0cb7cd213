import type {
  ContentRow,
  Gate,
  Hash,
  Id,
  Intent,
  LinkRow,
  ObjectPageRequest,
  ObjectRow,
  PageRequest,
  PageRow,
  Replacement,
  ReservationRow,
  Restored,
  Rows,
  Target,
  Totals,
  VersionRow,
} from "@chirograph/vault";
import { Connection } from "./connection.ts";
import { createDatabase, openDatabase } from "./file.ts";
import { beginIntent, finishIntent, intentsBegun } from "./intents.ts";
import { gateOf, swapGate } from "./gate.ts";
import { jobState, saveJobState } from "./jobs.ts";
import { addLink, headsOf, linksOf, linksOfBatch } from "./links.ts";
import { addObject, contentsOf, forgetObject, pageOfObjects, payObject, totalsOf } from "./objects.ts";
import { dropErased } from "./places.ts";
import { replaceObjects } from "./replace.ts";
import { expiredObjects, reservedUntil, reserveObjects } from "./reservations.ts";
import {
  addVersion,
  chartsOfRecords,
  eraseVersions,
  pageOfIds,
  pageOfVersions,
  versionsOf,
  versionsOfBatch,
} from "./versions.ts";

/**
 * Makes an empty catalogue in a file that nobody but its owner may read.
 * @throws VaultError `exists`
 */
export async function createSqliteRows(file: string): Promise<Rows> {
  return new SqliteRows(new Connection(await createDatabase(file)));
}

/**
 * Opens a catalogue; several processes may hold it at once.
 * @throws VaultError `unknown` where there is none, `malformed` where the file is no catalogue or a later program's
 */
export async function openSqliteRows(file: string): Promise<Rows> {
  return new SqliteRows(new Connection(await openDatabase(file)));
}

/** Each method is one transaction of SQLite; `busy` where other processes hold the file for more than 10 seconds. */
class SqliteRows implements Rows {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  async links(chart: Id): Promise<LinkRow[]> {
    return this.#db.read(() => linksOf(this.#db, chart));
  }

  async heads(chart: Id): Promise<Hash[]> {
    return this.#db.read(() => headsOf(this.#db, chart));
  }

  async chartsOf(records: readonly Id[]): Promise<ReadonlyMap<Id, Id>> {
    return this.#db.read(() => chartsOfRecords(this.#db, records));
  }

  async versions(ids: readonly Id[]): Promise<VersionRow[]> {
    return this.#db.read(() => versionsOf(this.#db, ids));
  }

  async page(request: PageRequest): Promise<PageRow[]> {
    return this.#db.read(() => pageOfIds(this.#db, request));
  }

  async pageVersions(request: { readonly after?: Id; readonly limit: number }): Promise<VersionRow[]> {
    return this.#db.read(() => pageOfVersions(this.#db, request, "all"));
  }

  async pageErased(request: { readonly after?: Id; readonly limit: number }): Promise<VersionRow[]> {
    return this.#db.read(() => pageOfVersions(this.#db, request, "erased"));
  }

  async batch(batch: Id): Promise<{ links: LinkRow[]; versions: VersionRow[] }> {
    return this.#db.read(() => ({
      links: linksOfBatch(this.#db, batch),
      versions: versionsOfBatch(this.#db, batch),
    }));
  }

  async reserve(reservation: ReservationRow): Promise<void> {
    this.#db.write(() => reserveObjects(this.#db, reservation));
  }

  async begin(intent: Intent): Promise<Id[]> {
    return this.#db.write(() => beginIntent(this.#db, intent));
  }

  async intents(): Promise<Intent[]> {
    return this.#db.read(() => intentsBegun(this.#db));
  }

  async finish(batch: Id, stored: ReadonlySet<Id>, mayHoldEnvelopes?: ReadonlySet<Id>): Promise<void> {
    this.#db.write(() => finishIntent(this.#db, { batch, stored, mayHoldEnvelopes }));
  }

  async pageObjects(request: ObjectPageRequest): Promise<ObjectRow[]> {
    return this.#db.read(() => pageOfObjects(this.#db, request));
  }

  async contents(store: Id, object: string): Promise<ContentRow[]> {
    return this.#db.read(() => contentsOf(this.#db, store, object));
  }

  async replace(change: Replacement): Promise<Replacement["moved"]> {
    return this.#db.write(() => replaceObjects(this.#db, change));
  }

  async paid(store: Id, object: string, sizeBytes: number): Promise<void> {
    this.#db.write(() => payObject(this.#db, { store, object, sizeBytes }));
  }

  async forget(store: Id, object: string): Promise<void> {
    this.#db.write(() => forgetObject(this.#db, { store, object }));
  }

  async reservedUntil(target: Target): Promise<number | undefined> {
    return this.#db.read(() => reservedUntil(this.#db, target));
  }

  async expired(now: number, limit: number): Promise<Target[]> {
    return this.#db.read(() => expiredObjects(this.#db, now, limit));
  }

  async gone(versions: readonly Id[]): Promise<void> {
    this.#db.write(() => dropErased(this.#db, versions));
  }

  async restore(found: Restored): Promise<void> {
    this.#db.write(() => {
      for (const link of found.links) addLink(this.#db, link);
      for (const object of found.objects) addObject(this.#db, object);
      for (const version of found.versions) addVersion(this.#db, version);
      eraseVersions(this.#db, found.erased);
    });
  }

  async gate(): Promise<Gate> {
    return this.#db.read(() => gateOf(this.#db));
  }

  async swapGate(from: Gate, to: Gate): Promise<boolean> {
    return this.#db.write(() => swapGate(this.#db, from, to));
  }

  async totals(): Promise<Totals> {
    return this.#db.read(() => totalsOf(this.#db));
  }

  async job(name: string): Promise<string | undefined> {
    return this.#db.read(() => jobState(this.#db, name));
  }

  async saveJob(name: string, state: string | undefined): Promise<void> {
    this.#db.write(() => saveJobState(this.#db, name, state));
  }

  async swapJob(name: string, from: string | undefined, to: string | undefined): Promise<boolean> {
    return this.#db.write(() => {
      if (jobState(this.#db, name) !== from) return false;
      saveJobState(this.#db, name, to);
      return true;
    });
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}
