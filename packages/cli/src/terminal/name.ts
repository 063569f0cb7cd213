import { isPlainName, showName as showText } from "@chirograph/embedded/files";

/**
 * A file name from outside, fit for a terminal: what could move the cursor, hide text or turn it round is written
 * as an escape.
 */
export function showName(name: string | Buffer): string {
  if (typeof name === "string") return showText(name);
  const text = name.toString("utf8");
  return isPlainName(text) ? text : showNameBytes(name);
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
