export type EmbeddedErrorCode =
  /** What was asked for makes no sense, such as a store that is named twice. */
  | "invalid"
  /** Something that is to be read is not there, or may not be read. */
  | "missing"
  /** Something stands where something new is to be. */
  | "exists"
  /** A file is not what it should be. */
  | "malformed"
  /** A secret may be read by others. */
  | "exposed"
  /** Reading or writing failed. */
  | "io";

/** A reason to stop that a person can do something about. Its text holds names of files, never a secret. */
export class EmbeddedError extends Error {
  override readonly name = "EmbeddedError";
  readonly code: EmbeddedErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(code: EmbeddedErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.hint = options.hint;
  }
}
