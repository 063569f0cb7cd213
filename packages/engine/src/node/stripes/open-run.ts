import { createSecretKey } from "node:crypto";
import { chunkNonce, TAG_BYTES } from "../../chunks.ts";
import { KERNEL_STEP } from "../../kernel/kernel.ts";
import { MessageBlocks } from "../../stripes/blocks.ts";
import { StripeLayout } from "../../stripes/layout.ts";
import { dataAreas, type OpenRun } from "../../stripes/runner.ts";
import { equalLeaf, HASH_BYTES, leafAt, type SlotMap, slotMap } from "../../stripes/slot.ts";
import { decryptor, tagMatches } from "../gcm.ts";
import type { PlacedKernel } from "./memory.ts";
import { leafHash } from "./seal-run.ts";

/** Checks, rebuilds and opens a run where it lies. False as soon as something is not what it must be. */
export function openRun(placed: PlacedKernel, work: OpenRun, base: number): boolean {
  const { message, code, run } = work;
  const layout = new StripeLayout(message);
  const map = slotMap(layout, run, message.chunkBytes, code.present.length + code.absent.length);
  const slot = new Uint8Array(placed.memory.buffer, base, map.sizeBytes);
  const blocks = new MessageBlocks(layout, run, { map, slot, areas: dataAreas(code, message.shape.needed) });
  return (
    checkStripes(placed, work, { layout, map, slot, base }) &&
    blocks.behindMessage(message.shape).every((piece) => piece.every((byte) => byte === 0)) &&
    openChunks(work, layout, blocks, slot.subarray(map.plainAt))
  );
}

/** Holds every block against its leaf, and makes the absent ones and their leaves. */
function checkStripes(
  { kernel }: PlacedKernel,
  { message, code, run }: OpenRun,
  { layout, map, slot, base }: { layout: StripeLayout; map: SlotMap; slot: Uint8Array; base: number },
): boolean {
  if (code.absent.length > 0) kernel.setMatrix(code.rows);
  const present = code.present.length;
  for (let stripe = run.firstStripe; stripe < run.endStripe; stripe++) {
    const lengthBytes = layout.blockBytesOf(stripe);
    const addresses = map.areasAt.map((area) => area + (stripe - run.firstStripe) * message.shape.blockBytes);
    const hashOf = (area: number): Uint8Array =>
      leafHash(message.leafPrefix, slot.subarray(addresses[area], addresses[area]! + lengthBytes));
    for (let area = 0; area < present; area++) {
      const at = leafAt(map, run, area, stripe);
      if (!equalLeaf(hashOf(area), slot.subarray(at, at + HASH_BYTES))) return false;
    }
    if (code.absent.length === 0) continue;
    kernel.combine(
      addresses.slice(0, present).map((address) => base + address),
      addresses.slice(present).map((address) => base + address),
      Math.ceil(lengthBytes / KERNEL_STEP) * KERNEL_STEP,
    );
    for (let area = present; area < addresses.length; area++) {
      slot.set(hashOf(area), leafAt(map, run, area, stripe));
    }
  }
  return true;
}

/** Opens the chunks that lie in the run whole. */
function openChunks(
  { message, run }: OpenRun,
  layout: StripeLayout,
  blocks: MessageBlocks,
  plain: Uint8Array,
): boolean {
  const key = createSecretKey(message.key);
  const [first, end] = layout.wholeChunksOf(run);
  for (let chunk = first; chunk < end; chunk++) {
    const tagAt = layout.chunkOffset(chunk + 1) - TAG_BYTES;
    const tag = blocks.read(tagAt, tagAt + TAG_BYTES);
    const decipher = decryptor(key, chunkNonce(message.baseNonce, chunk), tag);
    let at = (chunk - run.firstChunk) * message.chunkBytes;
    for (const piece of blocks.pieces(layout.chunkOffset(chunk), tagAt)) {
      plain.set(decipher.update(piece), at);
      at += piece.length;
    }
    if (!tagMatches(decipher)) return false;
  }
  return true;
}
