import { type Engine, type OpenedStripes, RUN_BYTES } from "@chirograph/engine/interface";
import { blockOffset, type Geometry } from "../cut/geometry.ts";
import type { Reassembly } from "../cut/reassembly.ts";
import type { KnownFragment } from "../cut/rebuild.ts";
import { rebuildRows } from "../cut/reed-solomon.ts";
import { WORTH_STRIPES_BYTES } from "../cut/stripes.ts";
import { LEAF_PREFIX } from "../cut/tree.ts";
import type { MessageKey } from "../layer1/key.ts";
import type { OpenedMessage } from "../layer1/open.ts";
import { CHUNK_BYTES, sealedChunkOffset } from "../layer1/size.ts";

/** A message in fragments, of which some are known. */
export interface InFragments {
  readonly geometry: Geometry;
  readonly known: readonly KnownFragment[];
  /** Reads what is damaged in places, and finds out where. */
  readonly sealed: Reassembly;
  /** Pieces may be lent: see `ContentOptions`. */
  readonly lend?: boolean | undefined;
}

/**
 * A message of which long ranges are read by whole stripes, many at a time. Where something is not as it was signed, the
 * careful way block by block takes over for as long as it takes, and finds out what it is.
 */
export function stripedMessage(
  engine: Engine,
  message: OpenedMessage,
  fragments: InFragments,
): OpenedMessage {
  const { needed, blockBytes } = fragments.geometry;
  const carefulBytes = RUN_BYTES + needed * blockBytes;
  return {
    ...message,
    async *range(first, end) {
      let position = first;
      while (end - position >= WORTH_STRIPES_BYTES) {
        for await (const piece of stripes(engine, message.messageKey, fragments, position, end)) {
          position += piece.length;
          yield piece;
        }
        if (position === end) return true;
        // Beyond all of the stripes that were refused: whole ones would be read in vain once more.
        const careful = Math.min(end, position + carefulBytes);
        if (!(yield* message.range(position, careful))) return false;
        position = careful;
      }
      return yield* message.range(position, end);
    },
  };
}

/** Plaintext from `first` on, as far as everything is as it was signed. */
async function* stripes(
  engine: Engine,
  key: MessageKey,
  { geometry, known, sealed, lend }: InFragments,
  first: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  const chosen = choose(geometry, known, sealed.damaged);
  if (chosen.length < geometry.needed) return;
  const present = chosen.map(({ index }) => index);
  const absent = Array.from({ length: geometry.needed }, (_, index) => index).filter(
    (index) => !present.includes(index),
  );
  const stripeBytes = geometry.needed * geometry.blockBytes;
  const lastByte = Math.min(sealedChunkOffset(Math.ceil(end / CHUNK_BYTES)), geometry.sealedBytes) - 1;
  let position = first;
  const opened = engine.openStripes({
    key: key.key,
    baseNonce: key.baseNonce,
    header: key.header,
    chunkBytes: CHUNK_BYTES,
    shape: geometry,
    leafPrefix: LEAF_PREFIX,
    code: { present, absent, rows: rebuildRows(geometry, present, absent) },
    firstStripe: Math.floor(sealedChunkOffset(Math.floor(first / CHUNK_BYTES)) / stripeBytes),
    endStripe: Math.floor(lastByte / stripeBytes) + 1,
    read: (place, stripe, target) => readBlocks(chosen[place]!, geometry, stripe, target),
    leaf: (place, stripe) => chosen[place]!.frame.leaves[stripe]!,
    lend,
  });
  for await (const { offset, plain, firstStripe, made } of opened) {
    noteMade(sealed, absent, firstStripe, made);
    const piece = plain.subarray(Math.max(0, position - offset), Math.max(0, end - offset));
    if (piece.length === 0) continue;
    position = offset + plain.length;
    yield piece;
  }
}

/** k fragments, data fragments first: one of each index, and none that was found damaged. */
function choose(
  { needed }: Geometry,
  known: readonly KnownFragment[],
  damaged: ReadonlySet<KnownFragment>,
): KnownFragment[] {
  const byIndex = new Map<number, KnownFragment>();
  for (const fragment of known) {
    if (!damaged.has(fragment) && !byIndex.has(fragment.index)) byIndex.set(fragment.index, fragment);
  }
  return [...byIndex.values()].toSorted((left, right) => left.index - right.index).slice(0, needed);
}

async function readBlocks(
  { source }: KnownFragment,
  geometry: Geometry,
  stripe: number,
  target: Uint8Array,
): Promise<boolean> {
  try {
    const bytes = await source.read(blockOffset(geometry, stripe), target.length, target);
    if (bytes.length !== target.length) return false;
    if (bytes.buffer !== target.buffer) target.set(bytes);
    return true;
  } catch {
    return false;
  }
}

function noteMade(
  sealed: Reassembly,
  absent: readonly number[],
  firstStripe: number,
  made: OpenedStripes["made"],
): void {
  made.forEach((leaves, position) => {
    leaves.forEach((leaf, index) => sealed.noteMade(firstStripe + index, absent[position]!, leaf));
  });
}
