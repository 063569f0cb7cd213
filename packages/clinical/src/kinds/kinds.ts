const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

/** A matrix of pixels, as `@chirograph/clinical/pixels` writes it. */
export const PIXELS_KIND = "application/vnd.chirograph.pixels";

interface Signature {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly kind: string;
}

/** Kinds that a viewer can be chosen by, told by their first bytes; the more exact ones first. */
const signatures: readonly Signature[] = [
  { offset: 128, bytes: ascii("DICM"), kind: "application/dicom" },
  { offset: 0, bytes: [0x89, ...ascii("PNG\r\n\x1A\n")], kind: "image/png" },
  { offset: 0, bytes: [0xff, 0xd8, 0xff], kind: "image/jpeg" },
  { offset: 0, bytes: ascii("chirograph pixels"), kind: PIXELS_KIND },
  { offset: 0, bytes: ascii("GIF8"), kind: "image/gif" },
  { offset: 8, bytes: ascii("WEBPVP8"), kind: "image/webp" },
  { offset: 0, bytes: ascii("%PDF-"), kind: "application/pdf" },
  { offset: 4, bytes: ascii("ftypqt  "), kind: "video/quicktime" },
  { offset: 4, bytes: ascii("ftypM4A"), kind: "audio/mp4" },
  { offset: 4, bytes: ascii("ftyphei"), kind: "image/heic" },
  { offset: 4, bytes: ascii("ftypavif"), kind: "image/avif" },
  { offset: 4, bytes: ascii("ftyp"), kind: "video/mp4" },
];

const EBML = [0x1a, 0x45, 0xdf, 0xa3];

/** What a text is, where its name says more than its bytes. */
const textKinds: Readonly<Record<string, string>> = {
  vcf: "text/x-vcf",
  csv: "text/csv",
  json: "application/json",
};

/** Enough of a file for `kindOf`. */
export const HEAD_BYTES = 4096;

export const DICOM_KIND = "application/dicom";
export const FOLDER_KIND = "application/vnd.chirograph.folder";

/** Media type of a file: its first bytes decide, since a name can say anything; the name only tells texts apart. */
export function kindOf(name: string, head: Uint8Array): string {
  const signed = signatures.find(({ offset, bytes }) => startsWith(head, bytes, offset));
  if (signed !== undefined) return signed.kind;
  if (startsWith(head, EBML, 0)) return hasText(head, "webm") ? "video/webm" : "video/x-matroska";
  if (looksLikeDicom(head)) return DICOM_KIND;
  if (!isText(head)) return "application/octet-stream";
  return textKinds[extensionOf(name)] ?? "text/plain";
}

function startsWith(head: Uint8Array, bytes: readonly number[], offset: number): boolean {
  return bytes.every((byte, index) => head[offset + index] === byte);
}

function hasText(head: Uint8Array, text: string): boolean {
  return new TextDecoder("latin1").decode(head.subarray(0, 64)).includes(text);
}

/**
 * A data set without the preamble of a file, as older equipment writes it: it begins with an element of group 8,
 * with or without a representation of two capitals.
 */
function looksLikeDicom(head: Uint8Array): boolean {
  if (head.length < 132) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint16(0, true) !== 0x0008 || view.getUint16(2, true) > 0x0018) return false;
  const isExplicit = /^(?:UL|UI|CS|SH|LO|DA|TM)$/.test(String.fromCharCode(head[4]!, head[5]!));
  const length = isExplicit ? view.getUint16(6, true) : view.getUint32(4, true);
  const next = 8 + length;
  return next + 4 <= head.length && view.getUint16(next, true) === 0x0008;
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

function extensionOf(name: string): string {
  return /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
