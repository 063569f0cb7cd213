// What the tests of stores share: bodies of every shape, and how to look at what comes back.
import { expect } from "vitest";
import type { StoreErrorCode } from "../src/error.ts";
import type { ObjectBody, ObjectHead, Store } from "../src/store.ts";

/** Matches an error by its code; texts are for people. */
export function refusal(code: StoreErrorCode): unknown {
  return expect.objectContaining({ name: "StoreError", code });
}

/** Bytes that tell where they stand. */
export function pattern(lengthBytes: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: lengthBytes },
    (_, index) => (index * 31 + (index >> 8) * 7 + seed) & 0xff,
  );
}

export function bodyOf(bytes: Uint8Array): ObjectBody {
  return { sizeBytes: bytes.length, bytes: [bytes] };
}

/** The same bytes, piece by piece, in memory that is used again and wiped in between. */
export async function* reusingMemory(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(pieceBytes);
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const piece = bytes.subarray(offset, offset + pieceBytes);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    memory.fill(0xee);
  }
}

/** All pages of a listing, `limit` names each. */
export async function listAll(store: Store, { prefix = "", limit = 1000 } = {}): Promise<ObjectHead[]> {
  const found: ObjectHead[] = [];
  for (;;) {
    const last = found.at(-1)?.name;
    const page = await store.list({ prefix, limit, ...(last !== undefined && { after: last }) });
    found.push(...page);
    if (page.length < limit) return found;
  }
}
