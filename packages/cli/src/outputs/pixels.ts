import { PIXELS_KIND } from "@chirograph/clinical/kinds";
import { Failure } from "../failure.ts";
import type { Pieces } from "./piece-reader.ts";

/** How the pixels of a record are written: `matrix` is what the record holds, dimensions and samples. */
export const PIXEL_OUTPUTS = ["png", "raw", "matrix"] as const;
export type PixelOutput = (typeof PIXEL_OUTPUTS)[number];

/** @throws Failure when the record holds something else */
export function requirePixels(kind: string): void {
  if (kind === PIXELS_KIND) return;
  throw new Failure("badData", "The record does not hold pixels, but a file.", {
    hint: "Leave --pixels out.",
  });
}

/** The content of a record of pixels in another form; all of it is read, and was found to be right, before. */
export async function* inPixelForm(form: PixelOutput, content: Pieces): AsyncGenerator<Uint8Array> {
  // Codecs are loaded by whoever needs them.
  const { encodeSamples, parsePixels, writePng } = await import("@chirograph/clinical/pixels");
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Uint8Array.from(piece));
  const bytes = new Uint8Array(Buffer.concat(pieces));
  const matrix = parsePixels(bytes);
  if (form === "matrix") yield bytes;
  else yield form === "png" ? await writePng(matrix) : encodeSamples(matrix);
}
