import { ImageError, malformed } from "./error.ts";

/** What the samples of a pixel mean. Palettes are looked up; YBR stays as it is stored, since RGB would be rounded. */
export const COLOURS = ["grey", "grey-inverted", "grey-alpha", "rgb", "rgba", "ybr"] as const;
export type Colour = (typeof COLOURS)[number];

const samplesOf: Readonly<Record<Colour, number>> = {
  grey: 1,
  "grey-inverted": 1,
  "grey-alpha": 2,
  rgb: 3,
  rgba: 4,
  ybr: 3,
};

/** How the samples are laid out: frame by frame, row by row, the samples of a pixel side by side. */
export interface PixelForm {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly colour: Colour;
  /** Bits that a sample takes: 8, 16 or 32. */
  readonly bits: 8 | 16 | 32;
  readonly signed: boolean;
}

export interface PixelMatrix extends PixelForm {
  readonly data: Samples;
}

export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** Samples of an image at most. */
const MOST_SAMPLES = 2 ** 28;

export function samplesPerPixel({ colour }: PixelForm): number {
  return samplesOf[colour];
}

/** @throws ImageError `out-of-limits` */
export function sampleCount(form: PixelForm): number {
  const count = form.frames * form.rows * form.columns * samplesPerPixel(form);
  if (count >= 1 && count <= MOST_SAMPLES) return count;
  throw new ImageError(
    "out-of-limits",
    `An image of ${count} samples is refused: 1 to ${MOST_SAMPLES} are read.`,
  );
}

/** Zeros, as many and as wide as the form says. */
export function makeSamples({ bits, signed }: PixelForm, count: number): Samples {
  if (bits === 8) return signed ? new Int8Array(count) : new Uint8Array(count);
  if (bits === 16) return signed ? new Int16Array(count) : new Uint16Array(count);
  return signed ? new Int32Array(count) : new Uint32Array(count);
}

const MAGIC = "chirograph pixels";
const VERSION = 1;
export const HEADER_BYTES: number = MAGIC.length + 1 + 4 + 4 + 4 + 1 + 1 + 1;

/** A matrix as a file: its form, then the samples in little endian. */
export function encodePixels(matrix: PixelMatrix): Uint8Array<ArrayBuffer> {
  const samples = encodeSamples(matrix);
  const bytes = new Uint8Array(HEADER_BYTES + samples.length);
  bytes.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(bytes.buffer, MAGIC.length);
  view.setUint8(0, VERSION);
  view.setUint32(1, matrix.frames);
  view.setUint32(5, matrix.rows);
  view.setUint32(9, matrix.columns);
  view.setUint8(13, COLOURS.indexOf(matrix.colour));
  view.setUint8(14, matrix.bits);
  view.setUint8(15, matrix.signed ? 1 : 0);
  bytes.set(samples, HEADER_BYTES);
  return bytes;
}

/** The samples alone, in little endian. */
export function encodeSamples({ data, bits }: PixelMatrix): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < data.length; index++) {
    const sample = data[index]!;
    if (bits === 8) view.setUint8(index, sample);
    else if (bits === 16) view.setUint16(2 * index, sample, true);
    else view.setUint32(4 * index, sample, true);
  }
  return bytes;
}

/**
 * Reads the file of a matrix; what parses encodes again to the same bytes.
 * @throws ImageError
 */
export function parsePixels(bytes: Uint8Array): PixelMatrix {
  const what = "The pixel matrix";
  const magic = new TextEncoder().encode(MAGIC);
  if (bytes.length < HEADER_BYTES || magic.some((byte, index) => bytes[index] !== byte)) {
    throw malformed(`${what} is cut short, or none.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length, bytes.length - MAGIC.length);
  if (view.getUint8(0) !== VERSION) throw new ImageError("unsupported", `${what} is of a version not known.`);
  const [colour, bits, signed] = [COLOURS[view.getUint8(13)], view.getUint8(14), view.getUint8(15)];
  if (colour === undefined || signed > 1 || (bits !== 8 && bits !== 16 && bits !== 32)) {
    throw malformed(`${what} has samples of a form that is not known.`);
  }
  const [frames, rows, columns] = [view.getUint32(1), view.getUint32(5), view.getUint32(9)];
  const form: PixelForm = { frames, rows, columns, colour, bits, signed: signed === 1 };
  const count = sampleCount(form);
  const samples = bytes.subarray(HEADER_BYTES);
  if (samples.length !== (count * bits) / 8) {
    throw malformed(`${what} has ${samples.length} bytes of samples where ${(count * bits) / 8} belong.`);
  }
  return { ...form, data: decodeSamples(samples, form, count) };
}

/** Little-endian samples that take exactly as many bits as they have. */
function decodeSamples(bytes: Uint8Array, form: PixelForm, count: number): Samples {
  const data = makeSamples(form, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < count; index++) {
    if (form.bits === 8) data[index] = view.getUint8(index);
    else if (form.bits === 16) data[index] = view.getUint16(2 * index, true);
    else data[index] = view.getUint32(4 * index, true);
  }
  return data;
}
