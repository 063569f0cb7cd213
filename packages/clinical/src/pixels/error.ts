/** What is wrong with an image, in a form that programs compare. */
export type ImageErrorCode =
  /** Bytes that are not what they should be. */
  | "malformed"
  /** An image that is right, of a kind that this build does not decode or write. */
  | "unsupported"
  /** No image: nothing that has pixels. */
  | "no-pixels"
  /** Larger than is decoded; refused before any work. */
  | "out-of-limits";

/** The one class of error that reading and writing images throws for bad data. */
export class ImageError extends Error {
  override readonly name = "ImageError";
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function malformed(message: string, cause?: unknown): ImageError {
  return new ImageError("malformed", message, { cause });
}

/** Runs a decoder of others: whatever it throws at bytes of a stranger is a malformed image. */
export async function guarded<Result>(what: string, decode: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw malformed(`The ${what} cannot be decoded: it is damaged, or cut short.`, error);
  }
}
