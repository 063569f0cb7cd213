import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FixedBase } from "../src/paillier/arithmetic/fixed-base.ts";
import {
  bitLength,
  fromBytes,
  gcd,
  inverse,
  inverses,
  modulo,
  power,
  toBytes,
} from "../src/paillier/arithmetic/integers.ts";
import { pack, unpack } from "../src/paillier/arithmetic/packing.ts";

const natural = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });

/** The definition, one bit after the other. */
function slowPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = modulo(result * base, modulus);
  }
  return result;
}

describe("integers", () => {
  it("go to bytes and back, and know their length", () => {
    fc.assert(
      fc.property(natural(512), (value) => {
        expect(fromBytes(toBytes(value, 64))).toBe(value);
        expect(bitLength(value + 1n)).toBe((value + 1n).toString(2).length);
      }),
    );
    expect(() => toBytes(256n, 1)).toThrow(RangeError);
    expect(() => toBytes(-1n, 1)).toThrow(RangeError);
  });

  it("have powers as the definition says, from tables too", () => {
    fc.assert(
      fc.property(natural(256), natural(128), natural(256), (base, exponent, some) => {
        const modulus = 2n * some + 1n;
        const expected = slowPower(base, exponent, modulus);
        expect(power(base, exponent, modulus)).toBe(expected);
        if (modulus === 1n) return;
        for (const digitBits of [4, 8] as const) {
          const table = new FixedBase(base % modulus, modulus, 16, digitBits);
          expect(table.power(toBytes(exponent, 16))).toBe(expected);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("have inverses where they are units, one by one and all at once", () => {
    const modulus = 3n ** 50n * 7n ** 20n;
    fc.assert(
      fc.property(fc.array(natural(256), { minLength: 1, maxLength: 9 }), (values) => {
        for (const value of values) {
          const found = inverse(value, modulus);
          const isUnit = gcd(value, modulus) === 1n;
          expect(found === null ? null : modulo(found * value, modulus)).toBe(isUnit ? 1n : null);
        }
        const units = values.filter((value) => gcd(value, modulus) === 1n);
        expect(inverses(units, modulus)).toEqual(units.map((unit) => inverse(unit, modulus)));
      }),
    );
  });
});

describe("packing", () => {
  it("gives back what it took, negative values and the ends of the range too", () => {
    const packed = fc.integer({ min: 2, max: 54 }).chain((slotBits) => {
      const half = 2 ** (slotBits - 1);
      const value = fc.oneof(
        fc.bigInt({ min: BigInt(-half), max: BigInt(half) - 1n }).map(Number),
        fc.constantFrom(-half, half - 1, 0),
      );
      return fc.record({
        slotBits: fc.constant(slotBits),
        values: fc.array(value, { minLength: 1, maxLength: 20 }),
      });
    });
    fc.assert(
      fc.property(packed, ({ slotBits, values }) => {
        const half = 2 ** (slotBits - 1);
        const bounds = { min: -half, max: half - 1 };
        const opened = new Float64Array(values.length);
        expect(unpack(pack(values, slotBits), slotBits, bounds, opened)).toBe(true);
        expect([...opened]).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it("refuses a value outside the bounds, and what is left over", () => {
    const opened = new Float64Array(2);
    const bounds = { min: 0, max: 9 };
    expect(unpack(pack([9, 0], 8), 8, bounds, opened)).toBe(true);
    expect(unpack(pack([9, 10], 8), 8, bounds, opened)).toBe(false);
    expect(unpack(pack([-1, 0], 8), 8, bounds, opened)).toBe(false);
    expect(unpack(pack([1, 2, 3], 8), 8, bounds, opened)).toBe(false);
  });
});
