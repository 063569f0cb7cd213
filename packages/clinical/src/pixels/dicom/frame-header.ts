import { ImageError, malformed } from "../error.ts";
import { type JpegHeader, readJpegHeader } from "../jpeg-header.ts";
import type { ImageAttributes } from "./attributes.ts";
import { JPEG, JPEG_2000, JPEG_LS } from "./syntaxes.ts";

/** What a compressed frame says of itself. */
interface FrameHeader {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bits: number;
}

/**
 * A frame is as large as the image says, before any decoder makes room for it.
 * @throws ImageError
 */
export function requireFrame(frame: Uint8Array, syntax: string, attributes: ImageAttributes): void {
  const { rows, columns, samples, bits } = frameHeader(frame, syntax, attributes);
  if (rows !== attributes.rows || columns !== attributes.columns || samples !== attributes.samples) {
    throw malformed(
      `A frame is ${columns} × ${rows} with ${samples} samples a pixel, ` +
        `and the image says ${attributes.columns} × ${attributes.rows} with ${attributes.samples}.`,
    );
  }
  if (bits > attributes.bitsStored) {
    throw malformed(`A frame has samples of ${bits} bits, and the image says ${attributes.bitsStored}.`);
  }
}

function frameHeader(frame: Uint8Array, syntax: string, attributes: ImageAttributes): FrameHeader {
  if (JPEG_2000.includes(syntax)) return jpeg2000Header(frame, attributes);
  const header = readJpegHeader(frame);
  const [processes, bits] = JPEG_LS.includes(syntax)
    ? [[0xf7], 16]
    : JPEG.includes(syntax)
      ? [[0xc0, 0xc1, 0xc2], 8]
      : [[0xc3], 16];
  if (processes.includes(header.process) && header.bits <= bits) {
    if (JPEG.includes(syntax)) requireColours(header, attributes);
    return header;
  }
  throw new ImageError(
    "unsupported",
    "A frame of the image is JPEG of a kind that is not decoded for its transfer syntax, such as of 12 bits.",
  );
}

/** libjpeg turns YBR into RGB by what the frame says: it must be what the image says. */
function requireColours({ samples, isYbr }: JpegHeader, { photometric }: ImageAttributes): void {
  if (samples !== 3 || isYbr === (photometric !== "RGB")) return;
  throw new ImageError(
    "unsupported",
    `The image says ${photometric}, and its frames are JPEG in ${isYbr ? "YBR" : "RGB"}: which is right is not known.`,
  );
}

/** Start of codestream and size, which come first (T.800, A.5.1). */
function jpeg2000Header(frame: Uint8Array, attributes: ImageAttributes): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const componentsAt = 42;
  if (frame.length < componentsAt || view.getUint32(0) !== 0xff4f_ff51) {
    throw malformed("A JPEG 2000 frame does not begin as a codestream.");
  }
  const samples = view.getUint16(40);
  const ends = componentsAt + 3 * samples;
  if (ends > frame.length || samples === 0) throw malformed("A JPEG 2000 frame is cut short.");
  const depths = Array.from({ length: samples }, (_, index) => view.getUint8(componentsAt + 3 * index));
  if (depths.some((depth) => depth !== depths[0])) {
    throw new ImageError("unsupported", "JPEG 2000 frames with samples of several depths are not decoded.");
  }
  const [signed, bits] = [depths[0]! >= 128, (depths[0]! & 127) + 1];
  if (signed !== attributes.signed) {
    throw malformed("A JPEG 2000 frame and the image do not agree whether samples have a sign.");
  }
  // The codec gives zero for all that is below it.
  if (signed && bits <= 8) {
    throw new ImageError("unsupported", "JPEG 2000 frames of up to 8 bits with a sign are not decoded.");
  }
  const [columns, rows] = [view.getUint32(8) - view.getUint32(16), view.getUint32(12) - view.getUint32(20)];
  return { rows, columns, samples, bits };
}
