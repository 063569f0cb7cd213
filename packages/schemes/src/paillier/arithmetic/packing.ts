/** How values stand in a plaintext: `perCiphertext` signed digits to the base 2^`slotBits`. */
export interface Packing {
  readonly slotBits: number;
  readonly perCiphertext: number;
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Σ valueᵢ · 2^(slotBits · i). Negative values borrow from the digit above, which unpacking gives back. */
export function pack(values: ArrayLike<number>, slotBits: number): bigint {
  const shift = BigInt(slotBits);
  let packed = 0n;
  for (let index = values.length - 1; index >= 0; index--) {
    packed = (packed << shift) + BigInt(values[index]!);
  }
  return packed;
}

/**
 * Takes a plaintext apart into `values`.
 * @returns false when a value lies outside the bounds or something is left over: no sum of ours looks like that
 */
export function unpack(packed: bigint, slotBits: number, bounds: Bounds, values: Float64Array): boolean {
  const shift = BigInt(slotBits);
  let rest = packed;
  for (let index = 0; index < values.length; index++) {
    const digit = BigInt.asIntN(slotBits, rest);
    const value = Number(digit);
    if (value < bounds.min || value > bounds.max) return false;
    values[index] = value;
    rest = (rest - digit) >> shift;
  }
  return rest === 0n;
}
