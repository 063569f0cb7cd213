import { createEngine } from "@chirograph/engine";
import { multiply } from "@chirograph/engine/field";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pattern, toHex } from "./bytes.ts";

const engine = createEngine();

const sizes = fc.record({
  rows: fc.integer({ min: 0, max: 4 }),
  columns: fc.integer({ min: 1, max: 6 }),
  length: fc.integer({ min: 0, max: 40 }),
});
// Zeros and ones take ways of their own, so they come often.
const coefficient = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 255 }));
const requests = sizes.chain(({ rows, columns, length }) =>
  fc.record({
    matrix: fc.array(
      fc.array(coefficient, { minLength: columns, maxLength: columns }).map((row) => Uint8Array.from(row)),
      { minLength: rows, maxLength: rows },
    ),
    inputs: fc.array(fc.uint8Array({ minLength: length, maxLength: length }), {
      minLength: columns,
      maxLength: columns,
    }),
  }),
);

describe("combine", () => {
  test("is the sum of products, byte by byte", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ matrix, inputs }) => {
        const expected = matrix.map((row) =>
          inputs[0]!.map((_, at) =>
            inputs.reduce((sum, input, index) => sum ^ multiply(row[index]!, input[at]!), 0),
          ),
        );
        expect(await engine.combine({ matrix, inputs })).toEqual(expected);
      }),
    );
  });

  test("gives the known bytes", async () => {
    const inputs = [pattern(8, 1), pattern(8, 100), pattern(8, 200)];
    const matrix = [
      Uint8Array.of(1, 2, 4),
      Uint8Array.of(0, 0, 0),
      Uint8Array.of(0, 255, 142),
      Uint8Array.of(0, 1, 0),
    ];
    const outputs = await engine.combine({ matrix, inputs });
    expect(outputs.map(toHex)).toEqual([
      "cec594b7b7bcc5c6",
      "0000000000000000",
      "18f96458105e88ff",
      "646b727980878e95",
    ]);
  });

  test("gives copies, never the inputs themselves", async () => {
    const input = pattern(8);
    const [output] = await engine.combine({ matrix: [Uint8Array.of(1)], inputs: [input] });
    output!.fill(0);
    expect(input).toEqual(pattern(8));
  });

  test.each([
    ["no inputs", { matrix: [new Uint8Array(0)], inputs: [] }],
    ["inputs of two lengths", { matrix: [Uint8Array.of(1, 1)], inputs: [pattern(4), pattern(5)] }],
    ["a row too short", { matrix: [Uint8Array.of(1)], inputs: [pattern(4), pattern(4)] }],
    [
      "a row too long",
      { matrix: [Uint8Array.of(1, 1), Uint8Array.of(1, 1, 1)], inputs: [pattern(4), pattern(4)] },
    ],
  ])("refuses %s", async (_, request) => {
    await expect(engine.combine(request)).rejects.toThrow(RangeError);
  });
});
