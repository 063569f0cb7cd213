/**
 * What the page may ask of the worker. The worker alone has keys, the word and the vault; the page has what it shows.
 * Everything here is plain data that can be cloned between the two. Every method rejects with a `Problem` (as a plain
 * object: see `problem.ts`).
 */
export interface VaultWorker {
  // Identity -----------------------------------------------------------------------------------------------------

  /** The identity that this browser keeps, if there is one. */
  identity(): Promise<KeptIdentity | undefined>;
  /** Makes one, keeps it under the lock, and leaves it unlocked. */
  makeIdentity(plan: { name: string; lock: Lock }): Promise<KeptIdentity>;
  /** Takes in an identity file, in the clear or under `passphrase`, and keeps it under `lock`. */
  importIdentity(plan: {
    name: string;
    file: string;
    passphrase?: string;
    lock: Lock;
  }): Promise<KeptIdentity>;
  /** Adds another way to unlock it; it must be unlocked. */
  addLock(lock: Lock): Promise<KeptIdentity>;
  /** The identity file under its passphrase, as the command line reads it. Rejects where only a passkey locks it. */
  exportIdentity(): Promise<string>;
  /** Forgets it, and everything that this browser keeps. */
  removeIdentity(): Promise<void>;
  unlock(lock: Lock): Promise<void>;
  /** Forgets every secret; charts are closed, transfers pause. */
  lock(): Promise<void>;
  isUnlocked(): Promise<boolean>;

  // The word -----------------------------------------------------------------------------------------------------

  /** A random word. */
  generateWord(length?: number): Promise<string>;
  /** `undefined` while the word breaks a rule. */
  strengthOf(word: string): Promise<Strength | undefined>;

  // The vault ----------------------------------------------------------------------------------------------------

  about(): Promise<VaultView>;
  status(): Promise<StatusView>;
  startJob(kind: JobKind): Promise<JobView>;
  jobs(): Promise<JobView[]>;
  stopJob(id: string): Promise<void>;

  // Charts -------------------------------------------------------------------------------------------------------

  /** At most the first 500. */
  charts(): Promise<ChartRow[]>;
  /** One of them; rejects with `unknown` where there is none. */
  chartRow(chart: string): Promise<ChartRow>;
  newChart(plan: { label: string; word: string }): Promise<ChartView>;
  openChart(chart: string, word: string): Promise<ChartView>;
  closeChart(chart: string): Promise<void>;
  /** An open chart as it is now: asks the catalogue again. */
  chart(chart: string): Promise<ChartView>;
  /** Writes the tombstone; the server deletes. */
  erase(chart: string, record: string, version?: string): Promise<void>;

  // Putting records in -------------------------------------------------------------------------------------------

  /** Begins to put sources into an open chart, each as a transfer of its own; ids in their order. */
  put(chart: string, sources: readonly SourceFiles[]): Promise<string[]>;
  /** Calls back now and whenever a transfer changes (at most about ten times a second). */
  watchTransfers(callback: (transfers: readonly TransferView[]) => void): Promise<void>;
  pauseTransfer(id: string): Promise<void>;
  resumeTransfer(id: string): Promise<void>;
  /** Ends it; what is on the stores already is swept. */
  cancelTransfer(id: string): Promise<void>;
  /** Takes one that has ended off the list. */
  forgetTransfer(id: string): Promise<void>;
  /** The first of the record's own sealed bytes, at most 1 MiB; empty before there are any. */
  sealedPreview(id: string): Promise<Uint8Array>;

  // Opening records ----------------------------------------------------------------------------------------------

