import type { BlockBlobClient } from "@azure/storage-blob";
import { StoreError } from "../error.ts";
import type { CallOptions } from "../store.ts";
import { type BlockLengths, inBlocks } from "./blocks.ts";
import { attemptAt, commit } from "./commit.ts";
import { type Blocks, stage } from "./stage.ts";

const MOST_BLOCKS = 50_000;

/** One request, sent when the whole body is there: for a body that is held in memory. */
export async function putWhole(
  blob: BlockBlobClient,
  pieces: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  options: CallOptions,
): Promise<void> {
  let bytes = new Uint8Array();
  for await (const block of inBlocks(pieces, { sizeBytes, blockBytes: sizeBytes })) bytes = block;
  try {
    await commit(blob, (condition) => blob.upload(bytes, bytes.length, condition), options);
  } catch (error) {
    const isTaken = error instanceof StoreError && error.code === "exists";
    if (!isTaken || (await attemptAt(blob, options)) !== null) throw error;
    // Azurite takes the blocks that a failed put has left for a blob, unless it is sent blocks.
    await commitBlocks(blob, bytes.length === 0 ? [] : [bytes], options);
  }
}

/** Blocks, which nobody sees until a last request makes a blob of them. */
export async function putInBlocks(
  blob: BlockBlobClient,
  pieces: AsyncIterable<Uint8Array>,
  { sizeBytes, blockBytes }: BlockLengths,
  options: CallOptions,
): Promise<void> {
  const lengthBytes = Math.max(blockBytes, Math.ceil(sizeBytes / MOST_BLOCKS));
  await commitBlocks(blob, inBlocks(pieces, { sizeBytes, blockBytes: lengthBytes }), options);
}

async function commitBlocks(blob: BlockBlobClient, blocks: Blocks, options: CallOptions): Promise<void> {
  const ids = await stage(blob, blocks, options);
  await commit(blob, (condition) => blob.commitBlockList(ids, condition), options);
}
