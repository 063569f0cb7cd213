import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blockBytesOf,
  blockOffset,
  checkCounts,
  FRAGMENT_HEAD_BYTES,
  geometryOf,
  leavesOffset,
  planGeometry,
} from "../src/cut/geometry.ts";
import { plaintextSize, sealedSize } from "../src/layer1/size.ts";
import { refusal } from "./fixtures.ts";

const KIB = 1024;
const MIB = 1_048_576;
const TIB = 2 ** 40;

const counts = fc
  .integer({ min: 8, max: 64 })
  .chain((total) => fc.record({ total: fc.constant(total), needed: fc.integer({ min: 2, max: total }) }));
const recordBytes = fc.oneof(
  fc.nat({ max: 10_000 }),
  fc.nat({ max: 10 * MIB }),
  fc.integer({ min: 0, max: TIB }),
);
const blockBytes = fc.integer({ min: 12, max: 20 }).map((exponent) => 2 ** exponent);

const plan = (bytes: number) => planGeometry({ total: 8, needed: 2, recordBytes: bytes });

describe("the geometry of a version", () => {
  test("is what the format says, in numbers worked out by hand", () => {
    // L = 56 + 1000 + 16 = 1072; one stripe; b = ⌈1072 / 6⌉ = 179.
    expect(planGeometry({ total: 8, needed: 6, recordBytes: 1000 })).toEqual({
      total: 8,
      needed: 6,
      sealedBytes: 1072,
      blockBytes: 65_536,
      stripes: 1,
      lastBlockBytes: 179,
      blocksBytes: 179,
      fragmentBytes: 65 + 179 + 32,
    });
    // L = 56 + 100,000 + 7 · 16 = 100,168 = 12 · 8192 + 1864; b = 932.
    const geometry = geometryOf({ total: 9, needed: 2, recordBytes: 100_000, blockBytes: 4096 });
    expect(geometry).toMatchObject({ sealedBytes: 100_168, stripes: 13, lastBlockBytes: 932 });
    expect(geometry).toMatchObject({ blocksBytes: 12 * 4096 + 932, fragmentBytes: 65 + 50_084 + 13 * 32 });
    expect([blockBytesOf(geometry, 0), blockBytesOf(geometry, 11), blockBytesOf(geometry, 12)]).toEqual([
      4096, 4096, 932,
    ]);
    expect([blockOffset(geometry, 0), blockOffset(geometry, 12)]).toEqual([49, 49 + 12 * 4096]);
    expect(leavesOffset(geometry)).toBe(49 + 50_084);
    expect(FRAGMENT_HEAD_BYTES).toBe(49);
  });

  test("has room for every sealed byte and little more", () => {
    fc.assert(
      fc.property(counts, recordBytes, blockBytes, ({ total, needed }, bytes, block) => {
        fc.pre(sealedSize(bytes) <= MIB * needed * block);
        const geometry = geometryOf({ total, needed, recordBytes: bytes, blockBytes: block });
        const { stripes, lastBlockBytes, blocksBytes, sealedBytes, fragmentBytes } = geometry;
        expect(sealedBytes).toBe(sealedSize(bytes));
        expect(lastBlockBytes).toBeGreaterThan(0);
        expect(lastBlockBytes).toBeLessThanOrEqual(block);
        expect(blocksBytes).toBe((stripes - 1) * block + lastBlockBytes);
        expect(needed * blocksBytes - sealedBytes).toBeGreaterThanOrEqual(0);
        expect(needed * blocksBytes - sealedBytes).toBeLessThan(needed);
        expect(fragmentBytes).toBe(65 + blocksBytes + 32 * stripes);
        expect(leavesOffset(geometry) + 32 * stripes + 16).toBe(fragmentBytes);
        expect(blockOffset(geometry, stripes - 1) + blockBytesOf(geometry, stripes - 1)).toBe(
          leavesOffset(geometry),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("takes the smallest block from 64 KiB up that gives at most 2,048 stripes, 1 MiB at most", () => {
    fc.assert(
      fc.property(counts, recordBytes, ({ total, needed }, bytes) => {
        const planned = planGeometry({ total, needed, recordBytes: bytes });
        const fitting = [64, 128, 256, 512, 1024]
          .map((kib) => kib * KIB)
          .find((size) => Math.ceil(sealedSize(bytes) / (needed * size)) <= 2048);
        expect(planned.blockBytes).toBe(fitting ?? MIB);
        expect(planned).toEqual(
          geometryOf({ total, needed, recordBytes: bytes, blockBytes: planned.blockBytes }),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("doubles the block at the very byte that makes a stripe too many", () => {
    // 2048 stripes of 2 · 64 KiB: 268,435,456 sealed bytes.
    const largest = plaintextSize(268_435_456);
    expect(plan(largest)).toMatchObject({ stripes: 2048, blockBytes: 65_536, sealedBytes: 268_435_456 });
    expect(plan(largest + 1)).toMatchObject({ stripes: 1025, blockBytes: 131_072 });
  });
});

describe("what is outside the limits is refused:", () => {
  const limits = refusal("out-of-limits");
  const stated = { total: 8, needed: 6, recordBytes: 0, blockBytes: 4096 };

  test.each([
    [7, 6],
    [65, 6],
    [8, 1],
    [8, 0],
    [8, 9],
    [64, 65],
    [Number.NaN, 6],
    [8, Number.NaN],
  ])("n = %d, k = %d", (total, needed) => {
    expect(() => checkCounts(total, needed)).toThrow(limits);
    expect(() => geometryOf({ ...stated, total, needed })).toThrow(limits);
  });

  test.each([
    [8, 2],
    [8, 8],
    [64, 2],
    [64, 64],
  ])("but not n = %d, k = %d", (total, needed) => {
    checkCounts(total, needed);
    expect(geometryOf({ ...stated, total, needed })).toMatchObject({ total, needed });
  });

  test.each([0, 1, 2048, 4095, 4097, 12_288, 2 * MIB, 1_048_577])("blocks of %d bytes", (size) => {
    expect(() => geometryOf({ ...stated, blockBytes: size })).toThrow(limits);
  });

  test.each([4096, 8192, MIB])("but not blocks of %d bytes", (size) => {
    expect(geometryOf({ ...stated, blockBytes: size })).toMatchObject({ blockBytes: size, stripes: 1 });
  });

  test("more than 1,048,576 stripes", () => {
    // 1,048,576 stripes of 2 · 4096 hold 2³³ sealed bytes.
    const small = { total: 8, needed: 2, blockBytes: 4096 };
    const largest = plaintextSize(2 ** 33);
    expect(geometryOf({ ...small, recordBytes: largest })).toMatchObject({
      stripes: 1_048_576,
      sealedBytes: 2 ** 33,
    });
    expect(() => geometryOf({ ...small, recordBytes: largest + 1 })).toThrow(limits);
    expect(() => planGeometry({ total: 64, needed: 64, recordBytes: Number.MAX_SAFE_INTEGER })).toThrow(
      limits,
    );
  });
});