  /**
   * Opens a version for reading: fetches the frames of k fragments and checks them. `onArrival` tells of each fragment.
   */
  open(
    chart: string,
    record: string,
    version: string | undefined,
    onArrival: (arrival: Arrival) => void,
  ): Promise<OpenedView>;
  /** Plaintext of one file of an opened record, or of a range of it; every byte was checked. */
  read(
    handle: string,
    file: string,
    range?: { readonly first: number; readonly end: number },
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** The first of the sealed bytes, read back from the fragments: at most `mostBytes`. */
  sealedBytes(handle: string, mostBytes: number): Promise<Uint8Array>;
  /** Stores that did not give their fragment, or a damaged one, so far. */
  damagedStores(handle: string): Promise<readonly string[]>;
  close(handle: string): Promise<void>;
  /** The envelope's open part and what the word makes of it. Needs no fragment. */
  fragments(chart: string, record: string, version?: string): Promise<FragmentView[]>;
}

/** What unlocks an identity. The passkey's secret is its PRF output, 32 bytes, which the page gets from the authenticator. */
export type Lock =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "passkey"; readonly credential: Uint8Array; readonly prf: Uint8Array };

export interface KeptIdentity {
  readonly name: string;
  /** For reading aloud; groups of characters. */
  readonly fingerprint: string;
  /** The public half, one line: what others seal to. */
  readonly recipient: string;
  readonly hasPassphrase: boolean;
  /** Ids of WebAuthn credentials that unlock it. */
  readonly passkeys: readonly Uint8Array[];
}

export interface Strength {
  readonly bits: number;
  readonly verdict: "weak" | "fair" | "strong";
}

type StoreKind = "public" | "private-on-premise" | "private-hosted";

export interface VaultView {
  readonly vault: string;
  /** How many stores may be lost. */
  readonly tolerate: number;
  readonly publicBelowNeeded: boolean;
  readonly regions: number;
  readonly providerBelowNeeded: boolean;
  /** How many providers may be lost, each with all its stores. */
  readonly tolerateProviders: number;
  readonly stores: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: StoreKind;
    readonly provider: string;
    readonly region: string;
    readonly weight: number;
  }[];
  /** Stores or policy are not those that this browser saw first. */
  readonly hasChanged: boolean;
}

export interface StatusView {
  readonly charts: number;
  readonly records: number;
  readonly versions: number;
  readonly erased: number;
  readonly unfinished: number;
  /** Versions without all fragments, and with fewer than are needed; `null` while they are counted. */
  readonly losses: { readonly incomplete: number; readonly tooFew: number } | null;
  /** `null`: no prices are known. */
  readonly currency: string | null;
  readonly stores: readonly {
    readonly store: string;
    readonly problem: string | null;
    readonly isLeaving: boolean;
    /** `null`: no answer. */
    readonly latencyMs: number | null;
    /** Since the server began; `null` for a folder. */
    readonly traffic: {
      readonly requests: number;
      readonly errors: number;
      readonly readBytes: number;
      readonly writtenBytes: number;
    } | null;
    /** `open`: left alone for a while; `half-open`: to be tried again. */
    readonly health: "closed" | "open" | "half-open" | null;
    readonly objects: number;
    readonly sizeBytes: number;
    readonly fragments: number;
    readonly owed: number;
    readonly condemned: number;
    /** `null`: no price is known. */
    readonly monthlyCost: number | null;
    /** Whether requests and transfers are in the cost too. */
    readonly costsTraffic: boolean;
  }[];
}

export type JobKind = "verify" | "repair" | "erasures";

export interface JobView {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly progress: { readonly what: string; readonly done: number; readonly total: number | null } | null;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly started: number;
  readonly ended: number | null;
  /** The vault's report: see VerifyReport, RepairReport and ErasureReport of the vault room. */
  readonly report: unknown;
  readonly problem: Problem | null;
}

/** A chart as it can be told of without its word. */
export interface ChartRow {
  readonly id: string;
  readonly records: number;
  /** Whether this identity is one of its members. */
  readonly isMember: boolean;
  readonly isOpen: boolean;
  /** Of an open chart. */
  readonly label: string | undefined;
}

export interface ChartView {
  readonly id: string;
  readonly label: string;
  /** n: the length of its word. */
  readonly wordLength: number;
  readonly mayWrite: boolean;
  readonly mayManage: boolean;
  readonly members: readonly {
    readonly fingerprint: string;
    readonly isMe: boolean;
    readonly rights: string;
  }[];
  /** The newest first. */
  readonly records: readonly RecordView[];
}

