export type ViolationKind =
  /** What was acknowledged does not open, or is not in its chart. */
  | "lost"
  /** Something opened with other bytes than were put. */
  | "wrong bytes"
  /** Something is in a chart that nobody put, shared or erased. */
  | "unsigned"
  /** What was put and not acknowledged is there, and not whole. */
  | "half"
  /** What was erased is back, or still there. */
  | "erased"
  /** Somebody opened what is closed to him, or not what is open to him. */
  | "access"
  /** What a store should hold is not there, and no fault of the store explains it. */
  | "swept"
  /** A version lies so that T stores are too many to lose. */
  | "spread"
  /** `verify` misses something, or blames an honest store. */
  | "verify"
  /** `repair` did not make the vault whole. */
  | "repair"
  /** An operation failed and nothing was wrong. */
  | "refused"
  /** Something never ends. */
  | "stuck";

/** The vault broke a promise. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly kind: ViolationKind;

  constructor(kind: ViolationKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
