/** What went wrong, in a form that programs compare. The text of an error is for people only. */
export type ErrorCode =
  /** Bytes that are not what they should be: cut short, left over, out of order, no such value. */
  | "malformed"
  /** A version, suite, algorithm or change that this build does not know. */
  | "unsupported"
  /** A parameter outside the floors and ceilings of the format (docs/format.md, section 16). */
  | "out-of-limits"
  /** A signature that does not verify. */
  | "bad-signature"
  /** A link that its signer had no right to write, or that breaks a rule of the chart. */
  | "not-permitted"
  /** Two things that are each valid and do not belong together: another chart, patient, version or author. */
  | "mismatch"
  /** Signed by somebody other than the author that was asked for. */
  | "wrong-author"
  /** The sequence key breaks a rule. */
  | "invalid-word"
  /** A file name that may not stand in a record. */
  | "invalid-path"
  /** The content is not as long as was announced. */
  | "wrong-length"
  /** Fewer fragments than k: see `TooFewFragments`. */
  | "too-few-fragments"
  /** Fewer officers than an escrow needs released a right share. */
  | "too-few-shares"
  /** The chart was opened without its word, and this needs it. */
  | "word-needed"
  /** Wrong key or wrong word; deliberately nothing more. */
  | "not-for-you"
  /** The passphrase does not open this identity. */
  | "wrong-passphrase"
  /** All pieces are what the author signed, and still they contradict each other. */
  | "inconsistent-author"
  /** The version was erased. */
  | "erased"
  /** A source changed or failed while it was being read. */
  | "damaged";

/** The one class of error that this package throws for bad data. A `RangeError` or `TypeError` is a caller's defect. */
export class ChirographError extends Error {
  override readonly name: string = "ChirographError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The single answer to a wrong key and to a wrong word: byte for byte the same. */
export function notForYou(): ChirographError {
  return new ChirographError("not-for-you", "This key and this word together do not open this record.");
}

/** Fewer than k fragments are whole. */
export class TooFewFragments extends ChirographError {
  override readonly name = "TooFewFragments";
  /** Fragments needed. */
  readonly needed: number;
  /** Positions (from 0) of the fragments that are not there or not whole. */
  readonly missing: readonly number[];

  /** @param present positions of the fragments that are whole */
  constructor(needed: number, total: number, present: Iterable<number>) {
    const missing = absentFrom(total, present);
    const list = missing.map((index) => index + 1).join(", ");
    super(
      "too-few-fragments",
      `${needed} of ${total} fragments are needed and ${total - missing.length} are whole; missing or damaged: ${list}.`,
    );
    this.needed = needed;
    this.missing = missing;
  }
}

/** Which of the positions 0 to `total` − 1 are not among those present, ascending. */
export function absentFrom(total: number, present: Iterable<number>): number[] {
  const there = new Set(present);
  return Array.from({ length: total }, (_, index) => index).filter((index) => !there.has(index));
}
