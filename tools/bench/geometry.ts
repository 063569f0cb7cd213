import { KIB, MIB } from "./sizes.ts";

/** What is measured: n = 8, of which two may be lost. */
export const TOTAL = 8;
export const NEEDED = 6;
export const CHUNK_BYTES: number = 16 * KIB;

const TAG_BYTES = 16;
const SMALLEST_BLOCK_BYTES = 64 * KIB;
const COMFORTABLE_STRIPES = 2048;

/** The block that writers take for a record of that size (docs/format.md, section 8). */
export function blockBytesOf(recordBytes: number): number {
  const sealedBytes = recordBytes + TAG_BYTES * Math.ceil(recordBytes / CHUNK_BYTES);
  let blockBytes = SMALLEST_BLOCK_BYTES;
  while (blockBytes < MIB && sealedBytes > COMFORTABLE_STRIPES * NEEDED * blockBytes) blockBytes *= 2;
  return blockBytes;
}
