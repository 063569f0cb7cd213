import { multiply, power } from "@chirograph/engine/field";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { geometryOf, planGeometry } from "../src/cut/geometry.ts";
import { invert, type Matrix, multiplyMatrices, vandermonde } from "../src/cut/matrix.ts";
import { codeMatrix, parityRows, rebuildRows } from "../src/cut/reed-solomon.ts";
import { cutStripes } from "./plain/cut-stripes.ts";
import { engine, inPieces, pattern } from "./fixtures.ts";

const identity = (size: number): Matrix =>
  Array.from({ length: size }, (_, row) =>
    Uint8Array.from({ length: size }, (__, column) => Number(row === column)),
  );
const rows = (...each: number[][]): Matrix => each.map((row) => Uint8Array.from(row));
const blocks = (...each: number[][]): Uint8Array[] => each.map((block) => Uint8Array.from(block));

/** n, k and some k of the n places, in any order. */
const codes = fc.integer({ min: 8, max: 64 }).chain((total) =>
  fc.integer({ min: 2, max: total }).chain((needed) =>
    fc.record({
      total: fc.constant(total),
      needed: fc.constant(needed),
      present: fc.shuffledSubarray(
        Array.from({ length: total }, (_, index) => index),
        { minLength: needed, maxLength: needed },
      ),
    }),
  ),
);

const entry = (a: number, b: number, c: number, d: number): number => multiply(a, b) ^ multiply(c, d);

