import { SchemeError } from "../error.ts";
import type { Bounds } from "./arithmetic/packing.ts";
import { type EncryptedMatrix, fits, isSameBytes, type MatrixHeader, valuesIn } from "./matrix.ts";

/** Σ weight · matrix + constant, value by value. All linear operations are rows of this one. */
export interface Combination {
  readonly matrices: readonly EncryptedMatrix[];
  /** Whole numbers, one a matrix. */
  readonly weights: readonly number[];
  /** In units of the stored values; whole. */
  readonly constant: number;
  /** What the divisor of the result is multiplied by: the sum of the weights of a mean. */
  readonly divideBy: number;
}

export function sumOf(matrices: readonly EncryptedMatrix[]): Combination {
  return { matrices, weights: matrices.map(() => 1), constant: 0, divideBy: 1 };
}

export function differenceOf(from: EncryptedMatrix, what: EncryptedMatrix): Combination {
  return { matrices: [from, what], weights: [1, -1], constant: 0, divideBy: 1 };
}

export function multipleOf(matrix: EncryptedMatrix, factor: number): Combination {
  return { matrices: [matrix], weights: [factor], constant: 0, divideBy: 1 };
}

/**
 * The same amount added to every value, such as a change of brightness: to the mean itself where the matrix holds one,
 * not to the sum that is still to be divided.
 */
export function shiftOf(matrix: EncryptedMatrix, amount: number): Combination {
  return { matrices: [matrix], weights: [1], constant: amount * matrix.divisor, divideBy: 1 };
}

/** @param weights positive, one a matrix; all 1 when left out */
export function meanOf(
  matrices: readonly EncryptedMatrix[],
  weights: readonly number[] = matrices.map(() => 1),
): Combination {
  return { matrices, weights, constant: 0, divideBy: requireMeanWeights(weights) };
}

/** The sum of the weights. */
export function requireMeanWeights(weights: readonly number[]): number {
  if (weights.some((weight) => weight < 0)) {
    throw new SchemeError("out-of-limits", "A weight of a mean is not negative.");
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) throw new SchemeError("out-of-limits", "The weights of a mean are not all zero.");
  return sum;
}

/**
 * What is known of the result before anything is computed; refuses what could leave the room that a value has.
 * @throws SchemeError `mixed-keys`, `mismatch`, `overflow`, `out-of-limits`
 */
export function headerOf({ matrices, weights, constant, divideBy }: Combination): MatrixHeader {
  const [first] = matrices;
  if (first === undefined || weights.length !== matrices.length) {
    throw new SchemeError(
      "mismatch",
      `${weights.length} weights do not go with ${matrices.length} matrices.`,
    );
  }
  for (const other of matrices) requireFit(first, other);
  for (const number of [...weights, constant]) requireWhole(number);
  const ofInputs = matrices.map(({ bounds }) => bounds);
  const bounds = requireRoom(linearBounds(ofInputs, weights, constant), first.packing.slotBits);
  const about = matrices.every((other) => isSameBytes(other.about, first.about))
    ? first.about
    : new Uint8Array();
  const { key, bits, shape, packing, decimals } = first;
  const divisor = requireDivisor(first.divisor * divideBy);
  return { key, bits, shape, packing, bounds, decimals, divisor, about };
}

/**
 * The same for the sum over one series, that is over all values of one matrix.
 * @throws SchemeError `mismatch` where several values share a ciphertext: they cannot be added to each other
 */
export function totalHeaderOf(
  matrix: EncryptedMatrix,
  weights: readonly number[],
  divideBy: number,
): MatrixHeader {
  const count = valuesIn(matrix.shape);
  if (matrix.packing.perCiphertext !== 1) {
    throw new SchemeError(
      "mismatch",
      `${matrix.packing.perCiphertext} values share a ciphertext and cannot be added to each other. ` +
        "Encrypt the series with one value a ciphertext.",
    );
  }
  if (weights.length !== count) {
    throw new SchemeError("mismatch", `${weights.length} weights do not go with ${count} values.`);
  }
  for (const weight of weights) requireWhole(weight);
  const ofValues = weights.map(() => matrix.bounds);
  const bounds = requireRoom(linearBounds(ofValues, weights, 0), matrix.packing.slotBits);
  const divisor = requireDivisor(matrix.divisor * divideBy);
  const { key, bits, packing, decimals } = matrix;
  const shape = { frames: 1, rows: 1, columns: 1, samples: 1 };
  return { key, bits, shape, packing, bounds, decimals, divisor, about: matrix.about };
}

interface WideBounds {
  readonly min: bigint;
  readonly max: bigint;
}

function linearBounds(inputs: readonly Bounds[], weights: readonly number[], constant: number): WideBounds {
  let [min, max] = [BigInt(constant), BigInt(constant)];
  for (const [index, input] of inputs.entries()) {
    const weight = BigInt(weights[index]!);
    const [low, high] = [weight * BigInt(input.min), weight * BigInt(input.max)];
    min += low < high ? low : high;
    max += low < high ? high : low;
  }
  return { min, max };
}

/** @throws SchemeError `overflow` */
function requireRoom({ min, max }: WideBounds, slotBits: number): Bounds {
  const bounds = { min: Number(min), max: Number(max) };
  if (fits(bounds, slotBits)) return bounds;
  throw new SchemeError(
    "overflow",
    `Refused: values from ${min} to ${max} could come out, and a value here has ${slotBits} bits with its sign. ` +
      "Encrypt with more room for each value, or combine less.",
  );
}

/** @throws SchemeError `overflow` */
function requireDivisor(divisor: number): number {
  if (Number.isSafeInteger(divisor)) return divisor;
  throw new SchemeError("overflow", "Refused: the divisor of the mean would exceed 2^53 - 1.");
}

function requireFit(left: MatrixHeader, right: MatrixHeader): void {
  if (!isSameBytes(left.key, right.key)) {
    throw new SchemeError("mixed-keys", "The matrices are under different Paillier keys.");
  }
  const differs = (["shape", "packing"] as const).find(
    (part) => JSON.stringify(left[part]) !== JSON.stringify(right[part]),
  );
  if (differs !== undefined) {
    throw new SchemeError("mismatch", `The matrices do not fit each other: they differ in their ${differs}.`);
  }
  if (left.decimals !== right.decimals || left.divisor !== right.divisor) {
    throw new SchemeError(
      "mismatch",
      "The matrices do not fit each other: their values have different units.",
    );
  }
}

function requireWhole(value: number): void {
  if (!Number.isSafeInteger(value)) {
    throw new SchemeError(
      "out-of-limits",
      `${value} is no whole number up to 2^53 - 1: weights and amounts are.`,
    );
  }
}
