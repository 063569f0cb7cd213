/**
 * The field GF(2⁸) of the Reed-Solomon code and of Shamir's scheme: polynomial 0x11d, generator 2.
 * Elements are integers from 0 to 255; addition is XOR.
 *
 * Shares of secrets pass through here, so multiplying, dividing and raising to a power look up no table by
 * an element and branch on none, but for the refusal of zero. A row is for bytes that are no secret.
 */

const POLYNOMIAL = 0x11d;

/** The generator of the multiplicative group: its powers are all elements but zero. */
export const GENERATOR = 2;

/** How many elements the field has. */
export const FIELD_SIZE = 256;

/** The product of two elements. */
export function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = left;
  for (let bit = 0; bit < 8; bit++) {
    product ^= shifted & -((right >> bit) & 1);
    shifted = double(shifted);
  }
  return product;
}

/**
 * The element that gives `dividend` when multiplied with `divisor`.
 * @throws RangeError when `divisor` is zero
 */
export function divide(dividend: number, divisor: number): number {
  return multiply(dividend, inverse(divisor));
}

/**
 * The element that gives one when multiplied with `element`.
 * @throws RangeError for zero, which has none
 */
export function inverse(element: number): number {
  if (element === 0) throw new RangeError("zero has no inverse in GF(2⁸)");
  return power(element, FIELD_SIZE - 2);
}

/** `base` to a whole `exponent` ≥ 0; anything to the power of zero is one. The exponent is not a secret. */
export function power(base: number, exponent: number): number {
  if (!Number.isSafeInteger(exponent) || exponent < 0) throw new RangeError(`exponent ${exponent}`);
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** The products of `coefficient` with all 256 elements: what a kernel looks bytes up in. */
export function multiplicationRow(coefficient: number): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(FIELD_SIZE);
  let product = coefficient;
  for (let bit = 1; bit < FIELD_SIZE; bit *= 2) {
    // Multiplication distributes over XOR, so every product with this bit is one known before plus this one.
    for (let below = 0; below < bit; below++) row[bit + below] = row[below]! ^ product;
    product = double(product);
  }
  return row;
}

function double(element: number): number {
  return (element << 1) ^ (POLYNOMIAL & -(element >> 7));
}
