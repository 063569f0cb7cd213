import { expect, it } from "vitest";
import { count, formatSize, listed } from "../src/parts/quantity.ts";

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [99_499, "99.5 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [52_428_800, "52.4 MB"],
  [5e15, "5000 TB"],
])("shows %d bytes as %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

it("counts one and many", () => {
  expect([count(0, "record"), count(1, "record"), count(1200, "record")]).toEqual([
    "0 records",
    "1 record",
    "1,200 records",
  ]);
  expect(count(2, "thing is", "things are")).toBe("2 things are");
});

it("lists with an “and”", () => {
  expect(listed(["a", "b", "c"])).toBe("a, b and c");
});
