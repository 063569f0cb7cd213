import { expect, test } from "vitest";
import { addSample, type Sample, speedOf, timeLeft } from "../../src/screens/progress/pace.ts";

function after(...points: readonly (readonly [number, number])[]): Sample[] {
  return points.reduce<Sample[]>((samples, [timeMs, bytes]) => addSample(samples, { timeMs, bytes }), []);
}

test("nothing is said before enough is known", () => {
  expect(speedOf([])).toBeUndefined();
  expect(timeLeft(after([0, 0], [100, 5_000]), 10_000)).toBeUndefined();
});

test("speed and time left follow from the last seconds", () => {
  const samples = after([0, 0], [1_000, 1_000], [2_000, 2_000]);
  expect(speedOf(samples)).toBe(1_000);
  expect(timeLeft(samples, 10_000)).toBe(8_000);
});

test("what was slow long ago is forgotten", () => {
  const samples = after([0, 0], [60_000, 100], [61_000, 1_100], [62_000, 2_100]);
  expect(speedOf(samples)).toBe(1_000);
});

test("nothing is said while nothing moves, and none is left at the end", () => {
  expect(timeLeft(after([0, 500], [2_000, 500]), 1_000)).toBeUndefined();
  expect(timeLeft(after([0, 0], [2_000, 1_000]), 1_000)).toBe(0);
});

test("a fresh start begins anew", () => {
  expect(after([0, 0], [1_000, 9_000], [2_000, 10])).toEqual([{ timeMs: 2_000, bytes: 10 }]);
});
