import { randomUUID } from "node:crypto";

/** DICOM PS3.5 and PS3.10: one CT slice as a file, Explicit VR Little Endian. */
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";
const PREAMBLE_BYTES = 128;

type Representation =
  "CS" | "DA" | "DS" | "IS" | "LO" | "OB" | "OW" | "PN" | "SH" | "TM" | "UI" | "UL" | "US";

/** What is written of a value: text, or numbers of the width that its representation has. */
type Value = string | number | Uint8Array;

/** Representations whose length takes four bytes after two reserved ones. */
const longOnes: readonly Representation[] = ["OB", "OW"];

/** A square slice in Hounsfield units of a patient who does not exist, complete as a CT Image Storage object. */
export function writeCtSlice(pixels: Int16Array, size: number): Uint8Array {
  const [study, series, instance, frame] = [newUid(), newUid(), newUid(), newUid()];
  const dataset = Buffer.concat([
    element(0x0008, 0x0005, "CS", "ISO_IR 192"),
    element(0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"),
    element(0x0008, 0x0016, "UI", CT_IMAGE_STORAGE),
    element(0x0008, 0x0018, "UI", instance),
    element(0x0008, 0x0020, "DA", "20260302"),
    element(0x0008, 0x0023, "DA", "20260302"),
    element(0x0008, 0x0030, "TM", "101500"),
    element(0x0008, 0x0033, "TM", "101530"),
    element(0x0008, 0x0050, "SH", "A0001"),
    element(0x0008, 0x0060, "CS", "CT"),
    element(0x0008, 0x0070, "LO", "Chirograph tour"),
    element(0x0008, 0x0090, "PN", "Nobody^Ann"),
    element(0x0008, 0x1030, "LO", "Head, made up"),
    element(0x0010, 0x0010, "PN", "Phantom^Paula"),
    element(0x0010, 0x0020, "LO", "TOUR-0001"),
    element(0x0010, 0x0030, "DA", "19740601"),
    element(0x0010, 0x0040, "CS", "F"),
    element(0x0018, 0x0050, "DS", "5"),
    element(0x0018, 0x0060, "DS", "120"),
    element(0x0020, 0x000d, "UI", study),
    element(0x0020, 0x000e, "UI", series),
    element(0x0020, 0x0010, "SH", "1"),
    element(0x0020, 0x0011, "IS", "1"),
    element(0x0020, 0x0012, "IS", "1"),
    element(0x0020, 0x0013, "IS", "1"),
    element(0x0020, 0x0032, "DS", "-120\\-120\\0"),
    element(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0"),
    element(0x0020, 0x0052, "UI", frame),
    element(0x0020, 0x1040, "LO", ""),
    element(0x0028, 0x0002, "US", 1),
    element(0x0028, 0x0004, "CS", "MONOCHROME2"),
    element(0x0028, 0x0010, "US", size),
    element(0x0028, 0x0011, "US", size),
    element(0x0028, 0x0030, "DS", "0.46875\\0.46875"),
    element(0x0028, 0x0100, "US", 16),
    element(0x0028, 0x0101, "US", 16),
    element(0x0028, 0x0102, "US", 15),
    element(0x0028, 0x0103, "US", 1),
    element(0x0028, 0x1050, "DS", "40"),
    element(0x0028, 0x1051, "DS", "120"),
    element(0x0028, 0x1052, "DS", "0"),
    element(0x0028, 0x1053, "DS", "1"),
    element(0x7fe0, 0x0010, "OW", littleEndian(pixels)),
  ]);
  return Buffer.concat([Buffer.alloc(PREAMBLE_BYTES), Buffer.from("DICM"), fileMeta(instance), dataset]);
}

/** Group 2, which begins with its own length. */
function fileMeta(instance: string): Buffer {
  const group = Buffer.concat([
    element(0x0002, 0x0001, "OB", Uint8Array.of(0, 1)),
    element(0x0002, 0x0002, "UI", CT_IMAGE_STORAGE),
    element(0x0002, 0x0003, "UI", instance),
    element(0x0002, 0x0010, "UI", EXPLICIT_LITTLE_ENDIAN),
    element(0x0002, 0x0012, "UI", "2.25.178203429450012776841502298706093428871"),
    element(0x0002, 0x0013, "SH", "CHIROGRAPH"),
  ]);
  return Buffer.concat([element(0x0002, 0x0000, "UL", group.length), group]);
}

function element(group: number, number: number, representation: Representation, value: Value): Buffer {
  const bytes = encode(representation, value);
  const isLong = longOnes.includes(representation);
  const header = Buffer.alloc(isLong ? 12 : 8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.write(representation, 4, "ascii");
  if (isLong) header.writeUInt32LE(bytes.length, 8);
  else header.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([header, bytes]);
}

/** Every value has an even length: UIDs are filled up with a zero, other text with a space. */
function encode(representation: Representation, value: Value): Buffer {
  if (typeof value === "number") {
    const bytes = Buffer.alloc(representation === "UL" ? 4 : 2);
    bytes.writeUIntLE(value, 0, bytes.length);
    return bytes;
  }
  if (typeof value !== "string") return Buffer.from(value);
  const filler = representation === "UI" ? "\0" : " ";
  return Buffer.from(value.length % 2 === 0 ? value : value + filler, "utf8");
}

function littleEndian(pixels: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(pixels.length * 2);
  pixels.forEach((pixel, index) => bytes.writeInt16LE(pixel, index * 2));
  return bytes;
}

/** A UID made of a UUID (PS3.5, annex B.2). */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll("-", "")}`)}`;
}