export interface RecordView {
  readonly id: string;
  readonly name: string;
  /** Media type. */
  readonly kind: string;
  /** Milliseconds since 1970-01-01 UTC; `undefined` where the description does not open. */
  readonly time: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly files: number | undefined;
  /** The oldest first; erased ones stay in the list. */
  readonly versions: readonly {
    readonly id: string;
    readonly total: number;
    readonly needed: number;
    readonly erased: boolean;
  }[];
  readonly erased: boolean;
  /** Why its description could not be opened. */
  readonly problem: Problem | undefined;
}

/** Files that become one record. */
export interface SourceFiles {
  readonly name: string;
  readonly shape: "file" | "folder";
  /** Media type; of a folder `application/dicom` for a study. */
  readonly kind: string;
  readonly files: readonly { readonly path: string; readonly file: File }[];
  /** Adds a version to this record. */
  readonly record?: string;
}

export type TransferState =
  /** Others are before it. */
  | "waiting"
  /** Layer 1 and layer 2: sealed and cut, the fragments kept here. */
  | "sealing"
  /** Fragments go to their stores. */
  | "sending"
  /** The server does not answer; it goes on by itself. */
  | "offline"
  | "paused"
  /** All fragments are durable; the chart is being signed and committed. */
  | "committing"
  | "done"
  | "cancelled"
  | "failed"
  /** Kept from before a reload: the chart must be opened again. */
  | "needs-chart"
  /** Its sealed bytes are gone or too old: the files must be chosen again. */
  | "needs-source";

export interface TransferView {
  readonly id: string;
  readonly chart: string;
  /** Not known of one kept from before a reload, until its chart is open. */
  readonly name: string | undefined;
  readonly kind: string | undefined;
  readonly sizeBytes: number;
  readonly state: TransferState;
  /** Plaintext bytes that are sealed. */
  readonly sealedBytes: number;
  /** Of all fragments together: bytes that are to be sent, and that have been taken. */
  readonly sendBytes: number;
  readonly sentBytes: number;
  readonly fragments: readonly SentFragment[];
  readonly record: string | undefined;
  readonly version: string | undefined;
  readonly problem: Problem | undefined;
  /** Stores that did not take their part; repair makes it whole. */
  readonly storesMissing: readonly string[];
}

export interface SentFragment {
  /** From 0. */
  readonly index: number;
  /** Id of the fragment, hexadecimal. */
  readonly id: string;
  /** Marks, hexadecimal; as a stranger sees them. */
  readonly head: string;
  readonly tail: string;
  readonly store: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly state: "waiting" | "sending" | "stored" | "failed";
}

export interface FragmentView {
  readonly index: number;
  readonly id: string;
  readonly head: string;
  readonly tail: string;
  /** What the word makes of the marks: its own index and the next one's, from 0; `undefined` for a mark that is none. */
  readonly own: number | undefined;
  readonly next: number | undefined;
  /** Root of its hash tree, hexadecimal. */
  readonly root: string;
  /** Where the catalogue says that it lies; `undefined`: nowhere. */
  readonly store: string | undefined;
  readonly sizeBytes: number;
}

export interface Arrival {
  readonly index: number;
  readonly store: string;
  readonly state: "asked" | "arrived" | "missing";
  /** Milliseconds since it was asked for. */
  readonly afterMs: number;
}

export interface OpenedView {
  readonly handle: string;
  readonly record: string;
  readonly version: string;
  readonly name: string;
  readonly kind: string;
  readonly time: number;
  readonly author: string | undefined;
  readonly shape: "file" | "folder";
  /** In the order of the record; folders left out. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly metadata: readonly (readonly [string, string])[];
  readonly sizeBytes: number;
  readonly total: number;
  readonly needed: number;
  /** Stores that did not give their fragment, or a damaged one. */
  readonly damagedStores: readonly string[];
}

/** What went wrong, in a form that the page can explain (texts in `texts/`). */
export interface Problem {
  readonly source: "vault" | "store" | "core" | "server" | "browser" | "defect";
  readonly code: string;
  /** In the words of whoever found it. */
  readonly detail: string;
  readonly stores: readonly string[];
}
