import type { DataSet } from "dicom-parser";
import { PIXEL_DATA } from "./parse.ts";
import type { Place } from "./reading.ts";
import { numbersOf } from "./texts-of.ts";

/** Where it belongs; of an enhanced multi-frame file, what all its frames share. */
export function placeOf(data: DataSet): Place {
  return {
    series: data.string("x0020000e") ?? "",
    seriesNumber: numbersOf(data, "x00200011")?.[0],
    instance: numbersOf(data, "x00200013")?.[0],
    position: positionOf(data),
    orientation: orientationOf(data),
    frames: framesOf(data),
    hasPixels: data.elements[PIXEL_DATA] !== undefined,
  };
}

export function positionOf(data: DataSet): number[] | undefined {
  return numbersOf(data, "x00200032", 3);
}

export function orientationOf(data: DataSet): number[] | undefined {
  return numbersOf(data, "x00200037", 6) ?? fromShared(data, "x00209116", "x00200037", 6);
}

/** Row spacing, then column spacing. */
export function spacingOf(data: DataSet): number[] | undefined {
  const spacing =
    numbersOf(data, "x00280030", 2) ??
    fromShared(data, "x00289110", "x00280030", 2) ??
    numbersOf(data, "x00181164", 2);
  return spacing?.every((value) => value > 0) === true ? spacing : undefined;
}

/** At least one, whatever the file says; what it holds decides later. */
export function framesOf(data: DataSet): number {
  const announced = numbersOf(data, "x00280008")?.[0] ?? 1;
  return Number.isInteger(announced) && announced > 0 ? announced : 1;
}

/** A value of the functional groups that all frames share (PS3.3, C.7.6.16). */
export function fromShared(data: DataSet, group: string, tag: string, least: number): number[] | undefined {
  const shared = data.elements["x52009229"]?.items?.[0]?.dataSet;
  const item = shared?.elements[group]?.items?.[0]?.dataSet;
  return item && numbersOf(item, tag, least);
}
