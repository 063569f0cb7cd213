import { PHANTOM_SIZE } from "@chirograph/clinical/samples";
import type { Shade } from "./picture.ts";

const BYTES_A_PIXEL = 2;
/** The window that shows soft tissue, in Hounsfield units. */
const CENTRE = 40;
const WIDTH = 160;

/** What a viewer shows of the slice in a DICOM file: its pixels are the last thing in it. */
export function shadeOfSlice(file: Buffer): Shade {
  const start = file.length - PHANTOM_SIZE * PHANTOM_SIZE * BYTES_A_PIXEL;
  return (x, y) => {
    const row = Math.floor(y * PHANTOM_SIZE);
    const column = Math.floor(x * PHANTOM_SIZE);
    const hounsfield = file.readInt16LE(start + BYTES_A_PIXEL * (row * PHANTOM_SIZE + column));
    return (hounsfield - CENTRE) / WIDTH + 0.5;
  };
}

/** Bytes as they come, a square of `side` pixels. */
export function shadeOfBytes(bytes: Uint8Array, side: number): Shade {
  return (x, y) => bytes[Math.floor(y * side) * side + Math.floor(x * side)]! / 255;
}
