import type { Decoder } from "jpeg-lossless-decoder-js/release/lossless.js";
import type { DecodedFrame } from "./codecs.ts";
import { guarded, ImageError, malformed } from "./error.ts";

/** What the library gives for a marker in the middle of a difference; no difference is as large. */
const MARKER_IN_DIFFERENCE = 0xff00 << 8;

/** JPEG as T.81, annex H, has it: exact. @throws ImageError */
export async function decodeLosslessJpeg(bytes: Uint8Array): Promise<DecodedFrame> {
  const library = await import("jpeg-lossless-decoder-js/release/lossless.js");
  return guarded("lossless JPEG image", () => {
    const decoder = makeStrict(library.Decoder);
    const copy = Uint8Array.from(bytes);
    const decoded = decoder.decode(copy.buffer, 0, copy.length);
    if (!isComplete(decoder, copy)) throw cutShort();
    const { dimX: columns, dimY: rows, precision: bits } = decoder.frame;
    if (decoded.byteLength !== rows * columns * decoder.numComp * (bits > 8 ? 2 : 1)) throw cutShort();
    return {
      rows,
      columns,
      samples: decoder.numComp,
      bits,
      signed: false,
      bytes: new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength),
    };
  });
}

/**
 * The library fills up with invented samples what is missing: it reads zeros beyond the end, and goes on at a marker
 * where a sample belongs. This one stops there.
 */
function makeStrict(Library: typeof Decoder): Decoder {
  class StrictDecoder extends Library {
    override decodeUnit(prev: number[], temp: number[], index: number[]): number {
      const isSample = this.isInside();
      this.requireNotBeyond();
      if (this.xLoc === 0 && this.yLoc === 0) requireSupported(this);
      const marker = super.decodeUnit(prev, temp, index);
      if (!isSample) return marker;
      this.requireNotBeyond();
      if (marker !== 0) throw cutShort();
      return marker;
    }

    override getn(prev: number[], category: number, temp: number[], index: number[]): number {
      const difference = super.getn(prev, category, temp, index);
      if (this.isInside() && difference >= MARKER_IN_DIFFERENCE) throw cutShort();
      return difference;
    }

    /** The library lets the last pixel be taken from beyond the end, because it counts a bit too many there. */
    override isLastPixel(): boolean {
      return false;
    }

    requireNotBeyond(): void {
      if (this.stream.index > this.stream.buffer.length) throw cutShort();
    }

    isInside(): boolean {
      return this.yLoc < this.yDim;
    }
  }
  const decoder = new StrictDecoder();
  // A marker that was read ahead leaves its eight bits; the library takes the last bit before it for one of them.
  let markerIndex = 0;
  Object.defineProperty(decoder, "markerIndex", {
    get: () => markerIndex,
    set: (value: number) => {
      markerIndex = value === 9 ? 8 : value;
    },
  });
  return decoder;
}

/** What the library takes for something else than it is. @throws ImageError `unsupported` */
function requireSupported({ numComp, frame, restartInterval, selection, scan }: Decoder): void {
  const problem =
    numComp !== 1 && frame.precision > 8
      ? "in colour with more than 8 bits"
      : numComp !== 1 && restartInterval > 0
        ? "in colour with restart intervals"
        : restartInterval > 0 && selection !== 1
          ? "with restart intervals and predictors other than the first"
          : scan.al !== 0
            ? "with a point transform"
            : undefined;
  if (problem !== undefined)
    throw new ImageError("unsupported", `Lossless JPEG images ${problem} are not decoded.`);
}

/** Every sample was there, and the end of the image right behind them. */
function isComplete({ xLoc, yLoc, yDim, stream }: Decoder, bytes: Uint8Array): boolean {
  if (xLoc !== 0 || yLoc !== yDim) return false;
  // Looking for one sample more, the library may have read one byte beyond it.
  return [2, 3].some((back) => {
    const at = stream.index - back;
    return bytes[at] === 0xff && bytes[at + 1] === 0xd9;
  });
}

function cutShort(): ImageError {
  return malformed("The lossless JPEG image is damaged, or cut short.");
}
