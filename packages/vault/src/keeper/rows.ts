import type { Hash, Id, PageRequest, PageRow, Place } from "../catalogue.ts";

/**
 * What a keeper remembers between two runs, row by row: the storage behind a `Catalogue`. Implemented by SQLite, by
 * PostgreSQL and by memory, which all pass the one suite in `test/rows-contract.ts`.
 *
 * Every method is one transaction: when it resolves it is durable, when it rejects it left nothing. Several processes
 * may hold the same rows. All of it can be rebuilt from the stores (`reindex`), except what is local to one catalogue:
 * reservations, intents, condemned objects and jobs.
 */
export interface Rows {
  // Charts and versions ------------------------------------------------------------------------------------------

  /** Links of a chart, ascending by generation, then hash; none for an unknown chart. */
  links(chart: Id): Promise<LinkRow[]>;
  /** Hashes of the links that no link of the chart continues, ascending. */
  heads(chart: Id): Promise<Hash[]>;
  /** The chart of each record that is known. */
  chartsOf(records: readonly Id[]): Promise<ReadonlyMap<Id, Id>>;
  /** Those of the versions that are known, in the order asked for. */
  versions(ids: readonly Id[]): Promise<VersionRow[]>;
  /** Ascending by id, behind `after`. */
  page(request: PageRequest): Promise<PageRow[]>;
  /** The same page as whole rows; erased versions among them. */
  pageVersions(request: { readonly after?: Id; readonly limit: number }): Promise<VersionRow[]>;
  /** Erased versions of which something may still lie in a store, ascending by id. */
  pageErased(request: { readonly after?: Id; readonly limit: number }): Promise<VersionRow[]>;
  /** Everything that one commit made: its links and its versions that are not erased and gone. */
  batch(batch: Id): Promise<{ links: LinkRow[]; versions: VersionRow[] }>;

  // Commits ------------------------------------------------------------------------------------------------------

  /**
   * Names objects that are about to be written, so that those of a crash can be found again.
   * @throws VaultError `outdated` for a reservation of an older generation than the gate's
   */
  reserve(reservation: ReservationRow): Promise<void>;
  /**
   * Writes an intent down, if every chart has just the heads that it expects and no other intent has one of its
   * charts. It also takes the objects of its places out of their reservations.
   * @returns the charts in the way; none when the intent stands
   * @throws VaultError `outdated` for an intent of an older generation than the gate's; `unknown` for a place in an object that is neither reserved nor live, nor awaited by another intent: it was swept,
   *   and may be deleted already
   */
  begin(intent: Intent): Promise<Id[]>;
  /** Intents that were begun and not finished. */
  intents(): Promise<Intent[]>;
  /**
   * Makes an intent's links, versions, places and objects visible, and ends it; nothing if it has ended already.
   * @param stored stores that took their statement object; the others owe it
   * @param envelopes stores whose statement object may hold the envelopes, where that is not what the intent planned:
   *   another store stood in for one that failed
   */
  finish(batch: Id, stored: ReadonlySet<Id>, envelopes?: ReadonlySet<Id>): Promise<void>;

  // Objects ------------------------------------------------------------------------------------------------------

  /** Ascending by (store, name), behind `after`; of one store or all. */
  pageObjects(request: ObjectPageRequest): Promise<ObjectRow[]>;
  /** The fragments that lie in an object, ascending by offset. */
  contents(store: Id, object: string): Promise<ContentRow[]>;
  /**
   * Puts new objects in the place of old ones: adds `added` as live, gives the fragments in `moved` their new places
   * (`null`: none any more), forgets `reservations`, and condemns the objects in `replaced` and every fragment object
   * that lost its last place. A fragment that another has moved meanwhile, or whose place is not `from`, stays; so does
   * every one of a version that lies on other stores than `lying` says.
   * @returns those of `moved` that stayed
   * @throws VaultError `unknown` for a new object that is neither reserved nor live, as in `begin`
   */
  replace(change: Replacement): Promise<Replacement["moved"]>;
  /** Records that a store took the statements it was owed: `object` becomes live. */
  paid(store: Id, object: string, sizeBytes: number): Promise<void>;
  /** Forgets an object that was deleted from its store. */
  forget(store: Id, object: string): Promise<void>;
  /** When the reservation of an object ends; `undefined` for an object that is not reserved, or not any more. */
  reservedUntil(target: Target): Promise<number | undefined>;
  /** Reserved objects whose reservation expired before `now`, at most `limit`. */
  expired(now: number, limit: number): Promise<Target[]>;
  /** Marks erased versions as gone everywhere: their envelopes are dropped. */
  gone(versions: readonly Id[]): Promise<void>;

  // Settings -----------------------------------------------------------------------------------------------------

  /** Whose settings count; of the first generation, and unchanged, if nothing was ever set. */
  gate(): Promise<Gate>;
  /** Changes it, if it is `from` still. @returns whether it was */
  swapGate(from: Gate, to: Gate): Promise<boolean>;

  // The whole ----------------------------------------------------------------------------------------------------

