import { SchemeError } from "../error.ts";
import type { Bounds, Packing } from "./arithmetic/packing.ts";
import { checkHeader, fits, type MatrixHeader, MOST_SLOT_BITS, type Shape } from "./matrix.ts";
import type { PublicKey } from "./key.ts";

/** Bits that a value gets beyond its own: sums of 65,536 matrices, or weights that add up to that. */
export const GUARD_BITS = 16;

/** What is encrypted, and how. */
export interface EncryptionPlan {
  readonly shape: Shape;
  /** Every value lies within; tell no more of the data than everybody may know. */
  readonly bounds: Bounds;
  readonly decimals?: number;
  /** Room to compute in: 16 bits when left out. */
  readonly guardBits?: number;
  /** Values in one ciphertext: as many as there is room for when left out, 1 to add them to each other later. */
  readonly perCiphertext?: number;
  readonly about?: Uint8Array;
}

/** @throws SchemeError `out-of-limits` */
export function plannedHeader(key: PublicKey, plan: EncryptionPlan): MatrixHeader {
  const { shape, bounds, decimals = 0, guardBits = GUARD_BITS, about = new Uint8Array() } = plan;
  const packing = packingFor(key, bounds, guardBits, plan.perCiphertext);
  const header = { key: key.id, bits: key.bits, shape, packing, bounds, decimals, divisor: 1, about };
  checkHeader(header);
  return header;
}

function packingFor(
  { bits }: PublicKey,
  bounds: Bounds,
  guardBits: number,
  wanted: number | undefined,
): Packing {
  if (!Number.isInteger(guardBits) || guardBits < 0) throw new RangeError("guard bits are a whole number");
  let valueBits = 2;
  while (valueBits <= MOST_SLOT_BITS && !fits(bounds, valueBits)) valueBits++;
  const slotBits = Math.min(valueBits + guardBits, MOST_SLOT_BITS);
  if (valueBits > MOST_SLOT_BITS) {
    throw new SchemeError("out-of-limits", "Values beyond 2^53 - 1 cannot be encrypted.");
  }
  const most = Math.floor((bits - 2) / slotBits);
  if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 1 || wanted > most)) {
    throw new SchemeError(
      "out-of-limits",
      `${wanted} values of ${slotBits} bits do not fit in a ciphertext of this key: from 1 to ${most} do.`,
    );
  }
  return { slotBits, perCiphertext: wanted ?? most };
}

/**
 * The smallest and the largest of the values.
 * @throws SchemeError `out-of-limits` when one is no whole number up to 2^53 − 1
 */
export function boundsOf(values: ArrayLike<number>): Bounds {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isSafeInteger(value)) {
      throw new SchemeError("out-of-limits", `Value ${index + 1} is no whole number up to 2^53 - 1.`);
    }
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
