/**
 * Room of the client's own for sealed fragments until their version is committed, so that a put which was cut short
 * goes on with the same bytes. It is given ciphertext only; whoever reads all of it has lock 3 of what is in it, and
 * locks 1 and 2 stand.
 */
export interface Keep {
  /** Room for the fragments of one version. */
  begin(fragmentBytes: readonly number[]): Promise<KeepDraft>;
  /** What was finished and not dropped. */
  kept(): Promise<readonly Kept[]>;
}

/** Fragments that are being written. What is neither finished nor aborted is gone after a restart. */
export interface KeepDraft {
  /** The next bytes of a fragment; they are valid only until the promise settles. */
  write(index: number, bytes: Uint8Array): Promise<void>;
  /** Makes it durable, with a document that tells what it is. */
  finish(document: Uint8Array): Promise<Kept>;
  abort(): Promise<void>;
}

/** The sealed fragments of one version. */
export interface Kept {
  readonly document: Uint8Array;
  /** The bytes of a fragment, in pieces. */
  read(index: number): AsyncIterable<Uint8Array>;
  drop(): Promise<void>;
}
