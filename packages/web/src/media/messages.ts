// What the service worker and the page say to each other, over a channel of its own for each request.

export const MEDIA_PATH = "/media/";

/** The worker asks every page; the one that gave the token away answers. */
export interface MediaQuestion {
  readonly kind: "media-question";
  readonly token: string;
}

/** Keeps the worker awake while something flows. */
export interface MediaPing {
  readonly kind: "media-ping";
}

export type MediaAnswer =
  | { readonly kind: "known"; readonly sizeBytes: number; readonly type: string; readonly name: string }
  | { readonly kind: "unknown" };

/** From the worker, after it was told that the token is known. */
export type PieceQuestion =
  { readonly kind: "piece"; readonly first: number; readonly end: number } | { readonly kind: "enough" };

export type PieceAnswer =
  { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly kind: "gone" };

export function isMediaQuestion(value: unknown): value is MediaQuestion {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    value.kind === "media-question" &&
    "token" in value &&
    typeof value.token === "string"
  );
}
