import type { Engine } from "@chirograph/engine/interface";
import { labelled } from "../encoding/label.ts";
import { MARK_BYTES, MOST_FRAGMENTS } from "./geometry.ts";

/** What a fragment carries at each end: its own index, and the next one's. 16 bytes each. */
export interface Marks {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** The marks of all n fragments, in order; the last one's next is the first (docs/format.md, section 8). */
export async function marksOf(engine: Engine, markKey: Uint8Array, total: number): Promise<Marks[]> {
  const { heads, tails } = await namedBy(engine, markKey, total);
  return heads.map((head, index) => ({ head, tail: tails[(index + 1) % total]! }));
}

/** Which index a mark names, for whoever holds the mark key and has lost the envelope. */
export interface MarkReader {
  head(mark: Uint8Array): number | undefined;
  /** The index of the *next* fragment. */
  tail(mark: Uint8Array): number | undefined;
}

export async function markReader(engine: Engine, markKey: Uint8Array): Promise<MarkReader> {
  const { heads, tails } = await namedBy(engine, markKey, MOST_FRAGMENTS);
  const find = (marks: readonly Uint8Array[], mark: Uint8Array): number | undefined => {
    const index = marks.findIndex((candidate) => engine.constantTimeEqual(candidate, mark));
    return index < 0 ? undefined : index;
  };
  return { head: (mark) => find(heads, mark), tail: (mark) => find(tails, mark) };
}

/** By index, the mark that names it as a fragment's own and the one that names it as the next one. */
async function namedBy(
  engine: Engine,
  markKey: Uint8Array,
  total: number,
): Promise<{ heads: Uint8Array[]; tails: Uint8Array[] }> {
  const indices = Array.from({ length: total }, (_, index) => Uint8Array.of(index));
  const marks = await engine.hkdfExpandEachSha512({
    pseudorandomKey: markKey,
    infos: [
      ...indices.map((index) => labelled("mark/head", index)),
      ...indices.map((index) => labelled("mark/tail", index)),
    ],
    lengthBytes: MARK_BYTES,
  });
  return { heads: marks.slice(0, total), tails: marks.slice(total) };
}