describe("matrices over GF(2⁸)", () => {
  test("of Vandermonde hold the powers of the row", () => {
    expect(vandermonde(4, 3)).toEqual(rows([1, 0, 0], [1, 1, 1], [1, 2, 4], [1, 3, 5]));
    const [last] = vandermonde(64, 64).slice(-1);
    expect(last).toEqual(Uint8Array.from({ length: 64 }, (_, column) => power(63, column)));
  });

  test("are multiplied row by column", () => {
    const product = multiplyMatrices(rows([2, 3], [0, 1], [5, 7]), rows([1, 4, 0], [6, 0, 9]));
    expect(product).toEqual(
      rows(
        [entry(2, 1, 3, 6), entry(2, 4, 3, 0), entry(2, 0, 3, 9)],
        [6, 0, 9],
        [entry(5, 1, 7, 6), entry(5, 4, 7, 0), entry(5, 0, 7, 9)],
      ),
    );
  });

  test("are inverted, also where rows must change places", () => {
    expect(invert(identity(5))).toEqual(identity(5));
    const swapped = rows([0, 1, 0], [0, 0, 1], [1, 0, 0]);
    expect(invert(swapped)).toEqual(rows([0, 0, 1], [1, 0, 0], [0, 1, 0]));
    const square = fc
      .integer({ min: 1, max: 6 })
      .chain((size) =>
        fc.array(fc.uint8Array({ minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(square, (matrix) => {
        const before = matrix.map((row) => row.slice());
        let inverse: Matrix;
        try {
          inverse = invert(matrix);
        } catch {
          return;
        }
        expect(matrix).toEqual(before);
        expect(multiplyMatrices(matrix, inverse)).toEqual(identity(matrix.length));
        expect(multiplyMatrices(inverse, matrix)).toEqual(identity(matrix.length));
      }),
      { numRuns: 200 },
    );
  });

  test("without an inverse are refused", () => {
    for (const matrix of [rows([0]), rows([1, 2], [2, 4]), rows([1, 1, 0], [0, 1, 1], [1, 0, 1])]) {
      expect(() => invert(matrix)).toThrow(RangeError);
    }
  });
});

describe("the Reed-Solomon code", () => {
  test("gives the published parity of five blocks", async () => {
    const inputs = blocks([0, 1], [4, 5], [2, 3], [6, 7], [8, 9]);
    const parity = await engine.combine({ matrix: parityRows(10, 5), inputs });
    expect(parity).toEqual(blocks([12, 13], [10, 11], [14, 15], [90, 91], [94, 95]));
  });

  test("begins with the data itself", () => {
    for (const [total, needed] of [
      [8, 2],
      [8, 8],
      [13, 7],
      [64, 33],
    ] as const) {
      const matrix = codeMatrix(total, needed);
      expect(matrix).toHaveLength(total);
      expect(matrix.slice(0, needed)).toEqual(identity(needed));
      expect(parityRows(total, needed)).toEqual(matrix.slice(needed));
    }
  });

  test("rebuilds every block from any k of the n", async () => {
    await fc.assert(
      fc.asyncProperty(codes, async ({ total, needed, present }) => {
        const data = Array.from({ length: needed }, (_, index) => pattern(3, 31 * index));
        const all = await engine.combine({ matrix: codeMatrix(total, needed), inputs: data });
        expect(all.slice(0, needed)).toEqual(data);
        const wanted = all.map((_, index) => index);
        const rebuilt = await engine.combine({
          matrix: rebuildRows({ total, needed }, present, wanted),
          inputs: present.map((index) => all[index]!),
        });
        expect(rebuilt).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });
});

async function cut(geometry: ReturnType<typeof geometryOf>, sealed: Uint8Array, pieceBytes: number) {
  const stripes: { blocks: Uint8Array[]; leaves: readonly Uint8Array[] }[] = [];
  for await (const stripe of cutStripes(engine, geometry, inPieces(sealed, pieceBytes))) {
    stripes.push({ blocks: stripe.blocks.map((block) => block.slice()), leaves: stripe.leaves });
  }
  return stripes;
}

describe("stripes", () => {
  test("deal the sealed bytes in order, whatever pieces they come in, and fill up with zeros", async () => {
    const shape = fc.record({
      needed: fc.integer({ min: 2, max: 8 }),
      recordBytes: fc.constantFrom(0, 1, 4000, 20_000, 65_000),
      pieceBytes: fc.constantFrom(1000, 4096, 16_384, 100_000),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ needed, recordBytes, pieceBytes }) => {
        const geometry = geometryOf({ total: 8, needed, recordBytes, blockBytes: 4096 });
        const sealed = pattern(geometry.sealedBytes, 5);
        const stripes = await cut(geometry, sealed, pieceBytes);
        expect(stripes).toHaveLength(geometry.stripes);
        const data = stripes.flatMap(({ blocks: all }) =>
          all.slice(0, needed).flatMap((block) => [...block]),
        );
        const padding = needed * geometry.blocksBytes - sealed.length;
        expect(data).toEqual([...sealed, ...new Uint8Array(padding)]);
        for (const stripe of stripes) {
          const inputs = stripe.blocks.slice(0, needed);
          expect(stripe.blocks).toEqual(await engine.combine({ matrix: codeMatrix(8, needed), inputs }));
          const leaves = await Promise.all(
            stripe.blocks.map((block) => engine.sha256([Uint8Array.of(0), block])),
          );
          expect(stripe.leaves).toEqual(leaves);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("end with a whole one when the sealed bytes do", async () => {
    // 2 · 4096 sealed bytes to the byte.
    const geometry = geometryOf({ total: 8, needed: 2, recordBytes: 8192 - 72, blockBytes: 4096 });
    expect(geometry).toMatchObject({ sealedBytes: 8192, stripes: 1, lastBlockBytes: 4096 });
    const stripes = await cut(geometry, pattern(8192), 100);
    expect(stripes.map(({ blocks: all }) => all.length)).toEqual([8]);
    expect(stripes[0]!.blocks.slice(0, 2)).toEqual([pattern(8192).slice(0, 4096), pattern(8192).slice(4096)]);
  });

  test("of the smallest record may be blocks of two bytes", async () => {
    const geometry = planGeometry({ total: 64, needed: 64, recordBytes: 0 });
    expect(geometry).toMatchObject({ sealedBytes: 72, lastBlockBytes: 2 });
    const [stripe] = await cut(geometry, pattern(72, 1), 72);
    expect(stripe!.blocks[35]).toEqual(pattern(72, 1).slice(70));
    expect(stripe!.blocks[36]).toEqual(new Uint8Array(2));
  });
});
