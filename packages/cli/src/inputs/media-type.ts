const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

/** Kinds that a viewer can be chosen by, told by their first bytes. */
const signatures: readonly {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly kind: string;
}[] = [
  { offset: 128, bytes: ascii("DICM"), kind: "application/dicom" },
  { offset: 0, bytes: [0x89, ...ascii("PNG\r\n\x1A\n")], kind: "image/png" },
  { offset: 0, bytes: [0xff, 0xd8, 0xff], kind: "image/jpeg" },
  { offset: 0, bytes: ascii("%PDF-"), kind: "application/pdf" },
  { offset: 4, bytes: ascii("ftyp"), kind: "video/mp4" },
];

/** Enough of a file for `mediaTypeOf`. */
export const HEAD_BYTES = 4096;

export const FOLDER_KIND = "application/vnd.chirograph.folder";

/** The media type that the first bytes of a file show; a name can say anything. */
export function mediaTypeOf(head: Uint8Array): string {
  const known = signatures.find(({ offset, bytes }) =>
    bytes.every((byte, index) => head[offset + index] === byte),
  );
  if (known !== undefined) return known.kind;
  return isText(head) ? "text/plain" : "application/octet-stream";
}

/** UTF-8 without control characters; the last character may be cut off. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !/(?![\t\n\f\r])\p{Cc}/u.test(text);
  } catch {
    return false;
  }
}
