import { encodePixels, readPixels, writePng } from "@chirograph/clinical/pixels";
import { describe, expect, test } from "vitest";
import { fileFrom, restOf } from "../src/paillier/rest.ts";

const side = 512;
/** All black but for the last sample: the worst there is to search for. */
const black = {
  frames: 1,
  rows: side,
  columns: side,
  colour: "grey",
  bits: 8,
  signed: false,
  data: new Uint8Array(side * side).with(side * side - 1, 1),
} as const;

describe("the rest of an image file", () => {
  test("is without samples that stand in the file as they are, where the file says that they stand", async () => {
    const file = Buffer.from(encodePixels(black));
    const rest = await restOf(file, black);
    expect(rest.length).toBeLessThan(200);
    expect(fileFrom(rest, black).equals(file)).toBe(true);
  });

  test("is the whole file where they are compressed, however much of it looks like them", async () => {
    // Behind its end, six times as many zeros as there are samples: to look for them there would take minutes.
    const file = Buffer.concat([await writePng(black), new Uint8Array(6 * black.data.length)]);
    const pixels = await readPixels(new Uint8Array(file));
    expect(pixels.data.at(-1)).toBe(1);
    const rest = await restOf(file, pixels);
    expect(rest.length).toBeGreaterThan(file.length);
    expect(fileFrom(rest, pixels).equals(file)).toBe(true);
  }, 10_000);
});
