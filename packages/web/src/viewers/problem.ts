import type { viewersEn } from "../texts/en-viewers.ts";

export type ViewerCode = keyof typeof viewersEn.errors;

/** Why a file cannot be shown. `detail` is for those who know the format, and never holds what is in the file. */
export class ViewerError extends Error {
  readonly code: ViewerCode;

  constructor(code: ViewerCode, detail = "", options?: ErrorOptions) {
    super(detail, options);
    this.name = "ViewerError";
    this.code = code;
  }
}

/** Whatever was thrown, as what a viewer says. */
export function viewerError(error: unknown, otherwise: ViewerCode): ViewerError {
  if (error instanceof ViewerError) return error;
  return new ViewerError(otherwise, wordsOf(error), { cause: error });
}

function wordsOf(error: unknown): string {
  if (typeof error === "string") return error;
  if (error instanceof Error) return error.message;
  if (typeof error !== "object" || error === null) return "";
  // Libraries wrap what they threw, or reject with a worker's plain object.
  if ("error" in error) return wordsOf(error.error);
  if ("exception" in error) return wordsOf(error.exception);
  return "message" in error && typeof error.message === "string" ? error.message : "";
}
