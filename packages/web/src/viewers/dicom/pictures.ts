// Pictures as Cornerstone asks for them: by an id that says nothing, from what the reading worker found.
import { getWebWorkerManager, type Types } from "@cornerstonejs/core";
import { createImage } from "@cornerstonejs/dicom-image-loader";
import { viewerError } from "../problem.ts";
import { withinLimit } from "../time-limit.ts";
import { drawOverlays } from "./overlays.ts";
import type { Picture } from "./reading.ts";

export const SCHEME = "chirograph";

interface Source {
  readonly load: () => Promise<Picture>;
  /** Of the last time it was loaded: Cornerstone asks for it without waiting. */
  picture: Picture | undefined;
}

const sources = new Map<number, Source>();
let lastKey = 0;

/** Makes a file's picture known; the key is part of its ids. */
export function addSource(load: () => Promise<Picture>): number {
  lastKey += 1;
  sources.set(lastKey, { load, picture: undefined });
  return lastKey;
}

export function removeSource(key: number): void {
  sources.delete(key);
}

/** @param withOverlay whether graphics of the file are drawn on top */
export function imageId(key: number, frame: number, withOverlay: boolean): string {
  return `${SCHEME}:${key}/${frame}/${withOverlay ? "overlay" : "plain"}`;
}

function parseId(id: string): { source: Source | undefined; frame: number; withOverlay: boolean } {
  const [key, frame, overlay] = id.slice(SCHEME.length + 1).split("/");
  return { source: sources.get(Number(key)), frame: Number(frame), withOverlay: overlay === "overlay" };
}

/** Cornerstone's image loader. */
export function loadPicture(
  id: string,
  options?: Record<string, unknown>,
): { promise: Promise<Types.IImage> } {
  return { promise: decode(id, options) };
}

async function decode(id: string, options?: Record<string, unknown>): Promise<Types.IImage> {
  const { source, frame, withOverlay } = parseId(id);
  if (source === undefined) throw new Error("closed");
  const picture = await source.load();
  source.picture = picture;
  try {
    const image = await decodeWithin(id, picture.frames[frame], picture.transferSyntax, options);
    if (withOverlay) drawOverlays(image, picture);
    return image;
  } catch (error) {
    throw viewerError(error, "not-decoded");
  }
}

async function decodeWithin(
  id: string,
  frame: Uint8Array | undefined,
  transferSyntax: string,
  options: Record<string, unknown> = {},
): Promise<Types.IImage> {
  const work = createImage(id, frame, transferSyntax, { ...options, useRGBA: false });
  return withinLimit(work as Promise<Types.IImage>, endDecoders);
}

/** Whatever hangs in one; they begin again when they are needed. */
export function endDecoders(): void {
  getWebWorkerManager().terminate("dicomImageLoader");
}

/** Cornerstone's metadata provider. */
export function moduleOf(type: string, id: unknown): unknown {
  if (typeof id !== "string" || !id.startsWith(`${SCHEME}:`)) return undefined;
  const picture = parseId(id).source?.picture;
  return picture && modules[type]?.(picture);
}

const modules: Readonly<Record<string, (picture: Picture) => unknown>> = {
  imagePixelModule: ({ pixels }) => pixels,
  imagePlaneModule: (picture) => planeOf(picture),
  generalSeriesModule: ({ modality }) => ({ modality }),
  sopCommonModule: ({ sopClass }) => ({ sopClassUID: sopClass }),
  voiLutModule: ({ windowCenter, windowWidth }) => ({ windowCenter, windowWidth }),
  modalityLutModule: ({ rescaleSlope, rescaleIntercept }) => ({
    rescaleSlope: rescaleSlope ?? 1,
    rescaleIntercept: rescaleIntercept ?? 0,
  }),
};

function planeOf({ pixels, spacing, position, orientation }: Picture): unknown {
  return {
    rows: pixels.rows,
    columns: pixels.columns,
    imagePositionPatient: position ?? [0, 0, 0],
    imageOrientationPatient: orientation ?? [1, 0, 0, 0, 1, 0],
    rowCosines: orientation?.slice(0, 3) ?? [1, 0, 0],
    columnCosines: orientation?.slice(3, 6) ?? [0, 1, 0],
    pixelSpacing: spacing,
    rowPixelSpacing: spacing?.[0] ?? 1,
    columnPixelSpacing: spacing?.[1] ?? 1,
    usingDefaultValues: spacing === undefined,
  };
}
