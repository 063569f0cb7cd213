import type { DataSet } from "dicom-parser";
import { ImageError, malformed } from "../error.ts";

/** What a DICOM image says of its pixels (PS3.3, C.7.6.3). */
export interface ImageAttributes {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: number;
  readonly photometric: string;
  readonly isPlanar: boolean;
  readonly bitsAllocated: 8 | 16 | 32;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/** @throws ImageError */
export function readAttributes(dataSet: DataSet): ImageAttributes {
  const rows = required(dataSet, "x00280010", "rows");
  const columns = required(dataSet, "x00280011", "columns");
  const allocated = required(dataSet, "x00280100", "bits allocated");
  const stored = dataSet.uint16("x00280101") ?? allocated;
  const highBit = dataSet.uint16("x00280102") ?? stored - 1;
  const frames = Number(dataSet.string("x00280008") ?? "1");
  if (allocated !== 8 && allocated !== 16 && allocated !== 32) {
    throw new ImageError("unsupported", `Pixels of ${allocated} bits are not decoded: 8, 16 and 32 are.`);
  }
  if (stored < 1 || stored > allocated || highBit >= allocated || highBit < stored - 1) {
    throw malformed(`The image says ${stored} bits up to bit ${highBit} of ${allocated}, which cannot be.`);
  }
  if (!Number.isInteger(frames) || frames < 1)
    throw malformed("The image has a number of frames that is none.");
  return {
    rows,
    columns,
    frames,
    samples: dataSet.uint16("x00280002") ?? 1,
    photometric: (dataSet.string("x00280004") ?? "").trim(),
    isPlanar: dataSet.uint16("x00280006") === 1,
    bitsAllocated: allocated,
    bitsStored: stored,
    highBit,
    signed: dataSet.uint16("x00280103") === 1,
  };
}

function required(dataSet: DataSet, tag: string, name: string): number {
  const value = dataSet.uint16(tag);
  if (value === undefined || value === 0) throw malformed(`The DICOM image does not say its ${name}.`);
  return value;
}
