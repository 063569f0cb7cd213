import { quoted } from "@chirograph/core";

/**
 * A file name from outside, fit for a terminal: what could move the cursor, hide text or turn it round is written
 * as an escape.
 */
export function showName(name: string | Buffer): string {
  const text = typeof name === "string" ? name : name.toString("utf8");
  const isPlain = !/[\p{C}\p{Zl}\p{Zp}"\\\ufffd]/u.test(text);
  if (isPlain) return text;
  return typeof name === "string" ? quoted(text) : showNameBytes(name);
}

/** The same in ASCII, byte for byte, where two names that look alike are to be told apart. */
export function showNameBytes(name: Buffer): string {
  let text = "";
  for (const byte of name) {
    const isPlain = byte > 0x1f && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    text += isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${text}"`;
}
