import { getRandomValues } from "node:crypto";

/** What is longer is drawn by itself. */
const LONGEST_SHARED_BYTES = 512;
const POOL_BYTES = 8192;

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/**
 * See `Engine.randomBytes`. A draw takes some microseconds however short it is, and a small record needs dozens: so
 * short ones come from one long one. What was given out is overwritten in the pool, and never given out again.
 */
export function randomBytes(lengthBytes: number): Uint8Array<ArrayBuffer> {
  if (lengthBytes > LONGEST_SHARED_BYTES) return getRandomValues(new Uint8Array(lengthBytes));
  if (used + lengthBytes > POOL_BYTES) {
    getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + lengthBytes);
  pool.fill(0, used, used + lengthBytes);
  used += lengthBytes;
  return bytes;
}
