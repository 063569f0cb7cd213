import { expect, test } from "vitest";
import { drawSlice, PHANTOM_SIZE } from "../src/samples/index.ts";

const AIR = -1000;
const BONE = 1000;

const values = (z: number): number => new Set(drawSlice(z)).size;
const headPixels = (z: number): number => drawSlice(z).filter((value) => value !== AIR).length;

test("the head is widest in its middle and ends above and below", () => {
  const sizes = [-0.85, -0.78, -0.4, 0, 0.4, 0.78, 0.85].map(headPixels);
  expect(sizes[0]).toBe(0);
  expect(sizes.at(-1)).toBe(0);
  expect(sizes[3]).toBe(Math.max(...sizes));
  expect(sizes[1]).toBeLessThan(sizes[2]!);
});

test("skull outside, brain inside, air around", () => {
  const slice = drawSlice(0);
  const at = (x: number, y: number): number =>
    slice[Math.round(y * PHANTOM_SIZE) * PHANTOM_SIZE + Math.round(x * PHANTOM_SIZE)]!;
  expect(at(0.02, 0.02)).toBe(AIR);
  expect(at(0.5, 0.045)).toBe(BONE);
  expect(at(0.5, 0.9)).toBeGreaterThan(0);
  expect(at(0.5, 0.9)).toBeLessThan(100);
});

test("what is small vanishes before what is large", () => {
  expect(values(0)).toBeGreaterThan(values(0.5));
  expect(values(0.5)).toBeGreaterThanOrEqual(values(0.79));
});
