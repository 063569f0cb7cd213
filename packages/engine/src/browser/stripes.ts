import { chunkNonce } from "../chunks.ts";
import type {
  CombineRequest,
  OpenedStripes,
  OpenStripesRequest,
  SealedStripes,
  SealStripesRequest,
} from "../engine.ts";
import { createCombine } from "../kernel/combine.ts";
import { MessageBlocks } from "../stripes/blocks.ts";
import { StripeLayout } from "../stripes/layout.ts";
import { dataAreas, type OpenRun, type SealRun, type StripeRunner } from "../stripes/runner.ts";
import { equalLeaf, HASH_BYTES, leafAt, slotMap } from "../stripes/slot.ts";
import { openStripes } from "../stripes/open.ts";
import { sealStripes } from "../stripes/seal.ts";
import { openChunks } from "./chunks.ts";
import { forEachInFlight } from "./flight.ts";
import { decrypt, encrypt, importAesKey } from "./gcm.ts";
import { sha256Each } from "./hash.ts";

type Combine = (request: CombineRequest) => Uint8Array<ArrayBuffer>[];

/** WebCrypto works on other threads by itself, so one run at a time, and the next one beside it, keep them busy. */
const RUNS_AT_ONCE = 1;

/** What the engine does with blocks and stripes. */
export interface Stripes {
  readonly combine: Combine;
  seal(request: SealStripesRequest): AsyncGenerator<SealedStripes, void, void>;
  open(request: OpenStripesRequest): AsyncGenerator<OpenedStripes, void, void>;
}

export function createStripes(): Stripes {
  const combine = createCombine();
  const runner = createRunner(combine);
  return {
    combine,
    seal: (request) => sealStripes(runner, request),
    open: (request) => openStripes(runner, openChunks, request),
  };
}

/** Works on runs with WebCrypto, many chunks in flight. */
function createRunner(combine: Combine): StripeRunner {
  return {
    atOnce: RUNS_AT_ONCE,
    hasRoom: () => true,
    take: (sizeBytes) => ({ bytes: new Uint8Array(sizeBytes) }),
    give: (slot) => void slot.bytes.fill(0),
    seal: (work, { bytes }) => sealRun(combine, work, bytes),
    open: (work, { bytes }) => openRun(combine, work, bytes),
  };
}

async function sealRun(combine: Combine, { message, parity, run }: SealRun, slot: Uint8Array): Promise<void> {
  const { shape, chunkBytes } = message;
  const layout = new StripeLayout(message);
  const map = slotMap(layout, run, chunkBytes, shape.needed + parity.length);
  const areas = Array.from({ length: shape.needed }, (_, index) => index);
  const blocks = new MessageBlocks(layout, run, { map, slot, areas });
  const key = await importAesKey(message.key);

  if (run.firstByte === 0) blocks.write(0, message.header);
  for (const piece of blocks.behindMessage(shape)) piece.fill(0);
  await forEachInFlight(run.endChunk - run.firstChunk, async (index) => {
    const chunk = run.firstChunk + index;
    const from = map.plainAt + index * chunkBytes;
    const plain = slot.subarray(from, from + layout.chunkPlainBytes(chunk));
    blocks.write(layout.chunkOffset(chunk), await encrypt(key, chunkNonce(message.baseNonce, chunk), plain));
  });
  for (let stripe = run.firstStripe; stripe < run.endStripe; stripe++) {
    const lengthBytes = layout.blockBytesOf(stripe);
    const stripeBlocks = map.areasAt.map((area) => {
      const from = area + (stripe - run.firstStripe) * shape.blockBytes;
      return slot.subarray(from, from + lengthBytes);
    });
    const made = combine({ matrix: parity, inputs: stripeBlocks.slice(0, shape.needed) });
    made.forEach((block, index) => stripeBlocks[shape.needed + index]!.set(block));
    const leaves = await sha256Each({ prefix: message.leafPrefix, blocks: stripeBlocks });
    leaves.forEach((leaf, area) => slot.set(leaf, leafAt(map, run, area, stripe)));
  }
}

async function openRun(
  combine: Combine,
  { message, code, run }: OpenRun,
  slot: Uint8Array,
): Promise<boolean> {
  const { shape, chunkBytes } = message;
  const layout = new StripeLayout(message);
  const map = slotMap(layout, run, chunkBytes, code.present.length + code.absent.length);
  const blocks = new MessageBlocks(layout, run, { map, slot, areas: dataAreas(code, shape.needed) });

  for (let stripe = run.firstStripe; stripe < run.endStripe; stripe++) {
    const lengthBytes = layout.blockBytesOf(stripe);
    const stripeBlocks = map.areasAt.map((area) => {
      const from = area + (stripe - run.firstStripe) * shape.blockBytes;
      return slot.subarray(from, from + lengthBytes);
    });
    const inputs = stripeBlocks.slice(0, code.present.length);
    const made = code.absent.length === 0 ? [] : combine({ matrix: code.rows, inputs });
    made.forEach((block, index) => stripeBlocks[inputs.length + index]!.set(block));
    const leaves = await sha256Each({ prefix: message.leafPrefix, blocks: stripeBlocks });
    for (const [area, leaf] of leaves.entries()) {
      const at = leafAt(map, run, area, stripe);
      if (area >= inputs.length) slot.set(leaf, at);
      else if (!equalLeaf(leaf, slot.subarray(at, at + HASH_BYTES))) return false;
    }
  }
  if (!blocks.behindMessage(shape).every((piece) => piece.every((byte) => byte === 0))) return false;

  const key = await importAesKey(message.key);
  const [first, end] = layout.wholeChunksOf(run);
  let allMatch = true;
  await forEachInFlight(end - first, async (index) => {
    if (!allMatch) return;
    const chunk = first + index;
    const sealed = blocks.read(layout.chunkOffset(chunk), layout.chunkOffset(chunk + 1));
    const plain = await decrypt(key, chunkNonce(message.baseNonce, chunk), sealed);
    if (plain === null) allMatch = false;
    else slot.set(plain, map.plainAt + (chunk - run.firstChunk) * chunkBytes);
    plain?.fill(0);
  });
  return allMatch;
}
