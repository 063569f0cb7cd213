import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pad, padme, paddedRecordBytes, unpad } from "../src/envelope/padding.ts";
import { concat, pattern, refusal } from "./fixtures.ts";

const malformed = refusal("malformed");

const bitLength = (value: bigint): bigint => BigInt(value.toString(2).length);

/** Padmé as its authors print it (PETS 2019, listing 1), with integers in place of their floating point. */
function reference(length: bigint): bigint {
  const e = bitLength(length) - 1n;
  const s = bitLength(e);
  const lastBits = e - s;
  const mask = (1n << lastBits) - 1n;
  return (length + mask) & ~mask;
}

describe("Padmé", () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [8, 8],
    [9, 10],
    [10, 10],
    [11, 12],
    [33, 36],
    [64, 64],
    [65, 72],
    [100, 104],
    [1000, 1024],
    [1023, 1024],
    [1024, 1024],
    [1025, 1088],
    [1_000_000, 1_015_808],
    [1_048_576, 1_048_576],
    [1_048_577, 1_081_344],
  ])("rounds %d up to %d", (length, padded) => {
    expect(padme(length)).toBe(padded);
  });

  test("is what its authors print", () => {
    const length = fc.oneof(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 2, max: 2 ** 52 }));
    fc.assert(
      fc.property(length, (bytes) => {
        expect(BigInt(padme(bytes))).toBe(reference(BigInt(bytes)));
      }),
      { numRuns: 500 },
    );
    for (let exponent = 2; exponent <= 52; exponent++) {
      for (const bytes of [2 ** exponent - 1, 2 ** exponent, 2 ** exponent + 1]) {
        expect(BigInt(padme(bytes)), `${bytes}`).toBe(reference(BigInt(bytes)));
      }
    }
  });

  test("never shortens, costs at most 12 %, grows with the length and stays where it is", () => {
    let before = 0;
    for (let bytes = 0; bytes < 70_000; bytes++) {
      const padded = padme(bytes);
      expect(padded >= bytes && padded >= before && (padded - bytes) * 100 <= 12 * bytes).toBe(true);
      expect(padme(padded)).toBe(padded);
      before = padded;
    }
  });

  test("of a record begins at 1 KiB", () => {
    expect([0, 1, 1023, 1024].map(paddedRecordBytes)).toEqual([1024, 1024, 1024, 1024]);
    expect([1025, 100_000].map(paddedRecordBytes)).toEqual([1088, padme(100_000)]);
  });
});

describe("a padded message", () => {
  test("is its length, itself and zeros", () => {
    const padded = pad(pattern(5, 1), 16);
    expect(padded).toEqual(concat(Uint8Array.of(0, 0, 0, 5), pattern(5, 1), new Uint8Array(7)));
    expect(pad(new Uint8Array(), 256)).toEqual(new Uint8Array(256));
    expect(pad(pattern(12), 16)).toHaveLength(16);
    expect(pad(pattern(13), 16)).toHaveLength(18);
    expect(pad(pattern(1021), 1024)).toHaveLength(1088);
  });

  test("comes back, and in no other length or filling", () => {
    const message = fc.uint8Array({ maxLength: 1200 });
    fc.assert(
      fc.property(message, fc.constantFrom(256, 1024), (bytes, floor) => {
        const padded = pad(bytes, floor);
        expect(padded).toHaveLength(padme(Math.max(floor, 4 + bytes.length)));
        expect(unpad(padded, floor, "card")).toEqual(bytes);
        expect(() => unpad(concat(padded, new Uint8Array(1)), floor, "card")).toThrow(malformed);
        expect(() => unpad(padded.slice(0, -1), floor, "card")).toThrow(malformed);
        expect(() => unpad(padded, floor === 256 ? 4096 : 8192, "card")).toThrow(malformed);
      }),
      { numRuns: 60 },
    );
  });

  test("is refused with anything but zeros behind it", () => {
    for (let index = 4 + 10; index < 256; index++) {
      const padded = pad(pattern(10), 256);
      padded[index] = 1;
      expect(() => unpad(padded, 256, "card")).toThrow(malformed);
    }
  });

  test("is refused when it is shorter than it says", () => {
    expect(() => unpad(Uint8Array.of(0, 0), 256, "card")).toThrow(malformed);
    const padded = pad(pattern(10), 256);
    padded[2] = 1;
    expect(() => unpad(padded, 256, "card")).toThrow("The card is cut short.");
  });
});
