import { describe, expect, test } from "vitest";
import { drawFrame } from "../../src/screens/pictures/dicom-frame.ts";
import type { FrameHeader } from "../../src/screens/pictures/dicom-header.ts";

const ct: FrameHeader = {
  rows: 1,
  columns: 4,
  frames: 1,
  samples: 1,
  isPlanar: false,
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  isSigned: true,
  isLittleEndian: true,
  isInverted: false,
  slope: 2,
  intercept: -100,
  window: { center: 0.5, width: 256 },
  offset: 0,
};

function greys(header: FrameHeader, bytes: Uint8Array): number[] | undefined {
  const rgba = drawFrame(header, bytes);
  return rgba && Array.from({ length: rgba.length / 4 }, (_, index) => rgba[index * 4]!);
}

describe("a grey frame", () => {
  // Stored −200, 50, 51 and 2047; with slope and intercept −500, 0, 2 and 3994.
  const bytes = Uint8Array.of(0x38, 0x0f, 50, 0, 51, 0, 0xff, 0x07);

  test("is windowed after sign, slope and intercept", () => {
    expect(greys(ct, bytes)).toEqual([0, 128, 130, 255]);
  });

  test("ignores bits that are not stored", () => {
    const dirty = bytes.map((byte, index) => (index % 2 === 1 ? byte | 0xa0 : byte));
    expect(greys(ct, dirty)).toEqual([0, 128, 130, 255]);
  });

  test("is read in its own byte order, and inverted where low is white", () => {
    const swapped = Uint8Array.of(0x0f, 0x38, 0, 50, 0, 51, 0x07, 0xff);
    expect(greys({ ...ct, isLittleEndian: false }, swapped)).toEqual([0, 128, 130, 255]);
    expect(greys({ ...ct, isInverted: true }, bytes)).toEqual([255, 128, 126, 0]);
  });

  test("without a window uses the whole range", () => {
    const plain = {
      ...ct,
      bitsAllocated: 8 as const,
      bitsStored: 8,
      highBit: 7,
      isSigned: false,
      slope: 1,
      intercept: 0,
    };
    expect(greys({ ...plain, window: undefined }, Uint8Array.of(10, 10, 20, 30))).toEqual([0, 0, 128, 255]);
    expect(greys({ ...plain, window: undefined }, Uint8Array.of(9, 9, 9, 9))).toBeDefined();
  });

  test("that is cut short is none", () => {
    expect(greys(ct, bytes.subarray(0, 7))).toBeUndefined();
  });
});

test("colour is taken pixel by pixel or plane by plane", () => {
  const colour = { ...ct, columns: 2, samples: 3 as const, bitsAllocated: 8 as const };
  const expected = [1, 2, 3, 255, 4, 5, 6, 255];
  expect([...drawFrame(colour, Uint8Array.of(1, 2, 3, 4, 5, 6))!]).toEqual(expected);
  expect([...drawFrame({ ...colour, isPlanar: true }, Uint8Array.of(1, 4, 2, 5, 3, 6))!]).toEqual(expected);
});