  /** Adds what `reindex` found; anything that is there already stays. */
  restore(found: Restored): Promise<void>;
  totals(): Promise<Totals>;
  /** State of a long job, or `undefined`. */
  job(name: string): Promise<string | undefined>;
  /** Keeps the state of a long job; `undefined` ends it. */
  saveJob(name: string, state: string | undefined): Promise<void>;
  /** The same, if the state is `from` still. @returns whether it was */
  swapJob(name: string, from: string | undefined, to: string | undefined): Promise<boolean>;
  close(): Promise<void>;
}

export interface LinkRow {
  readonly chart: Id;
  readonly hash: Hash;
  readonly generation: number;
  /** Hashes of the links it continues. */
  readonly previous: readonly Hash[];
  readonly bytes: Uint8Array;
  /** The commit it came in. */
  readonly batch: Id;
}

export interface VersionRow {
  readonly version: Id;
  readonly record: Id;
  readonly chart: Id;
  readonly batch: Id;
  /** `undefined` once the version was erased and is gone. */
  readonly envelope: Uint8Array | undefined;
  /** By fragment; `null` where none is known. */
  readonly places: readonly (Place | null)[];
  readonly erased: boolean;
}

/** What a commit is about to do; enough to finish it after a crash without whoever began it. */
export interface Intent {
  readonly batch: Id;
  readonly charts: readonly { readonly chart: Id; readonly expectedHeads: readonly Hash[] }[];
  readonly links: readonly Omit<LinkRow, "batch">[];
  readonly versions: readonly Omit<VersionRow, "batch" | "erased">[];
  /** Versions that the links erase. */
  readonly erased: readonly Id[];
  /** Fragment objects that the places name, with their sizes. */
  readonly objects: readonly { readonly store: Id; readonly name: string; readonly sizeBytes: number }[];
  /** The object for each store in which the links, and on some the envelopes, will lie. */
  readonly statements: readonly StatementTarget[];
  /** Of the settings under which it was drafted. */
  readonly generation: number;
  /** Until then whoever began it is given time to finish it: milliseconds since 1970. */
  readonly lease: number;
}

export interface StatementTarget {
  readonly store: Id;
  readonly name: string;
  /** Whether the envelopes lie there too. */
  readonly envelopes: boolean;
}

export interface Target {
  readonly store: Id;
  readonly object: string;
}

/** One value, so that it changes as a whole: what becomes of a change of the settings, and who may still write. */
export interface Gate {
  /** Commits and reservations of settings of an older generation are refused. */
  readonly generation: number;
  /** A change of the settings that is under way. */
  readonly change: GateChange | null;
}

interface GateChange {
  /** SHA-256 of the settings that are to be, hexadecimal. */
  readonly settings: string;
  /** The run that is at it; another one may take over. */
  readonly run: Id;
  /** Whether a store may have been told of them already. */
  readonly told: boolean;
}

export interface ReservationRow {
  readonly id: Id;
  /** Of the settings of whoever reserves. */
  readonly generation: number;
  readonly objects: readonly Target[];
  readonly expires: number;
}

export interface ObjectRow {
  readonly store: Id;
  readonly name: string;
  /**
   * 0 where it is not known, which is local to one catalogue: a commit tells no sizes of its statement objects, and
   * none of an object that several commits share. A reindexed catalogue knows them all.
   */
  readonly sizeBytes: number;
  readonly kind: "fragment" | "statement";
  /** `live`; `owed`: a statement object that its store has not taken yet; `condemned`: to be deleted. */
  readonly state: "live" | "owed" | "condemned";
  /** Of a statement object: the commit whose statements it holds. */
  readonly batch: Id | undefined;
  /** Of a statement object: whether the envelopes lie there too. */
  readonly envelopes: boolean;
}

export interface ObjectPageRequest {
  readonly store?: Id;
  readonly kind?: ObjectRow["kind"];
  readonly state?: ObjectRow["state"];
  readonly after?: Target;
  readonly limit: number;
}

export interface ContentRow {
  readonly version: Id;
  readonly index: number;
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface Replacement {
  readonly added: readonly Omit<ObjectRow, "state">[];
  readonly moved: readonly {
    readonly version: Id;
    readonly index: number;
    readonly from: Place | null;
    readonly to: Place | null;
  }[];
  /**
   * Where versions lay, by fragment, when it was decided where theirs go: a decision that holds nowhere else. Versions
   * that are not named here may lie anywhere.
   */
  readonly lying?: readonly { readonly version: Id; readonly stores: readonly (Id | null)[] }[];
  readonly replaced: readonly Target[];
  readonly reservations: readonly Id[];
}

export interface Restored {
  readonly links: readonly LinkRow[];
  readonly versions: readonly VersionRow[];
  /** Versions, known or in `versions`, that a tombstone names. */
  readonly erased: readonly Id[];
  readonly objects: readonly ObjectRow[];
}

export interface Totals {
  readonly charts: number;
  readonly records: number;
  readonly versions: number;
  readonly erased: number;
  readonly stores: readonly {
    readonly store: Id;
    readonly objects: number;
    readonly sizeBytes: number;
    readonly fragments: number;
    readonly owed: number;
    readonly condemned: number;
  }[];
}
