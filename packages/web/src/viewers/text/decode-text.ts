export interface DecodedText {
  readonly text: string;
  /** Whether bytes stand for no character. */
  readonly isReplaced: boolean;
}

/** UTF-8, or UTF-16 where a byte order mark says so. What is cut off at the end of a part is left for the next. */
export function decodeText(bytes: Uint8Array, isWhole: boolean): DecodedText {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: !isWhole });
  return { text, isReplaced: text.includes("\uFFFD") };
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}

/** The numbers of all lines, as a column beside them. */
export function lineNumbers(text: string): string {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (at + 1 < text.length) count += 1;
  }
  return Array.from({ length: count }, (_, index) => index + 1).join("\n");
}
