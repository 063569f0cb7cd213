import { StoreError } from "./error.ts";
import type { ByteRange } from "./store.ts";

/**
 * The bytes that a call of `get` means: `range`, or the whole object.
 * @throws StoreError `out-of-range`
 */
export function rangeWithin(range: ByteRange | undefined, sizeBytes: number): ByteRange {
  if (range === undefined) return { offset: 0, lengthBytes: sizeBytes };
  const { offset, lengthBytes } = range;
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(lengthBytes);
  // Not their sum, which may be above what a number holds.
  if (!whole || offset < 0 || lengthBytes < 0 || offset > sizeBytes || lengthBytes > sizeBytes - offset) {
    throw new StoreError("out-of-range", "The range does not lie inside the object.");
  }
  return range;
}
