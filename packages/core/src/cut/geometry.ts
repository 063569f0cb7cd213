import { ChirographError } from "../error.ts";
import { sealedSize } from "../layer1/size.ts";

const FEWEST_FRAGMENTS = 8;
export const MOST_FRAGMENTS = 64;
const FEWEST_NEEDED = 2;

const SMALLEST_BLOCK_BYTES = 4096;
const LARGEST_BLOCK_BYTES = 1_048_576;
const DEFAULT_BLOCK_BYTES = 65_536;
/** Writers double the block until no more stripes than this are needed, so that leaf hashes stay small. */
const COMFORTABLE_STRIPES = 2048;
const MOST_STRIPES = 1_048_576;

export const MARK_BYTES = 16;
export const SHARE_BYTES = 33;
export const HASH_BYTES = 32;
/** What stands before the blocks: head mark and share. */
export const FRAGMENT_HEAD_BYTES: number = MARK_BYTES + SHARE_BYTES;

/** How one sealed record lies in its fragments (docs/format.md, section 8). All sizes in bytes. */
export interface Geometry {
  /** n. */
  readonly total: number;
  /** k. */
  readonly needed: number;
  /** L: length of the sealed record. */
  readonly sealedBytes: number;
  /** B: length of a block in every stripe but the last. */
  readonly blockBytes: number;
  readonly stripes: number;
  readonly lastBlockBytes: number;
  /** Sum of a fragment's blocks. */
  readonly blocksBytes: number;
  /** Length of each fragment. */
  readonly fragmentBytes: number;
}

/** Geometry of a version to be written: chooses the block size. */
export function planGeometry(plan: { total: number; needed: number; recordBytes: number }): Geometry {
  const sealedBytes = sealedSize(plan.recordBytes);
  let blockBytes = DEFAULT_BLOCK_BYTES;
  while (blockBytes < LARGEST_BLOCK_BYTES && sealedBytes > COMFORTABLE_STRIPES * plan.needed * blockBytes) {
    blockBytes *= 2;
  }
  return geometryOf({ ...plan, blockBytes });
}

/** Geometry that an envelope states; every parameter is checked before any work. */
export function geometryOf(stated: {
  total: number;
  needed: number;
  recordBytes: number;
  blockBytes: number;
}): Geometry {
  const { total, needed, blockBytes } = stated;
  checkCounts(total, needed);
  checkBlockBytes(blockBytes);
  const sealedBytes = sealedSize(stated.recordBytes);
  const stripeBytes = needed * blockBytes;
  const stripes = Math.ceil(sealedBytes / stripeBytes);
  if (stripes > MOST_STRIPES) {
    throw new ChirographError(
      "out-of-limits",
      `A record of ${stripes} stripes is refused: at most ${MOST_STRIPES} are allowed.`,
    );
  }
  const lastBlockBytes = Math.ceil((sealedBytes - (stripes - 1) * stripeBytes) / needed);
  const blocksBytes = (stripes - 1) * blockBytes + lastBlockBytes;
  const fragmentBytes = FRAGMENT_HEAD_BYTES + blocksBytes + stripes * HASH_BYTES + MARK_BYTES;
  return { total, needed, sealedBytes, blockBytes, stripes, lastBlockBytes, blocksBytes, fragmentBytes };
}

/** n and k within the limits of the format. */
export function checkCounts(total: number, needed: number): void {
  if (!(total >= FEWEST_FRAGMENTS && total <= MOST_FRAGMENTS && needed >= FEWEST_NEEDED && needed <= total)) {
    throw new ChirographError(
      "out-of-limits",
      `${needed} of ${total} fragments is refused: n is from ${FEWEST_FRAGMENTS} to ${MOST_FRAGMENTS}, k from ${FEWEST_NEEDED} to n.`,
    );
  }
}

/** Length of every block of stripe `stripe`. */
export function blockBytesOf(geometry: Geometry, stripe: number): number {
  return stripe === geometry.stripes - 1 ? geometry.lastBlockBytes : geometry.blockBytes;
}

/** Where the block of stripe `stripe` begins in a fragment. */
export function blockOffset(geometry: Geometry, stripe: number): number {
  return FRAGMENT_HEAD_BYTES + stripe * geometry.blockBytes;
}

/** Where the leaf hashes begin in a fragment; the tail mark follows them. */
export function leavesOffset(geometry: Geometry): number {
  return FRAGMENT_HEAD_BYTES + geometry.blocksBytes;
}

function checkBlockBytes(blockBytes: number): void {
  const isPowerOfTwo = Number.isInteger(Math.log2(blockBytes));
  if (!isPowerOfTwo || blockBytes < SMALLEST_BLOCK_BYTES || blockBytes > LARGEST_BLOCK_BYTES) {
    throw new ChirographError(
      "out-of-limits",
      `Blocks of ${blockBytes} bytes are refused: a power of two from ${SMALLEST_BLOCK_BYTES} to ${LARGEST_BLOCK_BYTES} is needed.`,
    );
  }
}
