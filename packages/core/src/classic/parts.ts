import { utf8 } from "../encoding/text.ts";
import type { Word } from "../word/rules.ts";

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
/** The most that one AES-GCM message may hold (NIST SP 800-38D, section 5.2.1.1). */
export const MOST_CLASSIC_BYTES: number = 64 * 2 ** 30 - 32;

/** Length of `nonce ‖ ciphertext ‖ tag`. */
export function classicSealedSize(recordBytes: number): number {
  return NONCE_BYTES + recordBytes + TAG_BYTES;
}

/** Lengths of the n contiguous parts: the first (length mod n) of them are one byte longer; some may be empty. */
export function partSizes(sealedBytes: number, total: number): number[] {
  const least = Math.floor(sealedBytes / total);
  const longer = sealedBytes % total;
  return Array.from({ length: total }, (_, index) => (index < longer ? least + 1 : least));
}

/** What file `index` begins and ends with: UTF-8 of its own character and of the next one. */
export function classicEnds(word: Word, index: number): { head: Uint8Array; tail: Uint8Array } {
  const { characters } = word;
  return { head: utf8(characters[index]!), tail: utf8(characters[(index + 1) % characters.length]!) };
}
