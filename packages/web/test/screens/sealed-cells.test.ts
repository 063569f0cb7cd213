import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOutCells, paintCells } from "../../src/screens/pictures/sealed-cells.ts";

describe("cells of a sealed picture", () => {
  test("are the picture's pixels where there are bytes enough", () => {
    expect(layOutCells({ width: 512, height: 512, isColour: false }, 530_000)).toEqual({
      columns: 512,
      rows: 512,
      bytesEach: 1,
      drawnBytes: 262_144,
    });
    expect(layOutCells({ width: 10, height: 20, isColour: true }, 600)).toMatchObject({
      columns: 10,
      rows: 20,
      drawnBytes: 600,
    });
  });

  test("are fewer and larger where there are not", () => {
    expect(layOutCells({ width: 400, height: 100, isColour: false }, 400)).toMatchObject({
      columns: 40,
      rows: 10,
    });
    expect(layOutCells({ width: 400, height: 100, isColour: true }, 2)).toBeUndefined();
    expect(layOutCells({ width: 400, height: 100, isColour: false }, 1)).toMatchObject({
      columns: 1,
      rows: 1,
    });
    expect(layOutCells({ width: 0, height: 100, isColour: false }, 100)).toBeUndefined();
  });

  test("never need a byte that is not there, and waste less than a row", () => {
    const size = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.boolean(),
        fc.integer({ min: 3, max: 1 << 20 }),
        (width, height, isColour, bytes) => {
          const cells = layOutCells({ width, height, isColour }, bytes)!;
          expect(cells.drawnBytes).toBeLessThanOrEqual(bytes);
          expect(cells.columns).toBeLessThanOrEqual(Math.max(width, cells.columns));
          const isWhole = cells.columns === width && cells.rows === height;
          expect(isWhole || bytes - cells.drawnBytes < (cells.columns + 1) * cells.bytesEach).toBe(true);
        },
      ),
    );
  });

  test("show the bytes themselves", () => {
    const grey = layOutCells({ width: 2, height: 1, isColour: false }, 2)!;
    expect([...paintCells(grey, Uint8Array.of(7, 200))]).toEqual([7, 7, 7, 255, 200, 200, 200, 255]);
    const colour = layOutCells({ width: 1, height: 1, isColour: true }, 3)!;
    expect([...paintCells(colour, Uint8Array.of(1, 2, 3))]).toEqual([1, 2, 3, 255]);
  });
});
