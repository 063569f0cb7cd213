import type { Engine } from "@chirograph/engine/interface";
import { equalBytes } from "../encoding/bytes.ts";
import { ChirographError, TooFewFragments } from "../error.ts";
import {
  type FragmentFrame,
  fragmentHead,
  fragmentRoot,
  type FragmentSource,
  fragmentTail,
  type Place,
  readBlock,
} from "./fragment.ts";
import type { Geometry } from "./geometry.ts";
import type { Matrix } from "./matrix.ts";
import { rebuildRows } from "./reed-solomon.ts";
import { rebuildShare } from "./shamir.ts";
import { leafHashes } from "./tree.ts";

/** A whole fragment to rebuild from: its frame was found to match its place. */
export interface KnownFragment {
  readonly index: number;
  readonly source: FragmentSource;
  readonly frame: FragmentFrame;
}

/**
 * Fragment `wanted` again, byte for byte, from k others and the envelope's open part: no key is needed. Where more
 * than k are known, each stripe is rebuilt from k that are whole in it.
 * Gives the bytes in order, in pieces; what was given out is good only if the iteration ends without an error.
 * @throws TooFewFragments, or ChirographError `damaged` when fewer than k are whole in a stripe, `inconsistent-author`
 *   when all k are what was signed and the result is not
 */
export async function* rebuildFragment(
  engine: Engine,
  version: Uint8Array,
  places: readonly Place[],
  geometry: Geometry,
  known: readonly KnownFragment[],
  wanted: number,
): AsyncGenerator<Uint8Array, void, void> {
  const present = distinct(known);
  if (present.length < geometry.needed) {
    const there = present.map(({ index }) => index);
    throw new TooFewFragments(geometry.needed, geometry.total, there);
  }
  const place = places[wanted]!;
  const share = rebuildShare(
    present.slice(0, geometry.needed).map(({ frame }) => frame.share),
    wanted + 1,
  );

  yield fragmentHead({ head: place.head, share });
  const leaves: Uint8Array[] = [];
  let code: { indices: readonly number[]; matrix: Matrix } | undefined;
  for (let stripe = 0; stripe < geometry.stripes; stripe++) {
    const { indices, inputs } = await readBlocks(engine, geometry, present, stripe);
    if (indices.join() !== code?.indices.join()) {
      code = { indices, matrix: rebuildRows(geometry, indices, [wanted]) };
    }
    const [block] = await engine.combine({ matrix: code.matrix, inputs });
    const [leaf] = await leafHashes(engine, [block!]);
    leaves.push(leaf!);
    yield block!;
  }
  yield fragmentTail({ leaves, tail: place.tail });

  const root = await fragmentRoot(engine, version, wanted, { ...place, share, leaves }, geometry);
  if (!equalBytes(root, place.root)) {
    throw new ChirographError(
      "inconsistent-author",
      `Fragment ${wanted + 1} rebuilt from fragments that are all as signed is not as signed: the author made them so.`,
    );
  }
}

/** Of several that are the same fragment, the first. */
function distinct(known: readonly KnownFragment[]): KnownFragment[] {
  return known.filter((one, place) => known.findIndex(({ index }) => index === one.index) === place);
}

/** k blocks of a stripe; where one of the first k fragments is damaged, another takes its place for this stripe. */
async function readBlocks(
  engine: Engine,
  geometry: Geometry,
  present: readonly KnownFragment[],
  stripe: number,
): Promise<{ indices: number[]; inputs: Uint8Array[] }> {
  const good = new Map<number, Uint8Array>();
  let tried = 0;
  while (good.size < geometry.needed && tried < present.length) {
    const next = present.slice(tried, tried + geometry.needed - good.size);
    tried += next.length;
    const read = await Promise.all(
      next.map(({ source, frame }) => readBlock(engine, source, frame, geometry, stripe)),
    );
    for (const [at, block] of read.entries()) if (block !== null) good.set(next[at]!.index, block);
  }
  if (good.size < geometry.needed) {
    const damaged = present.find(({ index }) => !good.has(index))!;
    throw new ChirographError("damaged", `Fragment ${damaged.index + 1} is damaged in stripe ${stripe + 1}.`);
  }
  return { indices: [...good.keys()], inputs: [...good.values()] };
}
