import { decodeJpeg } from "./codecs.ts";
import { ImageError, malformed } from "./error.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { type PixelMatrix, sampleCount } from "./matrix.ts";

/** @throws ImageError */
export async function readJpeg(bytes: Uint8Array): Promise<PixelMatrix> {
  const { process, bits, rows, columns, samples } = readJpegHeader(bytes);
  // Baseline, extended and progressive.
  if (process > 0xc2 || bits !== 8 || (samples !== 1 && samples !== 3)) {
    throw new ImageError("unsupported", "Only JPEG images of 8 bits, grey or in colour, are decoded.");
  }
  const colour = samples === 1 ? "grey" : "rgb";
  const form = { frames: 1, rows, columns, colour, bits: 8, signed: false } as const;
  const count = sampleCount(form);
  const decoded = await decodeJpeg(bytes);
  if (decoded.bytes.length !== count) throw malformed("The JPEG image is not as large as it says.");
  return { ...form, data: decoded.bytes };
}
