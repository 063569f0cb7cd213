import {
  createJPEGBasicOffsetTable,
  type DataSet,
  type Element,
  readEncapsulatedImageFrame,
  readEncapsulatedPixelDataFromFragments,
} from "dicom-parser";
import { ViewerError } from "../problem.ts";
import { PIXEL_DATA } from "./parse.ts";
import { framesOf, fromShared, orientationOf, positionOf, spacingOf } from "./place-of.ts";
import type { Overlay, Picture, PixelModule } from "./reading.ts";
import { numbersOf } from "./texts-of.ts";

const MOST_FRAMES = 20_000;
const MOST_FRAME_BYTES = 256 * 1024 * 1024;

const known = [
  "MONOCHROME1",
  "MONOCHROME2",
  "PALETTE COLOR",
  "RGB",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_ICT",
  "YBR_PARTIAL_420",
  "YBR_RCT",
];

/** The picture of a file, its frames cut apart; throws what is wrong with it. `undefined`: it announces none. */
export function pictureOf(data: DataSet, transferSyntax: string): Picture | undefined {
  const element = data.elements[PIXEL_DATA];
  const announcesOne = data.elements["x00280010"] !== undefined || data.elements["x00280011"] !== undefined;
  if (element === undefined && !announcesOne) return undefined;
  const pixels = pixelModule(data);
  if (element === undefined) throw new ViewerError("no-frames", "no pixel data (7FE0,0010)");
  const announced = framesOf(data);
  const isEncapsulated = element.encapsulatedPixelData === true;
  const { frames, shown } = isEncapsulated
    ? { frames: compressedFrames(data, element, announced), shown: pixels }
    : nativeFrames(data, element, announced, pixels);
  return {
    transferSyntax,
    isEncapsulated,
    pixels: shown,
    frames,
    announced,
    spacing: spacingOf(data),
    position: positionOf(data),
    orientation: orientationOf(data),
    ...windowOf(data),
    rescaleSlope: numbersOf(data, "x00281053")?.[0] ?? fromShared(data, "x00289145", "x00281053", 1)?.[0],
    rescaleIntercept: numbersOf(data, "x00281052")?.[0] ?? fromShared(data, "x00289145", "x00281052", 1)?.[0],
    modality: data.string("x00080060") ?? "",
    sopClass: data.string("x00080016") ?? "",
    overlays: overlaysOf(data),
  };
}

function windowOf(data: DataSet): Pick<Picture, "windowCenter" | "windowWidth"> {
  const windowCenter = numbersOf(data, "x00281050") ?? fromShared(data, "x00289132", "x00281050", 1);
  const windowWidth = numbersOf(data, "x00281051") ?? fromShared(data, "x00289132", "x00281051", 1);
  const isUsable = windowCenter !== undefined && windowWidth !== undefined && windowWidth[0]! >= 1;
  return isUsable ? { windowCenter, windowWidth } : { windowCenter: undefined, windowWidth: undefined };
}

function pixelModule(data: DataSet): PixelModule {
  const bitsAllocated = data.uint16("x00280100") ?? 0;
  const pixels: PixelModule = {
    samplesPerPixel: data.uint16("x00280002") ?? 1,
    photometricInterpretation: data.string("x00280004") ?? "MONOCHROME2",
    rows: data.uint16("x00280010") ?? 0,
    columns: data.uint16("x00280011") ?? 0,
    bitsAllocated,
    bitsStored: data.uint16("x00280101") ?? bitsAllocated,
    highBit: data.uint16("x00280102") ?? bitsAllocated - 1,
    pixelRepresentation: data.uint16("x00280103") ?? 0,
    planarConfiguration: data.uint16("x00280006") ?? 0,
  };
  refuse(pixels);
  return pixels.photometricInterpretation === "PALETTE COLOR" ? { ...pixels, ...palettesOf(data) } : pixels;
}

