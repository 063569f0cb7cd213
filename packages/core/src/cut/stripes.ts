import type { SealedStripes } from "@chirograph/engine/interface";
import { blockBytesOf, type Geometry } from "./geometry.ts";

/** What is shorter is read block by block: of a range, no more is read than it needs. */
export const WORTH_STRIPES_BYTES = 4_194_304;

/** The part of the sealed bytes that lies in some stripes, in order: views of their data blocks. */
export function* sealedBytesOf(
  { firstStripe, endStripe, fragments }: SealedStripes,
  geometry: Geometry,
): Generator<Uint8Array, void, void> {
  const { needed, blockBytes, sealedBytes } = geometry;
  for (let stripe = firstStripe; stripe < endStripe; stripe++) {
    const lengthBytes = blockBytesOf(geometry, stripe);
    const from = (stripe - firstStripe) * blockBytes;
    for (let index = 0; index < needed; index++) {
      const left = sealedBytes - stripe * needed * blockBytes - index * lengthBytes;
      const until = from + Math.max(0, Math.min(lengthBytes, left));
      if (until > from) yield fragments[index]!.subarray(from, until);
    }
  }
}
