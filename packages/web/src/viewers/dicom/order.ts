import type { OpenedFile } from "../viewed.ts";
import type { Facts, Place } from "./reading.ts";

/** A picture in a stack: a frame of a file. */
export interface Frame {
  readonly path: string;
  readonly key: number;
  readonly index: number;
}

export interface Series {
  readonly id: string;
  readonly facts: Facts;
  readonly frames: readonly Frame[];
}

export interface Order {
  readonly series: readonly Series[];
  /** Files without pictures, or no DICOM at all. */
  readonly others: readonly OpenedFile[];
}

/** Which is shown where none is chosen. */
export function largestSeries(order: Order | undefined): Series | undefined {
  return order?.series.toSorted((one, other) => other.frames.length - one.frames.length)[0];
}

export interface Placed {
  readonly path: string;
  readonly place: Place;
}

const byName = new Intl.Collator("en", { numeric: true });

/**
 * Slices along the direction in which they are stacked where all say where they lie; else by their number, then by
 * name.
 */
export function orderSlices<Slice extends Placed>(slices: readonly Slice[]): Slice[] {
  const depths = depthsOf(slices);
  return slices.toSorted(
    (one, other) =>
      (depths === undefined ? 0 : depths.get(one)! - depths.get(other)!) ||
      (one.place.instance ?? 0) - (other.place.instance ?? 0) ||
      byName.compare(one.path, other.path),
  );
}

/** By series, in the order of their numbers. */
export function groupBySeries<Slice extends Placed>(slices: readonly Slice[]): Slice[][] {
  const groups = Map.groupBy(slices, ({ place }) => place.series);
  return [...groups.values()].toSorted(
    ([one], [other]) => (one!.place.seriesNumber ?? Infinity) - (other!.place.seriesNumber ?? Infinity) || 0,
  );
}

/** How far each lies along the normal of the first; `undefined` unless all have a position. */
function depthsOf<Slice extends Placed>(slices: readonly Slice[]): Map<Slice, number> | undefined {
  const normal = normalOf(slices[0]?.place.orientation);
  if (normal === undefined) return undefined;
  const depths = new Map<Slice, number>();
  for (const slice of slices) {
    const { position } = slice.place;
    if (position === undefined) return undefined;
    depths.set(
      slice,
      normal.reduce((sum, value, axis) => sum + value * position[axis]!, 0),
    );
  }
  return depths;
}

/** At a right angle to rows and columns. */
function normalOf(orientation: readonly number[] | undefined): number[] | undefined {
  if (orientation === undefined) return undefined;
  const [a, b, c, d, e, f] = orientation as unknown as [number, number, number, number, number, number];
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
  return normal.some((value) => Math.abs(value) > 1e-6) ? normal : undefined;
}