function refuse(pixels: PixelModule): void {
  const { rows, columns, samplesPerPixel: samples, photometricInterpretation: colours } = pixels;
  const { bitsAllocated, bitsStored, pixelRepresentation } = pixels;
  if (rows === 0 || columns === 0) wrong(`${columns} × ${rows} pixels`);
  if (![1, 8, 16, 32].includes(bitsAllocated)) wrong(`${bitsAllocated} bits a value`);
  if (bitsStored < 1 || bitsStored > bitsAllocated) wrong(`${bitsStored} of ${bitsAllocated} bits stored`);
  if (pixelRepresentation > 1) wrong(`pixel representation ${pixelRepresentation}`);
  if (!known.includes(colours)) wrong("unknown photometric interpretation");
  const isOneSample = colours.startsWith("MONOCHROME") || colours === "PALETTE COLOR";
  if (samples !== (isOneSample ? 1 : 3)) wrong(`${samples} samples a pixel`);
  if (samples === 3 && bitsAllocated !== 8) wrong(`colours of ${bitsAllocated} bits`);
  if (rows * columns * samples * Math.max(1, bitsAllocated / 8) > MOST_FRAME_BYTES) {
    throw new ViewerError("too-large", `${columns} × ${rows} pixels`);
  }
}

function wrong(detail: string): never {
  throw new ViewerError("bad-picture", detail);
}

interface Frames {
  readonly frames: Uint8Array<ArrayBuffer>[];
  /** How the frames are laid out now. */
  readonly shown: PixelModule;
}

/** As many whole frames as are there. */
function nativeFrames(data: DataSet, element: Element, announced: number, pixels: PixelModule): Frames {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = pixels;
  const isHalved = photometricInterpretation === "YBR_FULL_422";
  const values = rows * columns * (isHalved ? 2 : samplesPerPixel);
  const frameBits = values * bitsAllocated;
  const frameBytes = Math.ceil(frameBits / 8);
  const there = Math.max(0, Math.min(element.length, data.byteArray.length - element.dataOffset));
  const count = Math.min(announced, Math.floor((there * 8) / frameBits), MOST_FRAMES);
  if (there === 0) throw new ViewerError("no-frames", `0 of ${frameBytes * announced} bytes`);
  if (count === 0) throw new ViewerError("truncated", `${there} of ${frameBytes * announced} bytes`);

  // One copy of all, so that the file can be let go of.
  const all = Uint8Array.from(
    data.byteArray.subarray(element.dataOffset, element.dataOffset + Math.ceil((count * frameBits) / 8)),
  );
  if (bitsAllocated === 1) {
    const frames = Array.from({ length: count }, (_, index) => unpack(all, index * values, values));
    return { frames, shown: { ...pixels, bitsAllocated: 8, bitsStored: 8, highBit: 7 } };
  }
  const frames = Array.from({ length: count }, (_, index) =>
    all.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
  if (!isHalved) return { frames, shown: pixels };
  return {
    frames: frames.map((frame) => doubleColours(frame, rows * columns)),
    shown: { ...pixels, photometricInterpretation: "YBR_FULL", planarConfiguration: 0 },
  };
}

/** Two pixels share their colours: Y Y Cb Cr becomes Y Cb Cr, Y Cb Cr. */
function doubleColours(frame: Uint8Array, pixels: number): Uint8Array<ArrayBuffer> {
  const full = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel + 1 < pixels; pixel += 2) {
    const [first, second, blue, red] = frame.subarray(pixel * 2, pixel * 2 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    full.set([first, blue, red, second, blue, red], pixel * 3);
  }
  return full;
}

/** A bit a pixel, the lowest first, as one byte each. */
function unpack(bytes: Uint8Array, start: number, count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, (_, index) => {
    const bit = start + index;
    return (bytes[bit >> 3]! >> (bit & 7)) & 1;
  });
}

