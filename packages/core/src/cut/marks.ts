import type { Engine } from "@chirograph/engine/interface";
import { labelled } from "../encoding/label.ts";
import { MARK_BYTES, MOST_FRAGMENTS } from "./geometry.ts";

/** What a fragment carries at each end: its own index, and the next one's. 16 bytes each. */
export interface Marks {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** The marks of all n fragments, in order; the last one's next is the first (docs/format.md, section 8). */
export function marksOf(engine: Engine, markKey: Uint8Array, total: number): Promise<Marks[]> {
  return Promise.all(
    Array.from({ length: total }, async (_, index) => ({
      head: await headMark(engine, markKey, index),
      tail: await tailMark(engine, markKey, (index + 1) % total),
    })),
  );
}

/** Which index a mark names, for whoever holds the mark key and has lost the envelope. */
export interface MarkReader {
  head(mark: Uint8Array): number | undefined;
  /** The index of the *next* fragment. */
  tail(mark: Uint8Array): number | undefined;
}

export async function markReader(engine: Engine, markKey: Uint8Array): Promise<MarkReader> {
  const indices = Array.from({ length: MOST_FRAGMENTS }, (_, index) => index);
  const heads = await Promise.all(indices.map((index) => headMark(engine, markKey, index)));
  const tails = await Promise.all(indices.map((index) => tailMark(engine, markKey, index)));
  const find = (marks: readonly Uint8Array[], mark: Uint8Array): number | undefined => {
    const index = marks.findIndex((candidate) => engine.constantTimeEqual(candidate, mark));
    return index < 0 ? undefined : index;
  };
  return { head: (mark) => find(heads, mark), tail: (mark) => find(tails, mark) };
}

function headMark(engine: Engine, markKey: Uint8Array, index: number): Promise<Uint8Array<ArrayBuffer>> {
  return engine.hkdfExpandSha512({
    pseudorandomKey: markKey,
    info: labelled("mark/head", Uint8Array.of(index)),
    lengthBytes: MARK_BYTES,
  });
}

function tailMark(engine: Engine, markKey: Uint8Array, next: number): Promise<Uint8Array<ArrayBuffer>> {
  return engine.hkdfExpandSha512({
    pseudorandomKey: markKey,
    info: labelled("mark/tail", Uint8Array.of(next)),
    lengthBytes: MARK_BYTES,
  });
}
