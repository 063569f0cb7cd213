import type { Run, StripeLayout } from "./layout.ts";

export const HASH_BYTES = 32;
/** Areas begin at multiples of this, with as much behind them: a kernel works in steps. */
const ALIGNMENT = 64;

/** Where the parts of a run lie in the memory that it is worked on in, from its beginning. */
export interface SlotMap {
  /** Plaintext of the run's chunks, one behind the other. */
  readonly plainAt: number;
  /** For each of some fragments, its blocks in the run, one behind the other. */
  readonly areasAt: readonly number[];
  /** Leaf hashes: for each of those fragments one a stripe. */
  readonly leavesAt: number;
  readonly sizeBytes: number;
}

/** @param areas how many fragments */
export function slotMap(layout: StripeLayout, run: Run, chunkBytes: number, areas: number): SlotMap {
  const areaBytes = aligned(layout.areaBytes(run)) + ALIGNMENT;
  const stripes = run.endStripe - run.firstStripe;
  const areasEnd = areas * areaBytes;
  const leavesEnd = areasEnd + aligned(areas * stripes * HASH_BYTES);
  return {
    areasAt: Array.from({ length: areas }, (_, index) => index * areaBytes),
    leavesAt: areasEnd,
    plainAt: leavesEnd,
    sizeBytes: aligned(leavesEnd + (run.endChunk - run.firstChunk) * chunkBytes),
  };
}

/** What every run of a message fits into: one may begin and end inside a chunk. */
export function slotBytes(layout: StripeLayout, stripes: number, chunkBytes: number, areas: number): number {
  const longest = layout.run(0, stripes);
  const chunks = Math.floor((longest.endByte - longest.firstByte) / layout.sealedChunkBytes) + 2;
  const run = { ...longest, firstChunk: 0, endChunk: Math.min(chunks, layout.chunkCount) };
  return slotMap(layout, run, chunkBytes, areas).sizeBytes;
}

/** Where the leaf of a fragment and a stripe lies. */
export function leafAt(map: SlotMap, run: Run, area: number, stripe: number): number {
  const stripes = run.endStripe - run.firstStripe;
  return map.leavesAt + (area * stripes + stripe - run.firstStripe) * HASH_BYTES;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** The leaves of a fragment in a run, as copies: they outlive it. */
export function leavesOf(map: SlotMap, run: Run, area: number, slot: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: run.endStripe - run.firstStripe }, (_, index) => {
    const at = leafAt(map, run, area, run.firstStripe + index);
    return new Uint8Array(slot.subarray(at, at + HASH_BYTES));
  });
}

/** Leaves are no secret: whoever has a fragment has them. */
export function equalLeaf(left: Uint8Array, right: Uint8Array): boolean {
  return left.every((byte, index) => byte === right[index]);
}
