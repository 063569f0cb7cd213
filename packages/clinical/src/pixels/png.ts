import { guarded, ImageError, malformed } from "./error.ts";
import { type Colour, type PixelMatrix, sampleCount, samplesPerPixel } from "./matrix.ts";
import { readChunks, requireWholeRows } from "./png-chunks.ts";

const byChannels: readonly Colour[] = ["grey", "grey-alpha", "rgb", "rgba"];

/** @throws ImageError */
export async function readPng(bytes: Uint8Array): Promise<PixelMatrix> {
  const chunks = readChunks(bytes);
  const { rows, columns, depth, interlaced } = chunks.header;
  if (interlaced && depth < 8) {
    throw new ImageError("unsupported", "Interlaced PNG images of less than 8 bits are not decoded.");
  }
  // The most that such an image can take.
  sampleCount({ frames: 1, rows, columns, colour: "rgba", bits: 16, signed: false });
  await requireWholeRows(chunks);
  const { convertIndexedToRgb, decode } = await import("fast-png");
  return guarded("PNG image", () => {
    const decoded = decode(chunks.image, { checkCrc: true });
    const { width, height, channels, data, palette } = decoded;
    const looksUp = palette !== undefined;
    const pixels = looksUp ? convertIndexedToRgb(decoded) : data;
    const colour = byChannels[(looksUp ? palette[0]!.length : channels) - 1];
    if (colour === undefined) throw malformed(`A PNG image with ${channels} samples a pixel is none.`);
    const bits = depth === 16 ? 16 : 8;
    const form = { frames: 1, rows: height, columns: width, colour, bits, signed: false } as const;
    const count = sampleCount(form);
    const unpacked = depth < 8 && !looksUp ? unpackBits(pixels, width, height, depth) : pixels;
    if (unpacked.length !== count) throw malformed("The PNG image has not as many samples as it says.");
    return { ...form, data: bits === 16 ? Uint16Array.from(unpacked) : Uint8Array.from(unpacked) };
  });
}

/** Samples of 1, 2 or 4 bits share bytes, and every row begins with a new one. */
function unpackBits(packed: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const samples = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const perByte = 8 / depth;
  for (let index = 0; index < samples.length; index++) {
    const [row, column] = [Math.floor(index / width), index % width];
    const byte = packed[row * rowBytes + Math.floor(column / perByte)]!;
    samples[index] = (byte >> (8 - depth * ((column % perByte) + 1))) & (2 ** depth - 1);
  }
  return samples;
}

/**
 * One image as PNG, which holds its samples exactly or not at all.
 * @throws ImageError `unsupported` for what PNG has no form for: signed or 32-bit samples, YBR, inverted grey, several frames
 */
export async function writePng(matrix: PixelMatrix): Promise<Uint8Array> {
  const { frames, rows, columns, bits, signed, colour, data } = matrix;
  const problem =
    frames > 1
      ? `${frames} frames`
      : signed
        ? "signed samples"
        : bits === 32
          ? "samples of 32 bits"
          : colour === "ybr"
            ? "YBR colours"
            : colour === "grey-inverted"
              ? "grey whose zero is white"
              : undefined;
  if (problem !== undefined) {
    throw new ImageError(
      "unsupported",
      `PNG has no form for ${problem}: these pixels can be written raw, or as a matrix of pixels.`,
    );
  }
  const { encode } = await import("fast-png");
  const samples = bits === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
  const png = { width: columns, height: rows, depth: bits as 8 | 16, channels: samplesPerPixel(matrix) };
  return encode({ ...png, data: samples });
}
