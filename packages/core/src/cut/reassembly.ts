import type { Engine } from "@chirograph/engine/interface";
import { equalBytes, isZero } from "../encoding/bytes.ts";
import { ChirographError, TooFewFragments } from "../error.ts";
import { type FragmentFrame, fragmentRoot, type Place, readBlock } from "./fragment.ts";
import { blockBytesOf, type Geometry } from "./geometry.ts";
import type { KnownFragment } from "./rebuild.ts";
import { rebuildRows } from "./reed-solomon.ts";
import { rebuildShare } from "./shamir.ts";
import { leafHashes } from "./tree.ts";

/** The sealed bytes of a version, read through its fragments. */
export interface Reassembly {
  /**
   * The sealed bytes `[offset, offset + lengthBytes)`, every block checked against its leaf.
   * @throws TooFewFragments when a stripe has fewer than k good blocks
   */
  read(offset: number, lengthBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Takes note of the leaf of a data block that somebody else made from others, for `checkRebuilt`.
   * @throws ChirographError `inconsistent-author` where its own fragment is there and says otherwise
   */
  noteMade(stripe: number, index: number, leaf: Uint8Array): void;
  /**
   * Checks, after everything was read, that data fragments which had to be rebuilt are what the author signed. Their
   * roots fix the sealed bytes: without this an author could let those who miss a fragment read something else.
   * @throws ChirographError `inconsistent-author`
   */
  checkRebuilt(): Promise<void>;
  /** Fragments of which a block was found damaged so far. */
  readonly damaged: ReadonlySet<KnownFragment>;
}

/** What the envelope says about the fragments to merge. */
export interface Signed {
  readonly version: Uint8Array;
  readonly geometry: Geometry;
  readonly places: readonly Place[];
}

/**
 * Merges fragments: data fragments first, so that nothing is decoded while none is lost. A block that does not match
 * its leaf is made from the others of its stripe.
 * @param known fragments whose frames matched; several of one index are alternatives to each other
 */
export function reassemble(engine: Engine, signed: Signed, known: readonly KnownFragment[]): Reassembly {
  const { geometry } = signed;
  const { total, needed, sealedBytes, stripes } = geometry;
  const damaged = new Set<KnownFragment>();
  const alternatives = Array.from({ length: total }, (_, index) =>
    known.filter((fragment) => fragment.index === index),
  );
  /** Leaves of rebuilt data blocks, by fragment and stripe. */
  const rebuiltLeaves = new Map<number, Uint8Array[]>();
  /** Data blocks of the stripe that was touched last: neighbouring reads often begin where the one before ended. */
  let recent = { stripe: -1, blocks: new Map<number, Uint8Array>() };

  async function goodBlock(stripe: number, index: number): Promise<Uint8Array | null> {
    for (const fragment of alternatives[index]!) {
      const block = await readBlock(engine, fragment.source, fragment.frame, geometry, stripe);
      if (block !== null) return block;
      damaged.add(fragment);
    }
    return null;
  }

  /** Data blocks `first` to `last` of a stripe, by index; others may be among them. */
  async function dataBlocks(
    stripe: number,
    first: number,
    last: number,
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    if (recent.stripe !== stripe) recent = { stripe, blocks: new Map() };
    const { blocks } = recent;
    const wanted = Array.from({ length: last - first + 1 }, (_, place) => first + place);
    const lacking = wanted.filter((index) => !blocks.has(index));
    const found = await Promise.all(lacking.map((index) => goodBlock(stripe, index)));
    const absent = lacking.filter((index, place) => {
      const block = found[place]!;
      if (block !== null) blocks.set(index, block);
      return block === null;
    });
    if (absent.length > 0) await decode(stripe, blocks, absent);
    checkEnd(geometry, stripe, blocks);
    return blocks;
  }

  async function decode(
    stripe: number,
    blocks: Map<number, Uint8Array>,
    absent: readonly number[],
  ): Promise<void> {
    const present = new Map(blocks);
    for (let index = 0; index < total && present.size < needed; index++) {
      if (present.has(index) || absent.includes(index)) continue;
      const block = await goodBlock(stripe, index);
      if (block !== null) present.set(index, block);
    }
    if (present.size < needed) {
      throw new TooFewFragments(needed, total, present.keys());
    }
    const rebuilt = await engine.combine({
      matrix: rebuildRows(geometry, [...present.keys()], absent),
      inputs: [...present.values()],
    });
    const leaves = await leafHashes(engine, rebuilt);
    absent.forEach((index, position) => {
      blocks.set(index, rebuilt[position]!);
      noteMade(stripe, index, leaves[position]!);
    });
  }

  /** A rebuilt block is held against the frame of its own fragment, or, where that is lost, kept for `checkRebuilt`. */
  function noteMade(stripe: number, index: number, leaf: Uint8Array): void {
    const frame = alternatives[index]![0]?.frame;
    if (frame === undefined) {
      const leaves = rebuiltLeaves.get(index) ?? [];
      leaves[stripe] = leaf;
      rebuiltLeaves.set(index, leaves);
    } else if (!equalBytes(leaf, frame.leaves[stripe]!)) {
      throw rebuiltOtherwise(index);
    }
  }

  return {
    damaged,
    noteMade,
    async read(offset, lengthBytes) {
      if (offset < 0 || offset + lengthBytes > sealedBytes) throw new RangeError("outside the sealed record");
      const whole = new Uint8Array(lengthBytes);
      const stripeBytes = needed * geometry.blockBytes;
      for (let done = 0; done < lengthBytes;) {
        const stripe = Math.floor((offset + done) / stripeBytes);
        const blockBytes = blockBytesOf(geometry, stripe);
        const start = offset + done - stripe * stripeBytes;
        const end = Math.min(start + lengthBytes - done, needed * blockBytes);
        const first = Math.floor(start / blockBytes);
        const last = Math.floor((end - 1) / blockBytes);
        const blocks = await dataBlocks(stripe, first, last);
        for (let index = first; index <= last; index++) {
          const from = Math.max(start - index * blockBytes, 0);
          const to = Math.min(end - index * blockBytes, blockBytes);
          whole.set(blocks.get(index)!.subarray(from, to), done);
          done += to - from;
        }
      }
      return whole;
    },
    async checkRebuilt() {
      for (const [index, leaves] of rebuiltLeaves) {
        // Blocks that hold nothing but the zeros at the end were not read until now.
        for (let stripe = 0; stripe < stripes; stripe++) {
          if (leaves[stripe] === undefined) await dataBlocks(stripe, index, index);
        }
        const frame: FragmentFrame = {
          ...signed.places[index]!,
          share: shareOf(geometry, known, index),
          leaves,
        };
        const root = await fragmentRoot(engine, signed.version, index, frame, geometry);
        if (!equalBytes(root, signed.places[index]!.root)) throw rebuiltOtherwise(index);
      }
    },
  };
}

/** The share of a lost fragment, from those of k others. */
function shareOf({ needed }: Geometry, known: readonly KnownFragment[], index: number): Uint8Array {
  const shares = new Map(known.map(({ index: place, frame }) => [place, frame.share]));
  return rebuildShare([...shares.values()].slice(0, needed), index + 1);
}

/** The bytes that fill up the last stripe are zero; anything else was put there by the author. */
function checkEnd(geometry: Geometry, stripe: number, blocks: ReadonlyMap<number, Uint8Array>): void {
  if (stripe !== geometry.stripes - 1) return;
  const used = geometry.sealedBytes - stripe * geometry.needed * geometry.blockBytes;
  for (const [index, block] of blocks) {
    if (!isZero(block.subarray(Math.max(0, used - index * geometry.lastBlockBytes)))) {
      throw new ChirographError(
        "inconsistent-author",
        "The last stripe does not end in zeros: its author made it so.",
      );
    }
  }
}

function rebuiltOtherwise(index: number): ChirographError {
  return new ChirographError(
    "inconsistent-author",
    `Fragment ${index + 1}, rebuilt from others that are all as signed, is not as signed: the author made them so.`,
  );
}
