import fc from "fast-check";
import { expect, test } from "vitest";
import { groupBySeries, orderSlices, type Placed } from "../../src/viewers/dicom/order.ts";

const slice = (path: string, place: Partial<Placed["place"]>): Placed => ({
  path,
  place: {
    series: "1",
    seriesNumber: undefined,
    instance: undefined,
    position: undefined,
    orientation: undefined,
    frames: 1,
    hasPixels: true,
    ...place,
  },
});
const paths = (slices: readonly Placed[]): string[] => slices.map(({ path }) => path);

test("slices are ordered along the direction in which they are stacked, whatever their names and numbers", () => {
  const axial = [1, 0, 0, 0, 1, 0];
  const heights = Array.from({ length: 20 }, (_, index) => index * 2.5 - 20);
  const slices = heights.map((height, index) =>
    slice(String(index), { position: [0, 0, height], orientation: axial, instance: 100 - index }),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(slices, { minLength: slices.length }), (shuffled) => {
      expect(paths(orderSlices(shuffled))).toEqual(paths(slices));
    }),
  );
});

test("a tilted stack is ordered along its own normal", () => {
  const sagittal = [0, 1, 0, 0, 0, -1];
  const slices = [3, -1, 7].map((x) => slice(String(x), { position: [x, 5, 5], orientation: sagittal }));
  expect(paths(orderSlices(slices))).toEqual(["7", "3", "-1"]);
});

test("without positions of all, numbers decide, then names as people count", () => {
  const axial = [1, 0, 0, 0, 1, 0];
  const numbered = [
    slice("a", { instance: 3, position: [0, 0, 1], orientation: axial }),
    slice("b", { instance: 1 }),
    slice("c", { instance: 2 }),
  ];
  expect(paths(orderSlices(numbered))).toEqual(["b", "c", "a"]);
  expect(paths(orderSlices([slice("x10", {}), slice("x9", {}), slice("x1", {})]))).toEqual([
    "x1",
    "x9",
    "x10",
  ]);
});

test("an orientation that is none is no direction", () => {
  const flat = [0, 0, 0, 0, 0, 0];
  const slices = [2, 1].map((instance) =>
    slice(String(instance), { instance, position: [0, 0, 0], orientation: flat }),
  );
  expect(paths(orderSlices(slices))).toEqual(["1", "2"]);
});

test("series are kept apart, in the order of their numbers", () => {
  const slices = [
    slice("a", { series: "B", seriesNumber: 2 }),
    slice("b", { series: "A", seriesNumber: 7 }),
    slice("c", { series: "B", seriesNumber: 2 }),
    slice("d", { series: "C" }),
  ];
  expect(groupBySeries(slices).map(paths)).toEqual([["a", "c"], ["b"], ["d"]]);
});
