import { DICOM_KIND, HEAD_BYTES, kindOf } from "@chirograph/clinical/kinds";
import { type FirstPage, firstPage, PAGE_BYTES } from "./first-page.ts";
import type { PictureSize } from "./sealed-cells.ts";

/** A file whose bytes can be had piece by piece: of this computer, or of an opened record. */
export interface PictureFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly read: (first: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/** A record as people see it before it is sealed. */
export type Picture = PictureSize & { readonly from: PictureFile; readonly index: number } & (
    | { readonly shape: "image"; readonly image: ImageData }
    | { readonly shape: "page"; readonly page: FirstPage }
  );

/** Pictures are shown at most so large; sealed bytes are drawn at the same size. */
const LONGEST_SIDE = 1024;
/** Larger files than this are not decoded in the page. */
const MOST_IMAGE_BYTES = 64 * 1024 * 1024;
/** The rectangle of what has no picture. */
const PAGE: PictureSize = { width: 512, height: 400, isColour: false };

/** Of a study its middle image, which shows more than the first; of other records their first file. */
export async function pictureOf(files: readonly PictureFile[]): Promise<Picture | undefined> {
  const index = Math.floor((files.length - 1) / 2);
  const from = files[index];
  if (from === undefined) return undefined;
  const head = await from.read(0, Math.min(from.sizeBytes, HEAD_BYTES));
  const kind = kindOf(from.path, head);
  const image = await imageOf(kind, from).catch(() => undefined);
  if (image === undefined) {
    return { from, index, shape: "page", page: firstPage(kind, head.subarray(0, PAGE_BYTES)), ...PAGE };
  }
  const { width, height } = image;
  return { from, index, shape: "image", image, width, height, isColour: hasColour(image.data) };
}

export function fromFile({ path, file }: { readonly path: string; readonly file: File }): PictureFile {
  const read = async (first: number, end: number): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await file.slice(first, end).arrayBuffer());
  return { path, sizeBytes: file.size, read };
}

async function imageOf(kind: string, file: PictureFile): Promise<ImageData | undefined> {
  if (kind === DICOM_KIND) return dicomImage(file);
  if (kind !== "image/png" && kind !== "image/jpeg") return undefined;
  if (file.sizeBytes > MOST_IMAGE_BYTES) return undefined;
  const bitmap = await createImageBitmap(new Blob([await file.read(0, file.sizeBytes)], { type: kind }));
  try {
    return fitted(bitmap, bitmap);
  } finally {
    bitmap.close();
  }
}

async function dicomImage(file: PictureFile): Promise<ImageData | undefined> {
  const [{ frameBytes, HEADER_BYTES, readFrameHeader }, { drawFrame }] = await Promise.all([
    import("./dicom-header.ts"),
    import("./dicom-frame.ts"),
  ]);
  const header = readFrameHeader(await file.read(0, Math.min(file.sizeBytes, HEADER_BYTES)));
  if (header === undefined) return undefined;
  const end = header.offset + frameBytes(header);
  if (end > file.sizeBytes) return undefined;
  const shades = drawFrame(header, await file.read(header.offset, end));
  if (shades === undefined) return undefined;
  const whole = new ImageData(shades, header.columns, header.rows);
  if (Math.max(whole.width, whole.height) <= LONGEST_SIDE) return whole;
  const bitmap = await createImageBitmap(whole);
  return fitted(bitmap, bitmap);
}

function fitted(
  image: CanvasImageSource,
  size: { readonly width: number; readonly height: number },
): ImageData {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(size.width, size.height));
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser draws no pictures");
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function hasColour(rgba: Uint8ClampedArray): boolean {
  for (let at = 0; at < rgba.length; at += 4) {
    if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return true;
  }
  return false;
}
