import * as field from "@chirograph/engine/field";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const { divide, inverse, multiply, power } = field;
const element = fc.integer({ min: 0, max: 255 });
const nonzero = fc.integer({ min: 1, max: 255 });
const everyElement = Array.from({ length: 256 }, (_, index) => index);

/** Multiplication once more, as it is taught: multiply the polynomials, then divide by 0x11d. */
function longMultiplication(left: number, right: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) if ((right >> bit) % 2 === 1) product ^= left << bit;
  for (let bit = 14; bit >= 8; bit--) if ((product >> bit) % 2 === 1) product ^= 0x11d << (bit - 8);
  return product;
}

describe("GF(2⁸)", () => {
  test("multiplies as polynomials do", () => {
    for (const left of everyElement) {
      for (const right of everyElement) expect(multiply(left, right)).toBe(longMultiplication(left, right));
    }
  });

  test("is a field", () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(multiply(a, b)).toBe(multiply(b, a));
        expect(multiply(multiply(a, b), c)).toBe(multiply(a, multiply(b, c)));
        expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c));
        expect(multiply(a, 1)).toBe(a);
        expect(multiply(a, 0)).toBe(0);
      }),
    );
    fc.assert(
      fc.property(element, nonzero, (a, b) => {
        expect(multiply(b, inverse(b))).toBe(1);
        expect(multiply(divide(a, b), b)).toBe(a);
      }),
    );
  });

  test("has generator 2, whose eighth power is what the polynomial says", () => {
    expect(field.GENERATOR).toBe(2);
    expect(new Set(everyElement.map((exponent) => power(2, exponent))).size).toBe(255);
    expect(power(2, 8)).toBe(0x1d);
    expect(power(2, 255)).toBe(1);
  });

  test("raises to powers by repeated multiplication", () => {
    fc.assert(
      fc.property(element, fc.nat({ max: 600 }), (base, exponent) => {
        let product = 1;
        for (let count = 0; count < exponent; count++) product = multiply(product, base);
        expect(power(base, exponent)).toBe(product);
      }),
    );
  });

  test("gives the row of every coefficient", () => {
    for (const coefficient of everyElement) {
      const row = Uint8Array.from(everyElement, (each) => multiply(coefficient, each));
      expect(field.multiplicationRow(coefficient)).toEqual(row);
    }
  });

  test("does not divide by zero", () => {
    expect(() => divide(1, 0)).toThrow(RangeError);
    expect(() => divide(0, 0)).toThrow(RangeError);
    expect(() => inverse(0)).toThrow(RangeError);
  });

  test("takes whole exponents from zero only", () => {
    for (const exponent of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => power(2, exponent)).toThrow(RangeError);
    }
  });
});
