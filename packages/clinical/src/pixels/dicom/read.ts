import type { DataSet, Element } from "dicom-parser";
import { interleave } from "../codecs.ts";
import { guarded, ImageError, malformed } from "../error.ts";
import {
  type Colour,
  makeSamples,
  type PixelForm,
  type PixelMatrix,
  sampleCount,
  type Samples,
} from "../matrix.ts";
import { type ImageAttributes, readAttributes } from "./attributes.ts";
import { decodeFrames, frameBytes } from "./frames.ts";
import { lookUp, readPalette } from "./palette.ts";
import { JPEG, JPEG_2000 } from "./syntaxes.ts";

const IMPLICIT = "1.2.840.10008.1.2";
const EXPLICIT = "1.2.840.10008.1.2.1";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const uncompressed = [IMPLICIT, EXPLICIT, BIG_ENDIAN];
const PREAMBLE_BYTES = 128;

/** @throws ImageError */
export async function readDicom(bytes: Uint8Array): Promise<PixelMatrix> {
  const dataSet = await parse(bytes);
  return guarded("DICOM image", async () => {
    const element = dataSet.elements["x7fe00010"];
    if (element === undefined) throw new ImageError("no-pixels", "This DICOM file holds no image.");
    const attributes = readAttributes(dataSet);
    const syntax = syntaxOf(dataSet);
    const form = formOf(attributes, syntax);
    const count = sampleCount(form);
    const samples = makeSamples(form, count);
    let written = 0;
    for await (const frame of framesOf(dataSet, element, syntax, attributes)) {
      written += readSamples(frame, attributes, samples, written);
    }
    if (written !== count) throw malformed("The DICOM image has fewer frames than it says.");
    if (attributes.photometric !== "PALETTE COLOR") return { ...form, data: samples };
    const palette = readPalette(dataSet, attributes.signed);
    const colours = { ...form, colour: "rgb", bits: palette.bits, signed: false } as const;
    sampleCount(colours);
    return { ...colours, data: lookUp(samples, palette) };
  });
}

/** Where the samples begin in a file that holds them uncompressed. */
export async function dicomSampleOffset(bytes: Uint8Array): Promise<number | undefined> {
  const dataSet = await parse(bytes);
  if (!uncompressed.includes(syntaxOf(dataSet))) return undefined;
  return dataSet.elements["x7fe00010"]?.dataOffset;
}

function syntaxOf(dataSet: DataSet): string {
  return (dataSet.string("x00020010") ?? IMPLICIT).trim();
}

async function parse(bytes: Uint8Array): Promise<DataSet> {
  const { default: parser } = await import("dicom-parser");
  const text = (from: number, to: number): string =>
    new TextDecoder("latin1").decode(bytes.subarray(from, to));
  const hasPreamble = text(PREAMBLE_BYTES, PREAMBLE_BYTES + 4) === "DICM";
  // Older equipment writes the data set alone: with representations of two capitals, or without.
  const alone = { TransferSyntaxUID: /^[A-Z]{2}$/.test(text(4, 6)) ? EXPLICIT : IMPLICIT };
  return guarded("DICOM file", () =>
    parser.parseDicom(bytes, hasPreamble ? { inflater } : { ...alone, inflater }),
  );
}

/** Nothing is inflated: a few bytes could become more than there is memory. */
function inflater(): never {
  throw new ImageError("unsupported", "Deflated DICOM files are not read.");
}

function formOf(attributes: ImageAttributes, syntax: string): PixelForm {
  const { frames, rows, columns, bitsAllocated: bits, signed } = attributes;
  return { frames, rows, columns, colour: colourOf(attributes, syntax), bits, signed };
}

function colourOf({ photometric, samples }: ImageAttributes, syntax: string): Colour {
  if (samples === 1) {
    if (photometric === "MONOCHROME1") return "grey-inverted";
    if (photometric === "MONOCHROME2" || photometric === "PALETTE COLOR") return "grey";
  }
  if (samples === 3) {
    if (photometric === "RGB") return "rgb";
    // The codecs give RGB for what JPEG and JPEG 2000 had turned into YBR.
    if (JPEG.includes(syntax) && ["YBR_FULL", "YBR_FULL_422"].includes(photometric)) return "rgb";
    if (JPEG_2000.includes(syntax) && ["YBR_RCT", "YBR_ICT"].includes(photometric)) return "rgb";
    if (photometric === "YBR_FULL") return "ybr";
  }
  throw new ImageError(
    "unsupported",
    `Images of kind ${photometric} with ${samples} samples are not decoded.`,
  );
}

/** Frame by frame: samples side by side, in little endian. */
async function* framesOf(
  dataSet: DataSet,
  element: Element,
  syntax: string,
  attributes: ImageAttributes,
): AsyncGenerator<Uint8Array> {
  if (!uncompressed.includes(syntax)) {
    yield* decodeFrames(dataSet, element, syntax, attributes);
    return;
  }
  const size = frameBytes(attributes);
  const wanted = size * attributes.frames;
  const there = Math.min(element.length, dataSet.byteArray.length - element.dataOffset);
  if (there < wanted)
    throw malformed(`The image has ${there} bytes of pixels where ${wanted} belong: it is cut short.`);
  const all = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + wanted + (wanted % 2));
  const words =
    syntax === BIG_ENDIAN
      ? swapped(all, element.vr === "OB" ? 1 : Math.max(2, attributes.bitsAllocated / 8))
      : all;
  for (let frame = 0; frame < attributes.frames; frame++) {
    const bytes = words.subarray(frame * size, (frame + 1) * size);
    const { isPlanar, samples, bitsAllocated } = attributes;
    yield isPlanar && samples > 1 ? interleave(bytes, samples, bitsAllocated / 8) : bytes;
  }
}

/** Words of other people's byte order; bytes of 8-bit samples stand in words of two. */
function swapped(bytes: Uint8Array, wordBytes: number): Uint8Array {
  return Uint8Array.from(
    bytes,
    (_, index) => bytes[index - (index % wordBytes) + (wordBytes - 1 - (index % wordBytes))]!,
  );
}

/** Takes the stored bits out of their words; what lies beside them, such as an overlay, is no part of a sample. */
function readSamples(
  bytes: Uint8Array,
  attributes: ImageAttributes,
  samples: Samples,
  offset: number,
): number {
  const { bitsAllocated, bitsStored, highBit, signed } = attributes;
  const wordBytes = bitsAllocated / 8;
  const count = bytes.length / wordBytes;
  if (offset + count > samples.length) throw malformed("The DICOM image has more frames than it says.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [left, right] = [31 - highBit, 32 - bitsStored];
  for (let index = 0; index < count; index++) {
    const word =
      wordBytes === 1
        ? view.getUint8(index)
        : wordBytes === 2
          ? view.getUint16(2 * index, true)
          : view.getUint32(4 * index, true);
    const aligned = word << left;
    samples[offset + index] = signed ? aligned >> right : aligned >>> right;
  }
  return count;
}
