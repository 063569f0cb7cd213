/** What shows a file, told by its bytes alone: a name can say anything. */
export type Choice =
  | { readonly viewer: "dicom" }
  | { readonly viewer: "image"; readonly type: string }
  | { readonly viewer: "pdf" }
  | { readonly viewer: "film"; readonly type: string }
  | { readonly viewer: "text" }
  | { readonly viewer: "damaged-png" }
  | { readonly viewer: "none" };

/** Enough of a file to choose by. */
export const HEAD_BYTES = 4096;

interface Signature {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly choice: Choice;
}

const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const image = (type: string): Choice => ({ viewer: "image", type });
const film = (type: string): Choice => ({ viewer: "film", type });

/** The more exact ones first. */
const signatures: readonly Signature[] = [
  { offset: 128, bytes: ascii("DICM"), choice: { viewer: "dicom" } },
  { offset: 0, bytes: [0x89, ...ascii("PNG\r\n\u001A\n")], choice: image("image/png") },
  { offset: 0, bytes: [0xff, 0xd8, 0xff], choice: image("image/jpeg") },
  { offset: 0, bytes: ascii("GIF87a"), choice: image("image/gif") },
  { offset: 0, bytes: ascii("GIF89a"), choice: image("image/gif") },
  { offset: 8, bytes: ascii("WEBPVP8"), choice: image("image/webp") },
  { offset: 8, bytes: ascii("WAVE"), choice: film("audio/wav") },
  { offset: 0, bytes: ascii("%PDF-"), choice: { viewer: "pdf" } },
  { offset: 4, bytes: ascii("ftypM4A"), choice: film("audio/mp4") },
  { offset: 4, bytes: ascii("ftypavif"), choice: image("image/avif") },
  { offset: 4, bytes: ascii("ftyphei"), choice: { viewer: "none" } },
  { offset: 4, bytes: ascii("ftyp"), choice: film("video/mp4") },
  { offset: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3], choice: film("video/webm") },
  { offset: 0, bytes: ascii("OggS"), choice: film("video/ogg") },
  { offset: 0, bytes: ascii("fLaC"), choice: film("audio/flac") },
  { offset: 0, bytes: ascii("ID3"), choice: film("audio/mpeg") },
];

export function chooseViewer(head: Uint8Array): Choice {
  const signed = signatures.find(({ offset, bytes }) => hasAt(head, bytes, offset));
  if (signed !== undefined) return signed.choice;
  if (isBmp(head)) return image("image/bmp");
  if (isDamagedPng(head)) return { viewer: "damaged-png" };
  if (isBareDicom(head)) return { viewer: "dicom" };
  return isText(head) ? { viewer: "text" } : { viewer: "none" };
}

function hasAt(head: Uint8Array, bytes: readonly number[], offset: number): boolean {
  return bytes.every((byte, index) => head[offset + index] === byte);
}

/** Two letters are not enough: texts begin with them. */
function isBmp(head: Uint8Array): boolean {
  if (!hasAt(head, ascii("BM"), 0) || head.length < 18) return false;
  const headerBytes = new DataView(head.buffer, head.byteOffset).getUint32(14, true);
  return [12, 40, 52, 56, 64, 108, 124].includes(headerBytes);
}

/** The letters PNG near the beginning and the first chunk behind them, but not the signature as it must be. */
function isDamagedPng(head: Uint8Array): boolean {
  const start = new TextDecoder("latin1").decode(head.subarray(0, 24));
  return start.indexOf("PNG") <= 2 && start.includes("PNG") && start.includes("IHDR");
}

/**
 * DICOM without the preamble of a file, as older equipment writes it: it begins with elements of group 2 or 8, with
 * or without a representation of two capitals.
 */
function isBareDicom(head: Uint8Array): boolean {
  if (head.length < 16) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [group, element] = [view.getUint16(0, true), view.getUint16(2, true)];
  if ((group !== 2 && group !== 8) || element > 0x0018) return false;
  const isExplicit = /^[A-Z]{2}$/.test(String.fromCharCode(head[4]!, head[5]!));
  const next = 8 + (isExplicit ? view.getUint16(6, true) : view.getUint32(4, true));
  return next + 4 <= head.length && view.getUint16(next, true) === group;
}

/** At most one byte in ten may be no text: hostile and old texts are texts too. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  if (hasAt(head, [0xff, 0xfe], 0) || hasAt(head, [0xfe, 0xff], 0)) return true;
  const text = new TextDecoder().decode(head, { stream: true });
  const strange = text.match(/(?![\t\n\f\r])[\p{Cc}\uFFFD]/gu)?.length ?? 0;
  return !head.includes(0) && strange * 10 <= text.length;
}
