/** The whole of `parts`, one after the other, in a buffer of its own. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatAll(parts);
}

/** The same for any number of parts: a call takes only so many arguments. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let lengthBytes = 0;
  for (const part of parts) lengthBytes += part.length;
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Order of byte strings as unsigned numbers, shorter first where one begins the other. For public values only. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const common = Math.min(left.length, right.length);
  for (let index = 0; index < common; index++) {
    const difference = left[index]! - right[index]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Equality of public values; secrets are compared by the engine, in constant time. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && compareBytes(left, right) === 0;
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** The two digits of every byte. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The value of every digit at its character's code; 16 marks what is none. */
const VALUES = new Uint8Array(128).fill(16);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += DIGITS[bytes[at]!]!;
  return text;
}

/** The inverse of `toHex`; `null` for anything that is not what `toHex` writes. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const high = VALUES[text.charCodeAt(2 * at)] ?? 16;
    const low = VALUES[text.charCodeAt(2 * at + 1)] ?? 16;
    if (high > 15 || low > 15) return null;
    bytes[at] = 16 * high + low;
  }
  return bytes;
}

/** Overwrites secrets that are no longer needed. Best effort: a runtime may have copied them. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
