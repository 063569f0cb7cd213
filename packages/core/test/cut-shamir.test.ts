import { multiply } from "@chirograph/engine/field";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinShares, rebuildShare, shareSecret } from "../src/cut/shamir.ts";
import { concat, engine, pattern, scripted } from "./fixtures.ts";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** n, k, and all n places in any order. */
const codes = fc.integer({ min: 8, max: 64 }).chain((total) => {
  const places = Array.from({ length: total }, (_, index) => index);
  return fc.record({
    total: fc.constant(total),
    needed: fc.integer({ min: 2, max: total }),
    order: fc.shuffledSubarray(places, { minLength: total, maxLength: total }),
  });
});

describe("Shamir's scheme", () => {
  test("gives the secret back from any k shares, in any order", () => {
    fc.assert(
      fc.property(secrets, codes, (secret, { total, needed, order }) => {
        const shares = shareSecret(engine, secret, { total, needed });
        expect(shares.map((share) => [share.length, share[0]])).toEqual(
          shares.map((_, index) => [33, index + 1]),
        );
        expect(joinShares(order.slice(0, needed).map((index) => shares[index]!))).toEqual(secret);
      }),
      { numRuns: 60 },
    );
  });

  test("gives every other share back from any k", () => {
    fc.assert(
      fc.property(secrets, codes, (secret, { total, needed, order }) => {
        const shares = shareSecret(engine, secret, { total, needed });
        const present = order.slice(0, needed).map((index) => shares[index]!);
        for (const index of order) expect(rebuildShare(present, index + 1)).toEqual(shares[index]);
      }),
      { numRuns: 20 },
    );
  });

  test("is the polynomial whose constant is the secret and whose other coefficients are random", () => {
    const secret = pattern(32, 3);
    const [linear, square] = [pattern(32, 100), pattern(32, 200)];
    const random = scripted(engine, [...linear, ...square]);
    const shares = shareSecret(random, secret, { total: 8, needed: 3 });
    shares.forEach((share, index) => {
      const x = index + 1;
      const values = secret.map(
        (byte, place) => byte ^ multiply(linear[place]!, x) ^ multiply(square[place]!, multiply(x, x)),
      );
      expect(share).toEqual(concat(Uint8Array.of(x), values));
    });
  });

  test("says nothing with k − 1 shares: each secret fits them, and each by exactly one polynomial", () => {
    const secret = pattern(32, 9);
    const needed = 4;
    const shares = shareSecret(engine, secret, { total: 8, needed });
    const known = shares.slice(2, 2 + needed - 1);
    const others = new Set<number>();
    for (let guess = 0; guess < 256; guess++) {
      // A fourth point fixes the polynomial; as it runs through all values at another place, so does the secret.
      const fourth = concat(Uint8Array.of(8), new Uint8Array(32).fill(guess));
      others.add(joinShares([...known, fourth])[0]!);
    }
    expect(others.size).toBe(256);
  });

  test("wipes the coefficients, which would give every share away", () => {
    const handed: Uint8Array[] = [];
    const watched = {
      ...engine,
      randomBytes(lengthBytes: number) {
        const bytes = engine.randomBytes(lengthBytes);
        handed.push(bytes);
        return bytes;
      },
    };
    shareSecret(watched, pattern(32), { total: 8, needed: 5 });
    expect(handed).toEqual([new Uint8Array(4 * 32)]);
  });

  test("refuses shares at place zero and two at one place", () => {
    const [first, second] = shareSecret(engine, pattern(32), { total: 8, needed: 2 }) as [
      Uint8Array,
      Uint8Array,
    ];
    const atZero = concat(Uint8Array.of(0), second.slice(1));
    const doubled = concat(Uint8Array.of(1), second.slice(1));
    for (const shares of [
      [first, atZero],
      [atZero, first],
      [first, first],
      [first, doubled],
    ]) {
      expect(() => joinShares(shares)).toThrow(RangeError);
      expect(() => rebuildShare(shares, 3)).toThrow(RangeError);
    }
  });
});
