import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseArguments, UsageError } from "./arguments.ts";
import { blockBytesOf } from "./geometry.ts";
import { Noise } from "./noise.ts";
import { GIB, KIB, MIB, parseSize, showSize } from "./sizes.ts";
import { maximum, median, minimum, percentile, spread } from "./statistics.ts";
import { chooseParent } from "./workplace.ts";

describe("statistics", () => {
  const values = [5, 1, 4, 2];

  test("minimum, maximum, median and spread", () => {
    expect([minimum(values), maximum(values), median(values)]).toEqual([1, 5, 3]);
    expect(median([3, 9, 1])).toBe(3);
    expect(spread(values)).toBeCloseTo(4 / 3);
  });

  test("a percentile is one of the values, and so many are not above it", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.95)).toBe(95);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile(values, 1)).toBe(5);
  });

  test("of nothing there are none", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("sizes", () => {
  test("are read and written alike", () => {
    for (const text of ["8 KiB", "64 MiB", "1 GiB"])
      expect(showSize(parseSize(text.replace(" ", ""))!)).toBe(text);
    expect(showSize(1.5 * MIB)).toBe("1.5 MiB");
    expect(showSize(10)).toBe("10 bytes");
  });

  test.each(["", "64", "MiB", "0MiB", "-1MiB", "1.5GiB", "1gib", "1GiB ", "9999999GiB"])(
    "%j is none",
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  test("blocks double so that there are at most 2,048 stripes", () => {
    expect([64 * MIB, GIB, 8 * GIB, 100 * GIB].map(blockBytesOf)).toEqual([64 * KIB, 128 * KIB, MIB, MIB]);
  });
});

describe("arguments", () => {
  test("name nothing: everything, seven rounds, two sizes", () => {
    expect(parseArguments([])).toEqual({
      parts: ["seal", "open", "range", "notes", "small", "micro"],
      sizes: [64 * MIB, GIB],
      rounds: 7,
      folder: undefined,
      json: undefined,
      docs: false,
    });
  });

  test("parts come in their order, sizes ascend and come once", () => {
    const plan = parseArguments([
      "open",
      "seal",
      "open",
      "--sizes",
      "1GiB,64MiB,1GiB",
      "--long",
      "--rounds",
      "3",
    ]);
    expect(plan).toMatchObject({ parts: ["seal", "open"], sizes: [64 * MIB, GIB, 8 * GIB], rounds: 3 });
  });

  test("help is no run", () => {
    expect(parseArguments(["--help"])).toBeUndefined();
  });

  test.each([
    ["merge"],
    ["--rounds", "0"],
    ["--rounds", "100"],
    ["--rounds", "2x"],
    ["--sizes", "1"],
    ["--unknown"],
  ])("%s %s is refused", (...args) => {
    expect(() => parseArguments(args)).toThrow(UsageError);
  });
});

test("noise is the same in every run and another for every seed", () => {
  expect(new Noise(1).next(64)).toEqual(new Noise(1).next(64));
  expect(new Noise(1).next(64)).not.toEqual(new Noise(2).next(64));
  const noise = new Noise(1);
  expect(Buffer.concat([noise.next(10), noise.next(54)])).toEqual(new Noise(1).next(64));
});
test("too little room is said before anything is done", () => {
  expect(() => chooseParent(tmpdir(), 1e18)).toThrow(/needs .* has /);
  expect(() => chooseParent(join(tmpdir(), "is-not-there"), 1)).toThrow(/is not there/);
});
