// Bodies too large to hold: made and checked while they pass.
import { expect } from "vitest";
import type { ByteRange, ObjectBody, Store } from "../src/store.ts";

export const MIB = 1_048_576;
export const GIB: number = 1024 * MIB;

/** Every block says which one it is, so that no two of an object are alike. */
const BLOCK_BYTES = 65_536;
const filler = Uint8Array.from({ length: BLOCK_BYTES }, (_, index) => (index * 131 + (index >> 8)) & 0xff);

/** A body of any size, in memory that is used again. `onProgress` is told how much was handed on before each block. */
export function bigBody(sizeBytes: number, onProgress?: (givenBytes: number) => void): ObjectBody {
  async function* blocks(): AsyncGenerator<Uint8Array> {
    const memory = filler.slice();
    for (let given = 0; given < sizeBytes; given += BLOCK_BYTES) {
      onProgress?.(given);
      stamp(memory, given / BLOCK_BYTES);
      yield memory.subarray(0, Math.min(BLOCK_BYTES, sizeBytes - given));
    }
  }
  return { sizeBytes, bytes: blocks() };
}

/** Reads a range of an object made of `bigBody`, and finds every byte as it was. */
export async function expectBigBody(store: Store, name: string, range: ByteRange): Promise<void> {
  const expected = filler.slice();
  let at = range.offset;
  for await (const piece of store.get(name, range)) {
    for (let checked = 0; checked < piece.length;) {
      const inBlock = at % BLOCK_BYTES;
      const lengthBytes = Math.min(BLOCK_BYTES - inBlock, piece.length - checked);
      stamp(expected, (at - inBlock) / BLOCK_BYTES);
      const part = piece.subarray(checked, checked + lengthBytes);
      if (Buffer.compare(part, expected.subarray(inBlock, inBlock + lengthBytes)) !== 0) {
        expect.fail(`other bytes than were put, between ${at} and ${at + lengthBytes}`);
      }
      checked += lengthBytes;
      at += lengthBytes;
    }
  }
  expect(at - range.offset).toBe(range.lengthBytes);
}

function stamp(block: Uint8Array, number: number): void {
  new DataView(block.buffer).setUint32(0, number);
}
