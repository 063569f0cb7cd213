import { createHash, createSecretKey } from "node:crypto";
import { chunkNonce } from "../../chunks.ts";
import { KERNEL_STEP } from "../../kernel/kernel.ts";
import { MessageBlocks } from "../../stripes/blocks.ts";
import { StripeLayout } from "../../stripes/layout.ts";
import type { SealRun } from "../../stripes/runner.ts";
import { leafAt, slotMap } from "../../stripes/slot.ts";
import { encryptor } from "../gcm.ts";
import type { PlacedKernel } from "./memory.ts";

/** Seals, codes and hashes a run where it lies: stripe by stripe, so that each stays in the processor's cache. */
export function sealRun({ memory, kernel }: PlacedKernel, work: SealRun, base: number): void {
  const { message, parity, run } = work;
  const { needed, blockBytes } = message.shape;
  const layout = new StripeLayout(message);
  const map = slotMap(layout, run, message.chunkBytes, needed + parity.length);
  const slot = new Uint8Array(memory.buffer, base, map.sizeBytes);
  const blocks = new MessageBlocks(layout, run, {
    map,
    slot,
    areas: Array.from({ length: needed }, (_, at) => at),
  });
  const sealChunk = chunkSealer(work, layout, blocks, slot.subarray(map.plainAt));

  if (run.firstByte === 0) blocks.write(0, message.header);
  for (const piece of blocks.behindMessage(message.shape)) piece.fill(0);
  kernel.setMatrix(parity);
  let chunk = run.firstChunk;
  for (let stripe = run.firstStripe; stripe < run.endStripe; stripe++) {
    const stripeEnd = Math.min(run.endByte, (stripe + 1) * needed * blockBytes);
    while (chunk < run.endChunk && layout.chunkOffset(chunk) < stripeEnd) sealChunk(chunk++);

    const lengthBytes = layout.blockBytesOf(stripe);
    const addresses = map.areasAt.map((area) => area + (stripe - run.firstStripe) * blockBytes);
    kernel.combine(
      addresses.slice(0, needed).map((address) => base + address),
      addresses.slice(needed).map((address) => base + address),
      Math.ceil(lengthBytes / KERNEL_STEP) * KERNEL_STEP,
    );
    addresses.forEach((address, area) => {
      const leaf = leafHash(message.leafPrefix, slot.subarray(address, address + lengthBytes));
      slot.set(leaf, leafAt(map, run, area, stripe));
    });
  }
}

/** Seals the chunk of a number into the blocks. */
function chunkSealer(
  { message, run }: SealRun,
  layout: StripeLayout,
  blocks: MessageBlocks,
  plain: Uint8Array,
): (chunk: number) => void {
  const key = createSecretKey(message.key);
  return (chunk) => {
    const from = (chunk - run.firstChunk) * message.chunkBytes;
    const cipher = encryptor(key, chunkNonce(message.baseNonce, chunk));
    const sealed = cipher.update(plain.subarray(from, from + layout.chunkPlainBytes(chunk)));
    cipher.final();
    const offset = layout.chunkOffset(chunk);
    blocks.write(offset, sealed);
    blocks.write(offset + sealed.length, cipher.getAuthTag());
  };
}

export function leafHash(prefix: Uint8Array, block: Uint8Array): Uint8Array {
  return createHash("sha256").update(prefix).update(block).digest();
}
