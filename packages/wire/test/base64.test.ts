import { equalBytes } from "@chirograph/core";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { fromBase64, toBase64 } from "../src/encoding/base64.ts";

describe("base64", () => {
  test("comes back, and what parses is written again as it was", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = toBase64(bytes);
        expect(fromBase64(text)).toEqual(bytes);
        expect(text).toBe(btoa(String.fromCharCode(...bytes)));
      }),
    );
  });

  test("of any text is either refused or the one that is written", () => {
    const characters = fc.constantFrom("A", "B", "a", "b", "0", "1", "+", "/", "=", "-", " ", "\n");
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
        const bytes = fromBase64(text);
        expect(bytes === null ? text : toBase64(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    "A",
    "AA",
    "AAA",
    "AA=",
    "AB==",
    "AAB=",
    "A===",
    "====",
    "AA==AA==",
    "AAA A",
    " AAA",
    "AAA\n",
    "AA-_",
  ])("%j is refused", (text) => {
    expect(fromBase64(text)).toBeNull();
  });

  test("of a whole commit comes back", () => {
    const bytes = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 7) & 0xff);
    expect(equalBytes(fromBase64(toBase64(bytes))!, bytes)).toBe(true);
  });
});
