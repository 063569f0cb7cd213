export const TAG_BYTES = 16;
export const NONCE_BYTES = 12;

/** Chunk indices stay below this (C2SP chunked-encryption). */
export const INDEX_LIMIT: number = 2 ** 38;

/** How many chunks a message has, and how long they are together. */
export interface ChunkLayout {
  readonly count: number;
  /** All chunks together, without tags. */
  readonly plainBytes: number;
  /** All chunks together, each with its tag. */
  readonly sealedBytes: number;
}

/** The chunks of a plaintext: at least one, which may be empty. */
export function layoutOfPlain(plainBytes: number, chunkBytes: number): ChunkLayout {
  const count = Math.max(1, Math.ceil(plainBytes / chunkBytes));
  return { count, plainBytes, sealedBytes: plainBytes + count * TAG_BYTES };
}

/** The chunks of sealed bytes; `null` when the last one is too short for a tag, so that nothing was sealed so. */
export function layoutOfSealed(sealedBytes: number, chunkBytes: number): ChunkLayout | null {
  const count = Math.max(1, Math.ceil(sealedBytes / (chunkBytes + TAG_BYTES)));
  const lastBytes = sealedBytes - (count - 1) * (chunkBytes + TAG_BYTES);
  if (lastBytes < TAG_BYTES) return null;
  return { count, plainBytes: sealedBytes - count * TAG_BYTES, sealedBytes };
}

/** `baseNonce` XOR the chunk's index as a big-endian integer. */
export function chunkNonce(baseNonce: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(baseNonce);
  // Bitwise operators see 32 bits only, and an index has up to 38.
  let rest = index;
  for (let position = NONCE_BYTES - 1; rest > 0; position--) {
    nonce[position]! ^= rest % 256;
    rest = Math.floor(rest / 256);
  }
  return nonce;
}
