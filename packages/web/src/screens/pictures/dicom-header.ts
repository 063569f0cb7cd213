import dicomParser, { type DataSet } from "dicom-parser";

/** What is needed of a DICOM file to draw its first frame, where its pixels lie as they are. */
export interface FrameHeader {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** 1 of grey pixels, 3 of red, green and blue ones. */
  readonly samples: 1 | 3;
  /** Colour by colour instead of pixel by pixel. */
  readonly isPlanar: boolean;
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  readonly isLittleEndian: boolean;
  /** The lowest value is white. */
  readonly isInverted: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly window: { readonly center: number; readonly width: number } | undefined;
  /** Where the first frame's bytes begin in the file. */
  readonly offset: number;
}

/** What tells studies apart and names them. */
export interface StudyHeader {
  readonly id: string;
  readonly title: string;
}

/** Pixel data begins within so much of a file, or it gets no picture here. */
export const HEADER_BYTES: number = 1024 * 1024;

const IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2";
const PIXEL_DATA = "x7fe00010";
const SERIES_NUMBER = "x00200011";
const MOST_PIXELS = 64 * 1024 * 1024;

/** `undefined`: it is no picture that can be drawn without a decoder. */
export function readFrameHeader(head: Uint8Array): FrameHeader | undefined {
  const set = parse(head, PIXEL_DATA);
  const pixels = set?.elements[PIXEL_DATA];
  if (set === undefined || pixels === undefined || pixels.encapsulatedPixelData === true) return undefined;
  const syntax = syntaxOf(set);
  if (![IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN].includes(syntax))
    return undefined;

  const rows = set.uint16("x00280010") ?? 0;
  const columns = set.uint16("x00280011") ?? 0;
  const samples = set.uint16("x00280002") ?? 1;
  const bitsAllocated = set.uint16("x00280100");
  const photometric = set.string("x00280004") ?? "";
  const fits = rows > 0 && columns > 0 && rows * columns <= MOST_PIXELS;
  const isGrey = samples === 1 && /^MONOCHROME[12]$/.test(photometric);
  const isColour = samples === 3 && photometric === "RGB" && bitsAllocated === 8;
  if (!fits || !(isGrey || isColour) || !(bitsAllocated === 8 || bitsAllocated === 16)) return undefined;

  const bitsStored = between(1, set.uint16("x00280101") ?? bitsAllocated, bitsAllocated);
  const center = finite(set.floatString("x00281050"));
  const width = finite(set.floatString("x00281051"));
  return {
    rows,
    columns,
    frames: Math.max(1, set.intString("x00280008") ?? 1),
    samples: isColour ? 3 : 1,
    isPlanar: set.uint16("x00280006") === 1,
    bitsAllocated,
    bitsStored,
    highBit: between(bitsStored - 1, set.uint16("x00280102") ?? bitsStored - 1, bitsAllocated - 1),
    isSigned: set.uint16("x00280103") === 1,
    isLittleEndian: syntax !== EXPLICIT_BIG_ENDIAN,
    isInverted: photometric === "MONOCHROME1",
    slope: finite(set.floatString("x00281053")) ?? 1,
    intercept: finite(set.floatString("x00281052")) ?? 0,
    window: center !== undefined && width !== undefined && width >= 1 ? { center, width } : undefined,
    offset: pixels.dataOffset,
  };
}

/** `undefined`: it names no study. */
export function readStudyHeader(head: Uint8Array): StudyHeader | undefined {
  const set = parse(head, SERIES_NUMBER);
  const id = set?.string("x0020000d");
  if (set === undefined || id === undefined || id === "") return undefined;
  const modality = set.string("x00080060") ?? "DICOM";
  const title = set.string("x00081030") ?? "";
  return { id, title: title === "" ? `${modality} study` : title.slice(0, 64) };
}

export function frameBytes(header: FrameHeader): number {
  return header.rows * header.columns * header.samples * (header.bitsAllocated / 8);
}

/** Anything may call itself DICOM; what cannot be parsed as far as `untilTag` is none here. */
function parse(head: Uint8Array, untilTag: string): DataSet | undefined {
  const hasPreamble = String.fromCharCode(...head.subarray(128, 132)) === "DICM";
  const isExplicit = /^[A-Z]{2}$/.test(String.fromCharCode(...head.subarray(4, 6)));
  const bare = isExplicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN;
  try {
    return dicomParser.parseDicom(head, { untilTag, ...(!hasPreamble && { TransferSyntaxUID: bare }) });
  } catch {
    return undefined;
  }
}

function syntaxOf(set: DataSet): string {
  return set.string("x00020010") ?? IMPLICIT_LITTLE_ENDIAN;
}

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