function compressedFrames(data: DataSet, element: Element, announced: number): Uint8Array<ArrayBuffer>[] {
  const fragments = element.fragments ?? [];
  const held = fragments.reduce((sum, { length }) => sum + length, 0);
  if (held === 0) throw new ViewerError("no-frames", `${fragments.length} fragments, 0 bytes`);
  const count = Math.min(announced, MOST_FRAMES);
  const frames = Array.from({ length: count }, (_, index) => frameOf(data, element, index, announced)).filter(
    (frame) => frame !== undefined && frame.length > 0,
  );
  if (frames.length === 0) throw new ViewerError("truncated", `0 of ${announced} frames`);
  return frames.map((frame) => Uint8Array.from(frame!));
}

function frameOf(data: DataSet, element: Element, index: number, announced: number): Uint8Array | undefined {
  const fragments = element.fragments!;
  if (announced === 1) {
    return readEncapsulatedPixelDataFromFragments(data, element, 0, fragments.length);
  }
  if (fragments.length === announced) return readEncapsulatedPixelDataFromFragments(data, element, index, 1);
  const given = element.basicOffsetTable ?? [];
  const table = given.length > 0 ? given : createJPEGBasicOffsetTable(data, element);
  return index < table.length ? readEncapsulatedImageFrame(data, element, index, table) : undefined;
}

type Palettes = Pick<
  PixelModule,
  | "redPaletteColorLookupTableDescriptor"
  | "greenPaletteColorLookupTableDescriptor"
  | "bluePaletteColorLookupTableDescriptor"
  | "redPaletteColorLookupTableData"
  | "greenPaletteColorLookupTableData"
  | "bluePaletteColorLookupTableData"
>;

function palettesOf(data: DataSet): Palettes {
  const red = paletteOf(data, "1");
  const green = paletteOf(data, "2");
  const blue = paletteOf(data, "3");
  return {
    redPaletteColorLookupTableDescriptor: red.descriptor,
    greenPaletteColorLookupTableDescriptor: green.descriptor,
    bluePaletteColorLookupTableDescriptor: blue.descriptor,
    redPaletteColorLookupTableData: red.values,
    greenPaletteColorLookupTableData: green.values,
    bluePaletteColorLookupTableData: blue.values,
  };
}

/** A colour's table (PS3.3, C.7.6.3.1.5): how many, the first value that it maps, bits. Eight bits may be packed. */
function paletteOf(data: DataSet, colour: string): { descriptor: number[]; values: Uint16Array } {
  const tag = `x0028110${colour}`;
  const element = data.elements[`x0028120${colour}`];
  const entries = (data.uint16(tag, 0) ?? 0) || 65_536;
  const bits = data.uint16(tag, 2) ?? 0;
  const isPacked = element?.length === entries;
  if (element === undefined || (!isPacked && element.length < entries * 2)) {
    throw new ViewerError("bad-picture", "no palette");
  }
  const values = Uint16Array.from({ length: entries }, (_, index) =>
    isPacked ? data.byteArray[element.dataOffset + index]! : (data.uint16(element.tag, index) ?? 0),
  );
  return { descriptor: [entries, data.uint16(tag, 1) ?? 0, isPacked ? 8 : bits], values };
}

/** Graphics in groups of their own (PS3.3, C.9.2). */
function overlaysOf(data: DataSet): Overlay[] {
  const groups = Array.from({ length: 16 }, (_, index) => (0x6000 + 2 * index).toString(16));
  return groups.flatMap((group) => {
    const rows = data.uint16(`x${group}0010`) ?? 0;
    const columns = data.uint16(`x${group}0011`) ?? 0;
    const element = data.elements[`x${group}3000`];
    const length = Math.ceil((rows * columns) / 8);
    if (element === undefined || length === 0 || element.length < length) return [];
    return [
      {
        rows,
        columns,
        top: (data.int16(`x${group}0050`, 0) ?? 1) - 1,
        left: (data.int16(`x${group}0050`, 1) ?? 1) - 1,
        bits: Uint8Array.from(data.byteArray.subarray(element.dataOffset, element.dataOffset + length)),
      },
    ];
  });
}
