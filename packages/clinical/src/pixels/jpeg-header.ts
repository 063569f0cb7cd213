import { malformed } from "./error.ts";

/** What the start of frame of a JPEG or JPEG-LS image says, before anything is decoded (T.81, B.2.2; T.87, C.2.2). */
export interface JpegHeader {
  /** The second byte of its marker: C0 to CF, and F7 for JPEG-LS. It says by which process it was made. */
  readonly process: number;
  readonly bits: number;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  /** Whether its three components are YBR by the rules of libjpeg, which turns those into RGB. */
  readonly isYbr: boolean;
}

const FIRST_FRAME = 0xc0;
const LAST_FRAME = 0xcf;
const JPEG_LS_FRAME = 0xf7;
/** Between the frames: Huffman tables, a reserved one, and conditions of arithmetic coding. */
const notFrames = [0xc4, 0xc8, 0xcc];
const JFIF = 0xe0;
const ADOBE = 0xee;

/** @throws ImageError */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) throw damaged();
  let [hasJfif, transform] = [false, undefined as number | undefined];
  for (let offset = 2; offset + 10 <= bytes.length && view.getUint8(offset) === 0xff;) {
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (!hasLength(marker)) throw damaged();
    const content = bytes.subarray(offset + 4, offset + 2 + view.getUint16(offset + 2));
    if (isFrame(marker)) return headerOf(marker, content, { hasJfif, transform });
    if (marker === JFIF && beginsWith(content, "JFIF\0")) hasJfif = true;
    if (marker === ADOBE && beginsWith(content, "Adobe") && content.length >= 12) transform = content[11];
    offset += 2 + view.getUint16(offset + 2);
  }
  throw damaged();
}

/** Restarts and the ends of images stand alone; so early, none of them belongs there. */
function hasLength(marker: number): boolean {
  return marker > 0x01 && !(marker >= 0xd0 && marker <= 0xd9);
}

function isFrame(marker: number): boolean {
  return (
    marker === JPEG_LS_FRAME || (marker >= FIRST_FRAME && marker <= LAST_FRAME && !notFrames.includes(marker))
  );
}

function headerOf(
  process: number,
  content: Uint8Array,
  { hasJfif, transform }: { hasJfif: boolean; transform: number | undefined },
): JpegHeader {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const samples = content[5] ?? 0;
  if (content.length < 6 + 3 * samples) throw damaged();
  const ids = String.fromCharCode(...Array.from({ length: samples }, (_, index) => content[6 + 3 * index]!));
  const saysRgb = !hasJfif && (transform === undefined ? ids === "RGB" : transform === 0);
  return {
    process,
    bits: view.getUint8(0),
    rows: view.getUint16(1),
    columns: view.getUint16(3),
    samples,
    isYbr: samples === 3 && !saysRgb,
  };
}

function beginsWith(content: Uint8Array, text: string): boolean {
  return [...text].every((character, index) => content[index] === character.charCodeAt(0));
}

function damaged(): Error {
  return malformed("The JPEG image is cut short, or damaged.");
}
