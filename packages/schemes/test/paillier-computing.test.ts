import {
  type Combination,
  createPrivateKey,
  differenceOf,
  meanOf,
  multipleOf,
  shiftOf,
  sumOf,
} from "@chirograph/schemes/paillier";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exponentBytes, hidingExponentBytes } from "../src/paillier/key.ts";
import { engine, expectCode, rowOf, usePaillier } from "./fixtures.ts";

const paillier = usePaillier();
const key = await createPrivateKey(engine, 2048);
const { publicKey } = key;

const encrypt = (values: readonly number[], bounds = { min: -1000, max: 1000 }, more = {}) =>
  paillier.encrypt(publicKey, values, { shape: rowOf(values.length), bounds, ...more });
const open = async (combination: Combination): Promise<number[]> => [
  ...(await paillier.decrypt(key, await paillier.combine(publicKey, combination))),
];

describe("computing on encrypted matrices", () => {
  it("gives what the plain computation gives: any weights, signs and constant", async () => {
    const row = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 100, maxLength: 100 });
    const weight = fc.integer({ min: -40, max: 40 });
    await fc.assert(
      fc.asyncProperty(row, row, weight, weight, fc.integer(), async (one, two, a, b, constant) => {
        const bounds = { min: -1000, max: 1000 };
        const matrices = await Promise.all(
          [one, two].map((values) => encrypt(values, bounds, { guardBits: 40 })),
        );
        const opened = await open({ matrices, weights: [a, b], constant: constant % 100_000, divideBy: 1 });
        expect(opened).toEqual(one.map((value, at) => a * value + b * two[at]! + (constant % 100_000) + 0));
      }),
      { numRuns: 5 },
    );
  });

  it("adds, subtracts, shifts and multiplies", async () => {
    const [one, two] = [await encrypt([1, -2, 1000]), await encrypt([10, 20, -1000])];
    expect(await open(sumOf([one, two]))).toEqual([11, 18, 0]);
    expect(await open(differenceOf(one, two))).toEqual([-9, -22, 2000]);
    expect(await open(shiftOf(one, -7))).toEqual([-6, -9, 993]);
    expect(await open(multipleOf(one, -3))).toEqual([-3, 6, -3000]);
    expect(await open(multipleOf(one, 0))).toEqual([0, 0, 0]);
    expect(await open(sumOf([one]))).toEqual([1, -2, 1000]);
  });

  it("shifts a mean by as much as it shifts the values that the mean is of", async () => {
    const people = [
      [3, 6, -40],
      [5, 0, 7],
      [10, 1, 0],
    ];
    const cohort = await Promise.all(people.map((values) => encrypt(values)));
    for (const weights of [
      [1, 1, 1],
      [1, 2, 5],
    ]) {
      const mean = await paillier.combine(publicKey, meanOf(cohort, weights));
      const shifted = await paillier.combine(publicKey, shiftOf(mean, -7));
      const opened = await paillier.decrypt(key, shifted);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      expect(shifted.divisor).toBe(total);
      expect(Array.from(opened, (value) => value / shifted.divisor)).toEqual(
        [0, 1, 2].map(
          (at) =>
            people.reduce((sum, values, person) => sum + weights[person]! * (values[at]! - 7), 0) / total,
        ),
      );
    }
    const mean = await paillier.combine(publicKey, meanOf(cohort));
    const beyond = Math.floor(Number.MAX_SAFE_INTEGER / 2);
    await expectCode(() => paillier.combine(publicKey, shiftOf(mean, beyond)), "out-of-limits");
  });

  it("keeps the sum and the divisor of a mean over a cohort, with weights too", async () => {
    const cohort = await Promise.all(
      [
        [3, 6],
        [5, 0],
        [10, 1],
      ].map((values) => encrypt(values)),
    );
    const mean = await paillier.combine(publicKey, meanOf(cohort));
    expect([[...(await paillier.decrypt(key, mean))], mean.divisor]).toEqual([[18, 7], 3]);
    const weighted = await paillier.combine(publicKey, meanOf(cohort, [1, 2, 5]));
    expect([[...(await paillier.decrypt(key, weighted))], weighted.divisor]).toEqual([[63, 11], 8]);
    const again = await paillier.combine(publicKey, meanOf([mean, mean]));
    expect(again.divisor).toBe(6);
    await expectCode(() => meanOf(cohort, [1, -1, 5]), "out-of-limits");
    await expectCode(() => meanOf(cohort, [0, 0, 0]), "out-of-limits");
  });

  it("adds up one series, plain and weighted, where each value has its own ciphertext", async () => {
    const glucose = [54, 61, 48, 70, 55];
    const series = await encrypt(glucose, { min: 0, max: 500 }, { perCiphertext: 1, decimals: 1 });
    const sum = await paillier.total(publicKey, series, { weights: [1, 1, 1, 1, 1], isMean: false });
    expect([...(await paillier.decrypt(key, sum))]).toEqual([288]);
    expect(sum).toMatchObject({ divisor: 1, decimals: 1, bounds: { min: 0, max: 2500 } });
    const weighted = await paillier.total(publicKey, series, { weights: [0, 1, 2, 3, 4], isMean: true });
    expect([...(await paillier.decrypt(key, weighted))]).toEqual([61 + 96 + 210 + 220]);
    expect(weighted.divisor).toBe(10);
    const trend = await paillier.total(publicKey, series, { weights: [-2, -1, 0, 1, 2], isMean: false });
    expect([...(await paillier.decrypt(key, trend))]).toEqual([-108 - 61 + 70 + 110]);
    const packed = await encrypt(glucose);
    await expectCode(
      () => paillier.total(publicKey, packed, { weights: [1, 1, 1, 1, 1], isMean: false }),
      "mismatch",
    );
    await expectCode(() => paillier.total(publicKey, series, { weights: [1], isMean: true }), "mismatch");
  });

  it("does up to the very edge of the bounds, and refuses one step beyond before any work", async () => {
    // Values of 8 bits with their sign and three bits of room: from -1024 to 1023.
    const edge = await encrypt([-128, 127], { min: -128, max: 127 }, { guardBits: 3 });
    expect(edge.packing.slotBits).toBe(11);
    expect(await open(multipleOf(edge, 8))).toEqual([-1024, 1016]);
    expect(await open(shiftOf(edge, 896))).toEqual([768, 1023]);
    expect(await open(shiftOf(edge, -896))).toEqual([-1024, -769]);
    expect(await open(sumOf(Array.from({ length: 8 }, () => edge)))).toEqual([-1024, 1016]);
    const refused: Combination[] = [
      multipleOf(edge, 9),
      multipleOf(edge, -8),
      shiftOf(edge, 897),
      shiftOf(edge, -897),
      sumOf(Array.from({ length: 9 }, () => edge)),
      {
        matrices: [edge, edge],
        weights: [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
        constant: 0,
        divideBy: 1,
      },
    ];
    for (const combination of refused) {
      await expectCode(() => paillier.combine(publicKey, combination), "overflow");
    }
    // The bounds of a result count on: what is left of the room is known.
    const doubled = await paillier.combine(publicKey, multipleOf(edge, 4));
    expect(doubled.bounds).toEqual({ min: -512, max: 508 });
    await expectCode(() => paillier.combine(publicKey, sumOf([doubled, doubled, doubled])), "overflow");
    expect(await open(sumOf([doubled, doubled]))).toEqual([-1024, 1016]);
  });

  it("holds at the widest that a value may be", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const widest = await encrypt([most, -most, 0], { min: -most, max: most });
    expect(widest.packing).toEqual({ slotBits: 54, perCiphertext: 37 });
    expect(await open(multipleOf(widest, -1))).toEqual([-most, most, 0]);
    await expectCode(() => paillier.combine(publicKey, shiftOf(widest, 1)), "overflow");
  });

  it("refuses matrices that do not fit each other, and weights that are no whole numbers", async () => {
    const one = await encrypt([1, 2]);
    const others = [
      await encrypt([1, 2, 3]),
      await encrypt([1, 2], undefined, { guardBits: 20 }),
      await encrypt([1, 2], undefined, { decimals: 2 }),
      await paillier.combine(publicKey, meanOf([one, one])),
    ];
    for (const other of others) {
      await expectCode(() => paillier.combine(publicKey, sumOf([one, other])), "mismatch");
    }
    await expectCode(() => paillier.combine(publicKey, sumOf([])), "mismatch");
    await expectCode(() => paillier.combine(publicKey, multipleOf(one, 0.5)), "out-of-limits");
    await expectCode(() => paillier.combine(publicKey, shiftOf(one, Number.NaN)), "out-of-limits");
  });

  it("never gives one ciphertext twice: results are under fresh noise", async () => {
    const one = await encrypt([7]);
    const again = await encrypt([7]);
    const same = await paillier.combine(publicKey, sumOf([one]));
    const seen = new Set([one, again, same].map(({ ciphertexts }) => ciphertexts.join()));
    expect(seen.size).toBe(3);
  });

  it("puts a result under noise longer than the key, which hides how it came about from its holder too", () => {
    for (const bits of [2048, 3072] as const) {
      expect(8 * hidingExponentBytes({ bits })).toBe(bits + 128);
      expect(8 * exponentBytes({ bits })).toBe(bits / 2);
    }
  });

  it("works on long matrices too, where the larger tables are, and tells of its progress", async () => {
    const values = Array.from({ length: 256 }, (_, index) => index - 128);
    const heard: number[] = [];
    const matrix = await paillier.encrypt(
      publicKey,
      values,
      { shape: rowOf(256), bounds: { min: -128, max: 127 }, perCiphertext: 1 },
      (done, total) => heard.push(done / total),
    );
    expect([...(await paillier.decrypt(key, matrix))]).toEqual(values);
    expect(heard.at(-1)).toBe(1);
    expect(heard).toHaveLength(2);
  });

  it("does the same under a key of 3072 bits", async () => {
    const long = await createPrivateKey(engine, 3072);
    const matrix = await paillier.encrypt(long.publicKey, [5, -6], {
      shape: rowOf(2),
      bounds: { min: -6, max: 5 },
    });
    expect(matrix.ciphertexts).toHaveLength(768);
    const doubled = await paillier.combine(long.publicKey, multipleOf(matrix, 2));
    expect([...(await paillier.decrypt(long, doubled))]).toEqual([10, -12]);
  });
});
