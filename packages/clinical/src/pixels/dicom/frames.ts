import type { DataSet, Element } from "dicom-parser";
import { type DecodedFrame, decodeJpeg, decodeJpeg2000, decodeJpegLs } from "../codecs.ts";
import { ImageError, malformed } from "../error.ts";
import { decodeLosslessJpeg } from "../lossless-jpeg.ts";
import type { ImageAttributes } from "./attributes.ts";
import { requireFrame } from "./frame-header.ts";
import { decodeRle } from "./rle.ts";
import { JPEG, JPEG_2000, JPEG_LOSSLESS, JPEG_LS, RLE } from "./syntaxes.ts";

type Codec = (bytes: Uint8Array) => Promise<DecodedFrame>;

function codecOf(syntax: string): Codec | undefined {
  if (JPEG.includes(syntax)) return decodeJpeg;
  if (JPEG_LOSSLESS.includes(syntax)) return decodeLosslessJpeg;
  if (JPEG_LS.includes(syntax)) return decodeJpegLs;
  return JPEG_2000.includes(syntax) ? decodeJpeg2000 : undefined;
}

/** Bytes of one frame in its words: samples side by side, in little endian. */
export function frameBytes({ rows, columns, samples, bitsAllocated }: ImageAttributes): number {
  return (rows * columns * samples * bitsAllocated) / 8;
}

/** Frames that were compressed, one after the other. */
export async function* decodeFrames(
  dataSet: DataSet,
  element: Element,
  syntax: string,
  attributes: ImageAttributes,
): AsyncGenerator<Uint8Array> {
  const { rows, columns, samples, bitsAllocated, frames } = attributes;
  const codec = codecOf(syntax);
  if (codec === undefined && syntax !== RLE) {
    throw new ImageError("unsupported", `Pixels in the transfer syntax ${syntax} are not decoded.`);
  }
  for (const frame of await encapsulatedFrames(dataSet, element, frames)) {
    if (codec === undefined) {
      yield decodeRle(frame, { pixels: rows * columns, samples, sampleBytes: bitsAllocated / 8 });
      continue;
    }
    requireFrame(frame, syntax, attributes);
    const decoded = await codec(frame);
    if (decoded.rows !== rows || decoded.columns !== columns || decoded.samples !== samples) {
      throw malformed(
        `A frame is ${decoded.columns} × ${decoded.rows} with ${decoded.samples} samples a pixel, ` +
          `and the image says ${columns} × ${rows} with ${samples}.`,
      );
    }
    yield widen(decoded, attributes);
  }
}

/** The bytes of each frame: by the offset table where there is one, otherwise by what a frame begins with. */
async function encapsulatedFrames(dataSet: DataSet, element: Element, frames: number): Promise<Uint8Array[]> {
  const { default: parser } = await import("dicom-parser");
  const { fragments = [], basicOffsetTable = [] } = element;
  if (fragments.length === 0) throw malformed("The image has no fragments of compressed pixels.");
  if (frames === 1) return [joined(dataSet, fragments)];
  if (fragments.length === frames) return fragments.map((fragment) => joined(dataSet, [fragment]));
  const table =
    basicOffsetTable.length > 0 ? basicOffsetTable : parser.createJPEGBasicOffsetTable(dataSet, element);
  if (table.length !== frames) throw malformed(`The image says ${frames} frames, and has ${table.length}.`);
  return Array.from(table, (_, index) =>
    Uint8Array.from(parser.readEncapsulatedImageFrame(dataSet, element, index, table)),
  );
}

function joined(dataSet: DataSet, fragments: NonNullable<Element["fragments"]>): Uint8Array {
  const parts = fragments.map(({ position, length }) => {
    if (position + length > dataSet.byteArray.length) throw malformed("A fragment of pixels is cut short.");
    return dataSet.byteArray.subarray(position, position + length);
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** To as many bytes a sample as the image allocates. What is below zero stays below it. */
function widen(frame: DecodedFrame, { bitsAllocated, bitsStored, signed }: ImageAttributes): Uint8Array {
  const { bytes, bits } = frame;
  const [has, wanted] = [bits > 8 ? 2 : 1, bitsAllocated / 8];
  // Only JPEG 2000 knows of signs: what the others give ends with a sign where it has all bits that are stored.
  const lacksSign = signed && !frame.signed && bits !== bitsStored;
  if (bits > bitsStored || has > wanted || lacksSign) {
    throw malformed(`A frame has samples of ${bits} bits, and the image says ${bitsStored}.`);
  }
  if (has === wanted) return bytes;
  const wide = new Uint8Array((bytes.length / has) * wanted);
  for (let from = 0, to = 0; from < bytes.length; from += has, to += wanted) {
    wide.set(bytes.subarray(from, from + has), to);
    if (frame.signed && bytes[from + has - 1]! >= 128) wide.fill(0xff, to + has, to + wanted);
  }
  return wide;
}
