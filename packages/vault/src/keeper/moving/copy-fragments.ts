import { ChirographError, copyFragment } from "@chirograph/core";
import { inParallel } from "../../in-parallel.ts";
import { sourceOfBytes, StoredFragment } from "../fragment-sources.ts";
import type { Keeping } from "../keeping.ts";
import type { FragmentWriter } from "../repair/fragment-writer.ts";
import { SMALL_BYTES } from "../repair/repair-fragments.ts";
import { SourceError } from "../repair/source-error.ts";
import { frameOf, IN_MEMORY_BYTES, isAsSigned } from "../verify/check-versions.ts";
import { ObjectView } from "../verify/object-view.ts";
import type { Reach } from "../verify/reach.ts";
import { type Move, remadeOf } from "./move.ts";

/** Objects that are read at the same time. */
const WIDTH = 4;
/** An object is read whole where at least one byte in so many is wanted. */
const WORTH_READING = 2;

/**
 * Copies fragments from where they lie, each object read once, each fragment held against its signed root before it is
 * written: a damaged one is never spread.
 * @returns those that could not be copied: missing, damaged, or on a store that does not answer
 */
export async function copyFragments(
  { engine }: Pick<Keeping, "engine">,
  reach: Reach,
  { moves, writer }: { readonly moves: readonly Move[]; readonly writer: FragmentWriter },
): Promise<Move[]> {
  const failed: Move[] = [];
  const byObject = Map.groupBy(moves, ({ place: { store, object } }) => `${store}/${object}`);
  await inParallel(byObject.values(), WIDTH, async (own) => {
    reach.signal?.throwIfAborted();
    const view = await openView(reach, own);
    if (view === undefined) {
      failed.push(...own);
      return;
    }
    for (const move of own.toSorted((left, right) => left.place.offset - right.place.offset)) {
      const isCopied =
        move.place.lengthBytes > IN_MEMORY_BYTES
          ? await copyInBlocks({ engine }, reach, writer, move)
          : await copyWhole({ engine }, reach, writer, { move, view });
      if (!isCopied) failed.push(move);
    }
  });
  return failed;
}

async function openView(reach: Reach, moves: readonly Move[]): Promise<ObjectView | undefined> {
  const { store, object: name } = moves[0]!.place;
  const small = moves.filter(({ place }) => place.lengthBytes <= IN_MEMORY_BYTES);
  const wantedBytes = small.reduce((sum, { place }) => sum + place.lengthBytes, 0);
  const view = await reach.ask(store, (at) =>
    ObjectView.open({
      store: at,
      name,
      signal: reach.signal,
      wholeBytes: Math.min(WORTH_READING * wantedBytes, 2 * IN_MEMORY_BYTES),
      aheadBytes: 0,
    }),
  );
  return typeof view === "string" ? undefined : view;
}

async function copyWhole(
  { engine }: Pick<Keeping, "engine">,
  reach: Reach,
  writer: FragmentWriter,
  { move, view }: { readonly move: Move; readonly view: ObjectView },
): Promise<boolean> {
  const { envelope, index, place, to } = move;
  if (place.lengthBytes !== envelope.geometry.fragmentBytes) return false;
  const bytes = await reach.ask(place.store, () => view.read(place));
  if (typeof bytes === "string") return false;
  if (!(await isAsSigned(engine, { envelope }, index, sourceOfBytes(bytes)))) return false;
  const remade = remadeOf(move, [bytes]);
  if (bytes.length > SMALL_BYTES) await writer.stream(to, remade);
  else await writer.add(to, remade);
  return true;
}

async function copyInBlocks(
  { engine }: Pick<Keeping, "engine">,
  reach: Reach,
  writer: FragmentWriter,
  move: Move,
): Promise<boolean> {
  const { envelope, index, place, to } = move;
  const store = reach.store(place.store);
  if (store === undefined) return false;
  const source = new StoredFragment(store, place, reach.signal);
  const known = await reach.ask(place.store, async () => {
    const framed = await frameOf(engine, { envelope }, index, source);
    // The core takes a failing source for a damaged one.
    if (source.failure !== undefined) throw source.failure;
    return framed;
  });
  if (known === undefined || typeof known === "string") return false;
  const bytes = copyFragment(engine, envelope.geometry, envelope.places[index]!, known);
  try {
    await writer.stream(to, remadeOf(move, bytes));
    return true;
  } catch (error) {
    reach.signal?.throwIfAborted();
    if (!(error instanceof ChirographError || error instanceof SourceError)) throw error;
    if (source.failure !== undefined) reach.judge(place.store, source.failure);
    return false;
  }
}
