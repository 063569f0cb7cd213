import type { Engine } from "@chirograph/engine/interface";
import { concat, concatAll, equalBytes } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { Writer } from "../encoding/writer.ts";
import {
  blockBytesOf,
  blockOffset,
  FRAGMENT_HEAD_BYTES,
  type Geometry,
  HASH_BYTES,
  leavesOffset,
  MARK_BYTES,
} from "./geometry.ts";
import type { Marks } from "./marks.ts";
import { leafHashes, treeHash } from "./tree.ts";

/** A fragment that lies somewhere. The core neither knows nor cares where. */
export interface FragmentSource {
  readonly sizeBytes: number;
  /**
   * The bytes `[offset, offset + lengthBytes)`, inside the size; the source does not change them once they are given.
   * Fewer bytes, or a rejection, count as damage of this fragment and of no other.
   * @param target `lengthBytes` long: a source may read into it and give it back, and writes no more to it then
   */
  read(offset: number, lengthBytes: number, target?: Uint8Array): Promise<Uint8Array>;
}

/** What the envelope signs about one fragment. */
export interface Place extends Marks {
  /** 16 random bytes, the fragment's name wherever it lies. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The parts of a fragment that surround its blocks. */
export interface FragmentFrame extends Marks {
  /** `x ‖ y`: 33 bytes. */
  readonly share: Uint8Array;
  /** One hash a stripe. */
  readonly leaves: readonly Uint8Array[];
}

/** What stands before the blocks: 49 bytes. */
export function fragmentHead(frame: Pick<FragmentFrame, "head" | "share">): Uint8Array<ArrayBuffer> {
  return concat(frame.head, frame.share);
}

/** What stands behind the blocks. */
export function fragmentTail(frame: Pick<FragmentFrame, "leaves" | "tail">): Uint8Array<ArrayBuffer> {
  return concatAll([...frame.leaves, frame.tail]);
}

/** The root that binds everything in fragment `index` of a version (docs/format.md, section 8). */
export async function fragmentRoot(
  engine: Engine,
  version: Uint8Array,
  index: number,
  frame: FragmentFrame,
  geometry: Geometry,
): Promise<Uint8Array<ArrayBuffer>> {
  const numbers = new Writer().u64(geometry.blocksBytes).finish();
  const tree = await treeHash(engine, frame.leaves);
  return engine.sha256([
    labelled("fragment", version, Uint8Array.of(index), frame.head, frame.share, frame.tail, numbers, tree),
  ]);
}

/** Reads what surrounds the blocks of a fragment of the right size. `null` when the source fails. */
export async function readFrame(source: FragmentSource, geometry: Geometry): Promise<FragmentFrame | null> {
  const before = await readExactly(source, 0, FRAGMENT_HEAD_BYTES);
  const offset = leavesOffset(geometry);
  const behind = await readExactly(source, offset, geometry.fragmentBytes - offset);
  if (before === null || behind === null) return null;
  // Copies, since the frame is what later reads are held against.
  const [first, rest] = [new Uint8Array(before), new Uint8Array(behind)];
  return {
    head: first.subarray(0, MARK_BYTES),
    share: first.subarray(MARK_BYTES),
    leaves: Array.from({ length: geometry.stripes }, (_, stripe) =>
      rest.subarray(stripe * HASH_BYTES, (stripe + 1) * HASH_BYTES),
    ),
    tail: rest.subarray(geometry.stripes * HASH_BYTES),
  };
}

/** True when the frame is the one that the envelope signs for fragment `index`; its blocks are then fixed by its leaves. */
export async function frameMatches(
  engine: Engine,
  version: Uint8Array,
  index: number,
  frame: FragmentFrame,
  place: Place,
  geometry: Geometry,
): Promise<boolean> {
  return (
    equalBytes(frame.head, place.head) &&
    equalBytes(frame.tail, place.tail) &&
    frame.share[0] === index + 1 &&
    equalBytes(await fragmentRoot(engine, version, index, frame, geometry), place.root)
  );
}

/** Block of stripe `stripe`, or `null` when it is not the one that the frame's leaf fixes. */
export async function readBlock(
  engine: Engine,
  source: FragmentSource,
  frame: FragmentFrame,
  geometry: Geometry,
  stripe: number,
): Promise<Uint8Array | null> {
  const block = await readExactly(source, blockOffset(geometry, stripe), blockBytesOf(geometry, stripe));
  if (block === null) return null;
  const [leaf] = await leafHashes(engine, [block]);
  return equalBytes(leaf!, frame.leaves[stripe]!) ? block : null;
}

/** A source that fails or gives too little is a damaged source, not a reason to stop: other fragments may do. */
async function readExactly(
  source: FragmentSource,
  offset: number,
  lengthBytes: number,
): Promise<Uint8Array | null> {
  if (offset + lengthBytes > source.sizeBytes) return null;
  try {
    const bytes = await source.read(offset, lengthBytes);
    return bytes.length === lengthBytes ? bytes : null;
  } catch {
    return null;
  }
}
