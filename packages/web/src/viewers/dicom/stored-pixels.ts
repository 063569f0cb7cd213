import { getWebWorkerManager } from "@cornerstonejs/core";
import { withinLimit } from "../time-limit.ts";
import { EXPLICIT_BIG_ENDIAN } from "./parse.ts";
import { endDecoders } from "./pictures.ts";
import type { Picture } from "./reading.ts";

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * SHA-256 of the values of a frame as they are stored: before any window, palette or change of colours, in the width
 * that the file allots, little endian. `undefined` where the frame is too large to do that by the way.
 */
export async function storedChecksum(picture: Picture, frame: number): Promise<string | undefined> {
  const { rows, columns, samplesPerPixel, bitsAllocated } = picture.pixels;
  const bytes = picture.frames[frame];
  if (bytes === undefined) return undefined;
  if ((rows * columns * samplesPerPixel * bitsAllocated) / 8 > MOST_BYTES) return undefined;
  const stored = picture.isEncapsulated ? await decompress(picture, bytes) : inOrder(picture, bytes);
  const digest = await crypto.subtle.digest("SHA-256", stored);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function inOrder(
  { transferSyntax, pixels }: Picture,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const width = pixels.bitsAllocated / 8;
  if (transferSyntax !== EXPLICIT_BIG_ENDIAN || width === 1) return bytes;
  return bytes.map((_, index) => bytes[index - (index % width) + (width - 1 - (index % width))]!);
}

/** What Cornerstone's decoder gives before it makes a picture of it. */
async function decompress(
  { transferSyntax, pixels }: Picture,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const task = {
    imageFrame: { ...pixels },
    transferSyntax,
    pixelData: bytes,
    options: { preScale: { enabled: false } },
    decodeConfig: {},
  };
  const work = getWebWorkerManager().executeTask("dicomImageLoader", "decodeTask", task, {});
  const decoded = (await withinLimit(work, endDecoders)) as { readonly pixelData: ArrayLike<number> };
  return asStored(decoded.pixelData, pixels.bitsAllocated <= 8 ? 1 : pixels.bitsAllocated / 8);
}

function asStored(values: ArrayLike<number>, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) {
    if (width === 1) view.setUint8(index, values[index]!);
    else if (width === 2) view.setUint16(index * 2, values[index]!, true);
    else view.setUint32(index * 4, values[index]!, true);
  }
  return bytes;
}
