import type { ExitReason } from "./exit-codes.ts";

/** A reason to stop that a person can do something about. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly reason: ExitReason;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(reason: ExitReason, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
    this.hint = options.hint;
  }
}
