import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combine } from "../src/combine.ts";
import { plain, relaxed } from "../src/kernel/binaries.ts";
import { createCombine } from "../src/kernel/combine.ts";
import { createKernel, KERNEL_BYTES, KERNEL_STEP, plainKernel } from "../src/kernel/kernel.ts";
import { pattern } from "./bytes.ts";

const shapes = fc.record({
  rows: fc.integer({ min: 0, max: 64 }),
  columns: fc.integer({ min: 1, max: 64 }),
  lengthBytes: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(8191, 8192, 8193, 20_000)),
  seed: fc.nat({ max: 255 }),
});

function requestOf({
  rows,
  columns,
  lengthBytes,
  seed,
}: {
  rows: number;
  columns: number;
  lengthBytes: number;
  seed: number;
}) {
  return {
    matrix: Array.from({ length: rows }, (_, row) => pattern(columns, seed + 31 * row)),
    inputs: Array.from({ length: columns }, (_, column) => pattern(lengthBytes, seed + 17 * column)),
  };
}

describe("the SIMD kernel", () => {
  test("does what plain JavaScript does, whatever the shape", () => {
    const fast = createCombine();
    fc.assert(
      fc.property(shapes, (shape) => {
        const request = requestOf(shape);
        const [expected, actual] = [combine(request), fast(request)];
        expect(actual.length).toBe(expected.length);
        expect(actual.every((block, row) => block.every((byte, at) => byte === expected[row]![at]))).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("is what this platform runs", () => {
    const isThere = [relaxed, plain].some((text) =>
      WebAssembly.validate(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))),
    );
    expect(isThere).toBe(true);
  });

  test("sees a matrix that was changed where it lies", () => {
    const fast = createCombine();
    const matrix = [Uint8Array.of(2)];
    const inputs = [pattern(10)];
    fast({ matrix, inputs });
    matrix[0]![0] = 3;
    expect(fast({ matrix, inputs })).toEqual(combine({ matrix, inputs }));
  });

  test("has a stand-in where there is no SIMD, over the same memory", () => {
    const memory = new WebAssembly.Memory({ initial: 3 });
    const blocks = [0, 1, 2, 3].map((block) => KERNEL_BYTES + block * 2 * KERNEL_STEP);
    const matrix = [pattern(2, 5), pattern(2, 90)];
    const outcomes = [createKernel(memory, 0), plainKernel(memory)].map((kernel) => {
      const bytes = new Uint8Array(memory.buffer);
      bytes.set(pattern(4 * KERNEL_STEP), KERNEL_BYTES);
      kernel.setMatrix(matrix);
      kernel.combine(blocks.slice(0, 2), blocks.slice(2), 2 * KERNEL_STEP);
      return bytes.slice(KERNEL_BYTES, KERNEL_BYTES + 8 * KERNEL_STEP);
    });
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(() => createKernel(memory, 0).setMatrix([new Uint8Array(65)])).toThrow(RangeError);
  });
});
