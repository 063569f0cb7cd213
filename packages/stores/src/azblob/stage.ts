import { randomBytes } from "node:crypto";
import type { BlockBlobClient } from "@azure/storage-blob";
import type { CallOptions } from "../store.ts";
import { guarded } from "./azure-error.ts";

const BLOCKS_UNDER_WAY = 2;

export type Blocks = AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>>;

/** Sends blocks, a few at a time, and answers their ids, which are no other writer's. */
export async function stage(blob: BlockBlobClient, blocks: Blocks, options: CallOptions): Promise<string[]> {
  const { signal } = options;
  const writer = randomBytes(16);
  const ids: string[] = [];
  const underWay = new Set<Promise<void>>();
  const failed = new AbortController();
  const abortSignal = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const send = async (id: string, block: Uint8Array<ArrayBuffer>): Promise<void> => {
    try {
      await guarded(() => blob.stageBlock(id, block, block.length, { abortSignal }), options);
    } catch (error) {
      failed.abort(error);
    }
  };
  try {
    for await (const block of blocks) {
      const id = idOf(writer, ids.length);
      ids.push(id);
      const sending: Promise<void> = send(id, block).finally(() => underWay.delete(sending));
      underWay.add(sending);
      if (underWay.size >= BLOCKS_UNDER_WAY) await Promise.race(underWay);
      failed.signal.throwIfAborted();
    }
    await Promise.all(underWay);
    failed.signal.throwIfAborted();
    return ids;
  } finally {
    failed.abort();
    await Promise.all(underWay);
  }
}

/** All ids of a blob have one length. */
function idOf(writer: Uint8Array, number: number): string {
  const id = Buffer.alloc(writer.length + 4);
  id.set(writer);
  id.writeUInt32BE(number, writer.length);
  return id.toString("base64");
}
