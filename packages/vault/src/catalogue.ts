/**
 * The index of charts, versions and places, as a client sees it: coarse, asynchronous, plain data, so that its other
 * end may be in this process or behind HTTP. Policy, the catalogue key and the placing of statements live behind it; a
 * client never holds the catalogue key, and believes nothing from here that a signature does not prove.
 */
export interface Catalogue {
  /** Write targets for the fragments of versions that are about to be sealed, and how many of them may be lost. */
  reserve(request: ReserveRequest): Promise<Reservation>;

  /**
   * Makes links and the versions they name part of their charts, all or none, once their fragments are durable.
   * Links are checked (signature, chain, rights, rules), envelopes against the links that name them. Several links of
   * one chart follow each other; the first must continue exactly the heads that the chart has now.
   */
  commit(request: CommitRequest): Promise<CommitResult>;

  /** What is known of charts, records and versions; what is not known is not among the answers. */
  find(wanted: Wanted): Promise<Found>;

  /** All charts, or the versions of all charts or of one, in ascending order of their ids. */
  page(request: PageRequest): Promise<Page>;
}

/** 16 bytes as 32 lower-case hexadecimal digits: the form of ids outside the core. */
export type Id = string;

/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Hash = string;

export interface ReserveRequest {
  /** n: fragments of each version. */
  readonly fragments: number;
  /** How many versions, 1 to 1,024. */
  readonly versions: number;
  /** `packed`: what goes to one store shares one object. `alone`: an object for each fragment, to be streamed. */
  readonly layout: "packed" | "alone";
}

export interface Reservation {
  readonly id: Id;
  /** Milliseconds since 1970-01-01 UTC; objects that no commit names by then are swept. */
  readonly expires: number;
  /** n − k: how many of each version's fragments may be lost. */
  readonly tolerate: number;
  /** Of each version in turn, where fragment 0, 1, … goes. */
  readonly targets: readonly (readonly Target[])[];
}

export interface Target {
  readonly store: Id;
  /** Name of the object to write. */
  readonly object: string;
}

/** Where a fragment lies: a hint, worth nothing until the bytes match the signed root. */
export interface Place {
  readonly store: Id;
  readonly object: string;
  readonly offset: number;
  readonly lengthBytes: number;
}

/** Whether a fragment lies, or is missing, in both alike. */
export function samePlace(left: Place | null, right: Place | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.store === right.store &&
    left.object === right.object &&
    left.offset === right.offset &&
    left.lengthBytes === right.lengthBytes
  );
}

/** A version whose fragments are durable. */
export interface NewVersion {
  /** The signed envelope. */
  readonly envelope: Uint8Array;
  /** By fragment; `null` for one that its store did not take. */
  readonly places: readonly (Place | null)[];
}

export interface CommitRequest {
  readonly reservations: readonly Id[];
  /** Signed links, parents first; of any number of charts. */
  readonly links: readonly Uint8Array[];
  /** Exactly the versions that the links name; with the links, at most 1,024 and 32 MiB. */
  readonly versions: readonly NewVersion[];
}

export type CommitResult =
  | {
      readonly state: "committed";
      /** Stores that hold the new statements now. */
      readonly stored: readonly Id[];
      /** Stores that did not take them and are owed them; `repair` pays. */
      readonly owed: readonly Id[];
    }
  | {
      readonly state: "conflict";
      /** Charts that have moved on: find them again, rebase, commit again. */
      readonly charts: readonly Id[];
    };

/** At most 1,024 of each. */
export interface Wanted {
  readonly charts?: readonly WantedChart[];
  readonly records?: readonly Id[];
  readonly versions?: readonly Id[];
}

export interface WantedChart {
  readonly chart: Id;
  /** Heads that the client has: where they are still the chart's, the document is not sent again. */
  readonly heads?: readonly Hash[];
}

export interface Found {
  readonly charts: readonly FoundChart[];
  readonly records: readonly { readonly record: Id; readonly chart: Id }[];
  readonly versions: readonly FoundVersion[];
}

export interface FoundChart {
  readonly chart: Id;
  /** Ascending. */
  readonly heads: readonly Hash[];
  /** The chart document, or `undefined` where the client has these heads. */
  readonly document: Uint8Array | undefined;
}

export interface FoundVersion {
  readonly version: Id;
  readonly record: Id;
  readonly chart: Id;
  /** `undefined` once the version was erased. */
  readonly envelope: Uint8Array | undefined;
  readonly places: readonly (Place | null)[];
}

export interface PageRequest {
  readonly of: "charts" | "versions";
  /** Only versions of this chart. */
  readonly chart?: Id;
  /** The last id of the page before. */
  readonly after?: Id;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface Page {
  /** Fewer than `limit` on the last page. */
  readonly rows: readonly PageRow[];
}

export interface PageRow {
  /** Id of the chart or of the version. */
  readonly id: Id;
  readonly chart: Id;
  /** Of a version. */
  readonly record: Id | undefined;
  readonly erased: boolean;
}
