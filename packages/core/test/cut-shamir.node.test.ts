import { multiply, power } from "@chirograph/engine/field";
import { combine, split } from "shamir-secret-sharing";
import { describe, expect, test } from "vitest";
import { joinShares, shareSecret } from "../src/cut/shamir.ts";
import { concat, engine, pattern } from "./fixtures.ts";

/**
 * The `shamir-secret-sharing` package computes in GF(2⁸) with another polynomial, 0x11b. All fields of 256 elements
 * are alike: whatever maps a root of 0x11b to one in our field carries its shares over to ours.
 */
const root = Array.from({ length: 256 }, (_, element) => element).find(
  (element) => element > 1 && (power(element, 8) ^ power(element, 4) ^ power(element, 3) ^ element ^ 1) === 0,
)!;
const toOurs = Uint8Array.from({ length: 256 }, (_, element) => {
  let image = 0;
  for (let bit = 0; bit < 8; bit++) if (((element >> bit) & 1) === 1) image ^= power(root, bit);
  return image;
});
const toTheirs = Uint8Array.from({ length: 256 }, (_, element) => toOurs.indexOf(element));

const through = (table: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(bytes, (byte) => table[byte]!);
/** They write a share as `y ‖ x`, we as `x ‖ y`. */
const lastFirst = (share: Uint8Array): Uint8Array => concat(share.slice(-1), share.slice(0, -1));
const firstLast = (share: Uint8Array): Uint8Array<ArrayBuffer> => concat(share.slice(1), share.slice(0, 1));

describe("against the shamir-secret-sharing package", () => {
  test("the two fields are mapped onto each other", () => {
    expect(new Set(toOurs).size).toBe(256);
    // 0x53 and 0xca are inverse to each other in the field of AES, whose polynomial is 0x11b.
    expect(multiply(toOurs[0x53]!, toOurs[0xca]!)).toBe(1);
  });

  test.each([
    [8, 2],
    [12, 9],
    [64, 64],
  ])("we join what it splits, n = %d, k = %d", async (total, needed) => {
    const secret = pattern(32, total);
    const shares = await split(secret, total, needed);
    const ours = shares.map((share) => through(toOurs, lastFirst(share)));
    expect(joinShares(ours.slice(total - needed))).toEqual(through(toOurs, secret));
  });

  test.each([
    [8, 2],
    [12, 9],
    [64, 64],
  ])("it joins what we split, n = %d, k = %d", async (total, needed) => {
    const secret = pattern(32, total);
    const shares = shareSecret(engine, secret, { total, needed });
    const theirs = shares.map((share) => through(toTheirs, firstLast(share)));
    expect(await combine(theirs.slice(0, needed))).toEqual(through(toTheirs, secret));
  });
});
