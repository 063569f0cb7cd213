import type { Engine } from "@chirograph/engine/interface";
import { blockBytesOf, type Geometry } from "../../src/cut/geometry.ts";
import type { Matrix } from "../../src/cut/matrix.ts";
import { parityRows } from "../../src/cut/reed-solomon.ts";
import { leafHashes } from "../../src/cut/tree.ts";

/** One stripe, cut: n blocks of one length, and the leaf hash of each. */
export interface Stripe {
  readonly blocks: readonly Uint8Array[];
  readonly leaves: readonly Uint8Array[];
}

/**
 * Deals the sealed bytes in stripes over n fragments. The blocks of a stripe stay valid only until the next one
 * is asked for: their memory is used again.
 */
export async function* cutStripes(
  engine: Engine,
  geometry: Geometry,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Stripe, void, void> {
  const parity = parityRows(geometry.total, geometry.needed);
  // The first stripe is the longest: where it is also the last, it may be small.
  const buffer = new Uint8Array(geometry.needed * blockBytesOf(geometry, 0));
  let filled = 0;
  let stripe = 0;
  for await (const piece of sealed) {
    for (let offset = 0; offset < piece.length;) {
      const taken = Math.min(piece.length - offset, buffer.length - filled);
      buffer.set(piece.subarray(offset, offset + taken), filled);
      offset += taken;
      filled += taken;
      if (filled === buffer.length) {
        yield await cutStripe(engine, geometry, parity, buffer, stripe++);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield await cutStripe(engine, geometry, parity, buffer.fill(0, filled), stripe);
}

async function cutStripe(
  engine: Engine,
  geometry: Geometry,
  parity: Matrix,
  buffer: Uint8Array,
  stripe: number,
): Promise<Stripe> {
  const blockBytes = blockBytesOf(geometry, stripe);
  const data = Array.from({ length: geometry.needed }, (_, index) =>
    buffer.subarray(index * blockBytes, (index + 1) * blockBytes),
  );
  const blocks = [...data, ...(await engine.combine({ matrix: parity, inputs: data }))];
  return { blocks, leaves: await leafHashes(engine, blocks) };
}
