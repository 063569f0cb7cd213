const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** RFC 4648, section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, ALPHABET);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** The inverse of `toBase64`; `null` for anything it would not have written. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decode(text.replace(/={0,2}$/, ""), ALPHABET);
  return bytes !== null && toBase64(bytes) === text ? bytes : null;
}

/** RFC 4648, section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_ALPHABET);
}

/** The inverse of `toBase64Url`; `null` for anything it would not have written. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decode(text, URL_ALPHABET);
  return bytes !== null && toBase64Url(bytes) === text ? bytes : null;
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    const digits = Math.min(4, bytes.length - index + 1);
    for (let digit = 0; digit < digits; digit++) text += alphabet[(group >> (18 - 6 * digit)) & 63]!;
  }
  return text;
}

function decode(text: string, alphabet: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let group = 0;
  let bits = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return null;
    group = ((group << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = (group >> bits) & 0xff;
    }
  }
  return bytes;
}
