import { utf8 } from "@chirograph/core";

const ALPHABET: Uint8Array = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = "=".charCodeAt(0);
const NO_DIGIT = 0xff;
/** Of each character, which digit it is. */
const digits: Uint8Array = new Uint8Array(256).fill(NO_DIGIT);
ALPHABET.forEach((character, digit) => (digits[character] = digit));

/** RFC 4648, section 4, with padding. By tables and not piece by piece, since a commit may have 32 MiB. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(PADDING);
  for (let read = 0, written = 0; read < bytes.length; read += 3, written += 4) {
    const rest = bytes.length - read;
    const group = (bytes[read]! << 16) | ((bytes[read + 1] ?? 0) << 8) | (bytes[read + 2] ?? 0);
    text[written] = ALPHABET[group >> 18]!;
    text[written + 1] = ALPHABET[(group >> 12) & 63]!;
    if (rest > 1) text[written + 2] = ALPHABET[(group >> 6) & 63]!;
    if (rest > 2) text[written + 3] = ALPHABET[group & 63]!;
  }
  return new TextDecoder().decode(text);
}

/** The inverse of `toBase64`; `null` for anything it would not have written. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const characters = utf8(text);
  if (characters.length !== text.length) return null;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  // What stands in the place of padding counts as nothing, and so must the bits beside it.
  characters.fill(ALPHABET[0]!, text.length - padding);
  let wrong = 0;
  let left = 0;
  for (let read = 0, written = 0; read < characters.length; read += 4, written += 3) {
    const first = digits[characters[read]!]!;
    const second = digits[characters[read + 1]!]!;
    const third = digits[characters[read + 2]!]!;
    const fourth = digits[characters[read + 3]!]!;
    wrong |= (first | second | third | fourth) & 0x80;
    const group = (first << 18) | (second << 12) | (third << 6) | fourth;
    left = group;
    bytes[written] = group >> 16;
    bytes[written + 1] = group >> 8;
    bytes[written + 2] = group;
  }
  const unused = padding === 0 ? 0 : left & (padding === 1 ? 0xff : 0xffff);
  return wrong === 0 && unused === 0 ? bytes : null;
}
