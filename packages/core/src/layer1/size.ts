import { ChirographError } from "../error.ts";

/** Plaintext bytes of a full chunk (C2SP chunked-encryption, "Message chunking"). */
export const CHUNK_BYTES = 16384;
const TAG_BYTES = 16;
/** A full chunk with its tag. */
export const SEALED_CHUNK_BYTES: number = CHUNK_BYTES + TAG_BYTES;
export const SALT_BYTES = 24;
export const COMMITMENT_BYTES = 32;
export const HEADER_BYTES: number = SALT_BYTES + COMMITMENT_BYTES;

/** Length of the sealed message for a plaintext of `plaintextBytes`. */
export function sealedSize(plaintextBytes: number): number {
  const chunks = Math.floor(plaintextBytes / CHUNK_BYTES) + 1;
  return HEADER_BYTES + plaintextBytes + chunks * TAG_BYTES;
}

/** Length of the plaintext in a sealed message of `sealedBytes`; throws `malformed` for a length that no message has. */
export function plaintextSize(sealedBytes: number): number {
  const body = sealedBytes - HEADER_BYTES;
  const last = body % SEALED_CHUNK_BYTES;
  if (body < TAG_BYTES || last < TAG_BYTES) {
    throw new ChirographError(
      "malformed",
      `No sealed message is ${sealedBytes} bytes long: it was cut short.`,
    );
  }
  return body - (Math.floor(body / SEALED_CHUNK_BYTES) + 1) * TAG_BYTES;
}

/** Where chunk `index` begins in the sealed message. */
export function sealedChunkOffset(index: number): number {
  return HEADER_BYTES + index * SEALED_CHUNK_BYTES;
}
