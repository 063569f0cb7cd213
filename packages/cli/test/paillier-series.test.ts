import { expect, test } from "vitest";
import { parseSeries } from "../src/paillier/series.ts";

test("a series of a million numbers is read, with the decimals of the longest", () => {
  const { values, decimals } = parseSeries(`${"7\n".repeat(1_000_000)}-1.25`);
  expect([values.length, values[0], values.at(-1), decimals]).toEqual([1_000_001, 700, -125, 2]);
});
