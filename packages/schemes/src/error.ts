/** What went wrong, in a form that programs compare. The text of an error is for people only. */
export type SchemeErrorCode =
  /** Bytes that are not what they should be: cut short, left over, no such value. */
  | "malformed"
  /** A version that this build does not know. */
  | "unsupported"
  /** A size or parameter outside the floors and ceilings, refused before any work. */
  | "out-of-limits"
  /** A key that is another one than the matrix was made for. */
  | "wrong-key"
  /** Matrices under different keys in one operation. */
  | "mixed-keys"
  /** Matrices that do not fit each other: shape, packing, decimals or divisor. */
  | "mismatch"
  /** A ciphertext that is no unit below n². */
  | "not-in-group"
  /** What a ciphertext decrypts to lies outside the bounds that it travels with. */
  | "tampered"
  /** A result could leave the room that each value has. */
  | "overflow";

/** The one class of error that this package throws for bad data. A `RangeError` is a caller's defect. */
export class SchemeError extends Error {
  override readonly name = "SchemeError";
  readonly code: SchemeErrorCode;

  constructor(code: SchemeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
