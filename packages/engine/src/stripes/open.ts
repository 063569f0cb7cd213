import { TAG_BYTES } from "../chunks.ts";
import type { Engine, OpenedStripes, OpenStripesRequest, StripedMessage } from "../engine.ts";
import { workAhead } from "./ahead.ts";
import { MessageBlocks } from "./blocks.ts";
import { type Run, StripeLayout } from "./layout.ts";
import { dataAreas, type Slot, type StripeRunner } from "./runner.ts";
import { leafAt, leavesOf, slotBytes, type SlotMap, slotMap } from "./slot.ts";

/** See `Engine.openStripes`: while one run is given out, the next ones are being read and opened. */
export async function* openStripes(
  runner: StripeRunner,
  openChunks: Engine["openChunks"],
  request: OpenStripesRequest,
  runBytes?: number,
): AsyncGenerator<OpenedStripes, void, void> {
  const { code, firstStripe, endStripe, shape, chunkBytes } = request;
  const message = messageOf(request);
  const areas = code.present.length + code.absent.length;
  const layout = new StripeLayout(message, areas, runBytes);
  const mapOf = (run: Run): SlotMap => slotMap(layout, run, chunkBytes, areas);
  const seam = new Seam(layout, message, openChunks);
  const runs = workAhead(
    runner,
    slotBytes(layout, shape.stripes, chunkBytes, areas),
    layout.runs(firstStripe, endStripe),
    async (run, slot) => {
      const filled = fill(request, layout, run, mapOf(run), slot);
      return { result: filled.then((isFilled) => isFilled && runner.open({ message, code, run }, slot)) };
    },
  );
  for await (const { run, slot, result: isGood } of runs) {
    if (!isGood) return;
    const map = mapOf(run);
    const across = await seam.join(edgesOf(layout, request, run, map, slot));
    if (across === null) return;
    if (across.plain.length > 0) yield { ...across, firstStripe: run.firstStripe, made: [] };
    yield wholeChunks(layout, request, run, map, slot);
  }
}

/** What a worker is told: no functions. */
function messageOf({
  key,
  baseNonce,
  chunkBytes,
  header,
  shape,
  leafPrefix,
}: StripedMessage): StripedMessage {
  return { key, baseNonce, chunkBytes, header, shape, leafPrefix };
}

/** Brings the blocks of a run and their leaves into a slot. */
async function fill(
  request: OpenStripesRequest,
  layout: StripeLayout,
  run: Run,
  map: SlotMap,
  { bytes }: Slot,
): Promise<boolean> {
  const areaBytes = layout.areaBytes(run);
  for (let position = 0; position < request.code.present.length; position++) {
    for (let stripe = run.firstStripe; stripe < run.endStripe; stripe++) {
      bytes.set(request.leaf(position, stripe), leafAt(map, run, position, stripe));
    }
  }
  // All of them end before anything else is done: nobody writes to the slot of another run.
  const filled = await Promise.allSettled(
    request.code.present.map((_, position) => {
      const area = map.areasAt[position]!;
      return request.read(position, run.firstStripe, bytes.subarray(area, area + areaBytes));
    }),
  );
  return filled.every((each) => each.status === "fulfilled" && each.value);
}

/** The plaintext of the chunks that lie in a run whole, and the leaves of the blocks that were made for it. */
function wholeChunks(
  layout: StripeLayout,
  { chunkBytes, code, lend }: OpenStripesRequest,
  run: Run,
  map: SlotMap,
  { bytes }: Slot,
): OpenedStripes {
  const [first, end] = layout.wholeChunksOf(run);
  const offset = first * chunkBytes;
  const endOffset = Math.min(layout.plainBytes, end * chunkBytes);
  const from = map.plainAt + (first - run.firstChunk) * chunkBytes;
  const made = code.absent.map((_, index) => leavesOf(map, run, code.present.length + index, bytes));
  const lent = bytes.subarray(from, from + Math.max(0, endOffset - offset));
  const plain = lend === true ? lent : new Uint8Array(lent);
  return { offset, plain, firstStripe: run.firstStripe, made };
}

/** Sealed bytes of a run that belong to chunks which are in other runs too. */
interface Edges {
  readonly run: Run;
  /** Bytes before the first chunk that begins in the run, and from the last on that does not end in it. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

function edgesOf(
  layout: StripeLayout,
  { code, shape }: OpenStripesRequest,
  run: Run,
  map: SlotMap,
  { bytes }: Slot,
): Edges {
  const areas = dataAreas(code, shape.needed);
  const blocks = new MessageBlocks(layout, run, { map, slot: bytes, areas });
  const [first, end] = layout.wholeChunksOf(run);
  const headEnd = Math.min(run.endByte, layout.chunkOffset(first));
  const tailFirst = Math.max(headEnd, layout.chunkOffset(end));
  return { run, head: blocks.read(run.firstByte, headEnd), tail: blocks.read(tailFirst, run.endByte) };
}

/** Opens the chunks that lie in two runs or more, of which each has a part. */
class Seam {
  readonly #layout: StripeLayout;
  readonly #message: StripedMessage;
  readonly #openChunks: Engine["openChunks"];
  /** What was there of a chunk, of which the rest is to come; `undefined` where its beginning was not read. */
  #open: { readonly chunk: number; readonly bytes: Uint8Array } | undefined;

  constructor(layout: StripeLayout, message: StripedMessage, openChunks: Engine["openChunks"]) {
    this.#layout = layout;
    this.#message = message;
    this.#openChunks = openChunks;
  }

  /** The plaintext of the chunk that ends in this run and began in another, if there is one; `null` for a wrong tag. */
  async join({ run, head, tail }: Edges): Promise<{ offset: number; plain: Uint8Array<ArrayBuffer> } | null> {
    const begun = this.#open;
    const bytes = begun === undefined ? head : concat(begun.bytes, head);
    const isComplete = begun !== undefined && bytes.length === this.#sealedBytes(begun.chunk);
    if (tail.length > 0) this.#open = { chunk: run.endChunk - 1, bytes: tail };
    else if (begun !== undefined && !isComplete) this.#open = { chunk: begun.chunk, bytes };
    else this.#open = undefined;
    if (!isComplete) return { offset: 0, plain: new Uint8Array() };
    const plain = await this.#openChunks({
      key: this.#message.key,
      baseNonce: this.#message.baseNonce,
      chunkBytes: this.#message.chunkBytes,
      firstIndex: begun.chunk,
      data: bytes,
    });
    return plain === null ? null : { offset: begun.chunk * this.#message.chunkBytes, plain };
  }

  #sealedBytes(chunk: number): number {
    return this.#layout.chunkPlainBytes(chunk) + TAG_BYTES;
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
