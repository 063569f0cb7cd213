/** What went wrong at a store, in a form that programs compare. */
export type StoreErrorCode =
  /** No object has that name. */
  | "not-found"
  /** An object has that name already. */
  | "exists"
  /** The range does not lie inside the object. */
  | "out-of-range"
  /** The body was not as long as announced; nothing was written. */
  | "wrong-length"
  /** A name outside the grammar of `names.ts`, a limit that is none: the caller's defect. */
  | "invalid"
  /** An object that should be packed is not, or is damaged. */
  | "malformed"
  /** The store cannot be reached or does not answer: worth another try. */
  | "unavailable"
  /** The store refuses: rights, credentials. */
  | "denied"
  /** No space, quota used up. */
  | "full";

/** The one class of error that a store throws. An aborted call rejects with the signal's own reason. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
