/** The beginning of a file that has no picture, as people can look at it. */
export type FirstPage =
  | { readonly shape: "text"; readonly lines: readonly string[] }
  | { readonly shape: "bytes"; readonly rows: readonly { readonly hex: string; readonly text: string }[] };

/** Enough of a file for `firstPage`. */
export const PAGE_BYTES = 1024;

const PAGE_LINES = 18;
const LINE_CHARACTERS = 64;
const ROW_BYTES = 8;
/** In front of a DICOM file, mostly zeros, which say nothing of it. */
const PREAMBLE_BYTES = 128;

export function firstPage(kind: string, head: Uint8Array): FirstPage {
  const isText = kind.startsWith("text/") || kind === "application/json";
  if (isText) return asText(head);
  return asBytes(hasPreamble(head) ? head.subarray(PREAMBLE_BYTES) : head);
}

function hasPreamble(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + 4)) === "DICM";
}

function asText(head: Uint8Array): FirstPage {
  const text = new TextDecoder().decode(head, { stream: true });
  const lines = text.split(/\r\n|\r|\n/).slice(0, PAGE_LINES);
  return { shape: "text", lines: lines.map((line) => Array.from(line).slice(0, LINE_CHARACTERS).join("")) };
}

function asBytes(head: Uint8Array): FirstPage {
  const most = Math.min(head.length, PAGE_LINES * ROW_BYTES);
  const starts = Array.from({ length: Math.ceil(most / ROW_BYTES) }, (_, row) => row * ROW_BYTES);
  const rows = starts.map((start) => {
    const row = Array.from(head.subarray(start, Math.min(most, start + ROW_BYTES)));
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    return { hex, text };
  });
  return { shape: "bytes", rows };
}
