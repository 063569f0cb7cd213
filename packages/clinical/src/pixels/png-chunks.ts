import { guarded, ImageError, malformed } from "./error.ts";

/** What the header of a PNG image says (W3C PNG, 11.2.1). */
interface PngHeader {
  readonly rows: number;
  readonly columns: number;
  /** Bits of a sample, or of an index into the palette. */
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

interface PngChunks {
  readonly header: PngHeader;
  /** The chunks that pixels are made of, as they stand, as a file of their own. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** The compressed rows. */
  readonly data: readonly Uint8Array[];
}

const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 13;
/** Length, type and checksum. */
const FRAME_BYTES = 12;
const INDEXED = 3;
const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, [INDEXED]: 1, 4: 2, 6: 4 };
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  [INDEXED]: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Walks the chunks, which are the words of a stranger; everything but the pixels is left out: texts and profiles can
 * be bombs of their own.
 * @throws ImageError
 */
export function readChunks(bytes: Uint8Array): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, SIGNATURE_BYTES)];
  const data: Uint8Array[] = [];
  let header: PngHeader | undefined;
  for (let offset = SIGNATURE_BYTES; ;) {
    if (offset + FRAME_BYTES > bytes.length) throw malformed("The PNG image is cut short.");
    const length = view.getUint32(offset);
    const end = offset + FRAME_BYTES + length;
    if (end > bytes.length) throw malformed("The PNG image is cut short.");
    const type = new TextDecoder("latin1").decode(bytes.subarray(offset + 4, offset + 8));
    const content = bytes.subarray(offset + 8, offset + 8 + length);
    if ((type === "IHDR") !== (header === undefined))
      throw malformed("A PNG image has one header, first of all.");
    if (type === "IHDR") header = readHeader(content);
    if (type === "IDAT") data.push(content);
    if (isOfPixels(type, header!)) kept.push(bytes.subarray(offset, end));
    if (type === "IEND") return { header: header!, image: joined(kept), data };
    offset = end;
  }
}

/** A palette beside true colours is a hint for screens. */
function isOfPixels(type: string, { colourType }: PngHeader): boolean {
  if (type === "IHDR" || type === "IDAT" || type === "IEND") return true;
  if (type === "PLTE" || type === "tRNS") return colourType === INDEXED;
  if (/^[A-Z]/.test(type))
    throw new ImageError("unsupported", "The PNG image has critical parts of a kind not known.");
  return false;
}

function readHeader(content: Uint8Array): PngHeader {
  if (content.length !== HEADER_BYTES) throw malformed("The PNG image has a header of another length.");
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [depth, colourType, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  if (depthsOf[colourType]?.includes(depth) !== true || interlace > 1) {
    throw malformed("The PNG image has samples of a form that PNG has not.");
  }
  return {
    columns: view.getUint32(0),
    rows: view.getUint32(4),
    depth,
    colourType,
    interlaced: interlace === 1,
  };
}

/**
 * Inflates the rows to nothing, up to the length that they must have: a decoder would fill up what is missing, and
 * unpack a bomb.
 * @throws ImageError
 */
export async function requireWholeRows({ header, data }: PngChunks): Promise<void> {
  const wanted = rowBytes(header);
  await guarded("PNG image", async () => {
    const { readable, writable } = new DecompressionStream("deflate");
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    const written = (async () => {
      for (const part of data) await writer.write(part);
      await writer.close();
    })();
    // It fails where reading does, which says why.
    written.catch(() => {});
    let inflated = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      inflated += value!.length;
      if (inflated <= wanted) continue;
      void reader.cancel().catch(() => {});
      throw malformed("The PNG image holds more rows than it says.");
    }
    await written;
    if (inflated < wanted) throw malformed("The PNG image is cut short.");
  });
}

/** First row and column of each pass of Adam7, and the steps from one to the next. */
const ADAM7 = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;

/** Bytes of all rows, each with the byte of its filter before it. */
function rowBytes({ rows, columns, depth, colourType, interlaced }: PngHeader): number {
  const passes = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return passes.reduce((sum, [row, column, rowStep, columnStep]) => {
    const high = Math.ceil((rows - row) / rowStep);
    const wide = Math.ceil((columns - column) / columnStep);
    if (high <= 0 || wide <= 0) return sum;
    return sum + high * (1 + Math.ceil((wide * depth * samplesOf[colourType]!) / 8));
  }, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
