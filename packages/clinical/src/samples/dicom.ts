import { concatenate } from "./bytes.ts";

/** DICOM PS3.5 and PS3.10: files in Explicit VR Little Endian. */
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const IMPLEMENTATION = "2.25.178203429450012776841502298706093428871";
const PREAMBLE_BYTES = 128;
const ITEM = 0xfffe_e000;

type Representation =
  "CS" | "DA" | "DS" | "DT" | "IS" | "LO" | "OB" | "OW" | "PN" | "SH" | "SQ" | "TM" | "UI" | "UL" | "US";

/** Representations whose length takes four bytes after two reserved ones. */
const longOnes: readonly Representation[] = ["OB", "OW", "SQ"];

/** One element, encoded: the tag is group and number together, such as 0x0010_0020. */
export type Element = Uint8Array;

/** A whole file. The elements of `dataset` stand in the order of their tags. */
export function writeDicom(file: {
  readonly sopClass: string;
  readonly instance: string;
  readonly dataset: readonly Element[];
}): Uint8Array<ArrayBuffer> {
  const group = concatenate([
    binary(0x0002_0001, "OB", Uint8Array.of(0, 1)),
    text(0x0002_0002, "UI", file.sopClass),
    text(0x0002_0003, "UI", file.instance),
    text(0x0002_0010, "UI", EXPLICIT_LITTLE_ENDIAN),
    text(0x0002_0012, "UI", IMPLEMENTATION),
    text(0x0002_0013, "SH", "CHIROGRAPH"),
  ]);
  return concatenate([
    new Uint8Array(PREAMBLE_BYTES),
    new TextEncoder().encode("DICM"),
    number(0x0002_0000, "UL", group.length),
    group,
    ...file.dataset,
  ]);
}

/** Every value has an even length: UIDs are filled up with a zero, other text with a space. */
export function text(
  tag: number,
  representation: Exclude<Representation, "OB" | "OW" | "SQ" | "UL" | "US">,
  value: string,
): Element {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length % 2 === 0) return element(tag, representation, bytes);
  const filler = representation === "UI" ? 0 : 0x20;
  return element(tag, representation, concatenate([bytes, Uint8Array.of(filler)]));
}

export function number(tag: number, representation: "UL" | "US", value: number): Element {
  const bytes = new Uint8Array(representation === "UL" ? 4 : 2);
  const view = new DataView(bytes.buffer);
  if (representation === "UL") view.setUint32(0, value, true);
  else view.setUint16(0, value, true);
  return element(tag, representation, bytes);
}

export function binary(tag: number, representation: "OB" | "OW", value: Uint8Array): Element {
  return element(tag, representation, value);
}

/** A sequence, each item the elements that it holds. */
export function sequence(tag: number, items: readonly (readonly Element[])[]): Element {
  const encoded = items.map((elements) => {
    const content = concatenate(elements);
    const header = new Uint8Array(8);
    writeTag(header, ITEM);
    new DataView(header.buffer).setUint32(4, content.length, true);
    return concatenate([header, content]);
  });
  return element(tag, "SQ", concatenate(encoded));
}

function element(tag: number, representation: Representation, value: Uint8Array): Element {
  const isLong = longOnes.includes(representation);
  const header = new Uint8Array(isLong ? 12 : 8);
  const view = new DataView(header.buffer);
  writeTag(header, tag);
  header.set(new TextEncoder().encode(representation), 4);
  if (isLong) view.setUint32(8, value.length, true);
  else view.setUint16(6, value.length, true);
  return concatenate([header, value]);
}

function writeTag(header: Uint8Array, tag: number): void {
  const view = new DataView(header.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
}
