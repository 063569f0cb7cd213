import { concatenate } from "../src/samples/bytes.ts";
import { number, text } from "../src/samples/dicom.ts";

/** Transfer syntaxes, of PS3.6 annex A. */
export const SYNTAX = {
  explicit: "1.2.840.10008.1.2.1",
  deflated: "1.2.840.10008.1.2.1.99",
  jpeg: "1.2.840.10008.1.2.4.50",
  jpeg12: "1.2.840.10008.1.2.4.51",
  lossless: "1.2.840.10008.1.2.4.70",
  jpegLs: "1.2.840.10008.1.2.4.80",
  jpeg2000: "1.2.840.10008.1.2.4.90",
} as const;

export interface DicomImage {
  readonly syntax: string;
  readonly rows: number;
  readonly columns: number;
  readonly frame: Uint8Array;
  readonly samples?: number;
  readonly photometric?: string;
  readonly allocated?: number;
  readonly stored?: number;
  readonly signed?: boolean;
}

/** A DICOM file of one compressed frame. */
export function dicomImage(image: DicomImage): Uint8Array<ArrayBuffer> {
  const { syntax, rows, columns, frame, samples = 1, photometric = "MONOCHROME2" } = image;
  const { allocated = 8, stored = allocated, signed = false } = image;
  const group = text(0x0002_0010, "UI", syntax);
  return concatenate([
    new Uint8Array(128),
    new TextEncoder().encode("DICM"),
    number(0x0002_0000, "UL", group.length),
    group,
    number(0x0028_0002, "US", samples),
    text(0x0028_0004, "CS", photometric),
    ...(samples > 1 ? [number(0x0028_0006, "US", 0)] : []),
    number(0x0028_0010, "US", rows),
    number(0x0028_0011, "US", columns),
    number(0x0028_0100, "US", allocated),
    number(0x0028_0101, "US", stored),
    number(0x0028_0102, "US", stored - 1),
    number(0x0028_0103, "US", signed ? 1 : 0),
    encapsulated(frame),
  ]);
}

function encapsulated(frame: Uint8Array): Uint8Array {
  const even = frame.length % 2 === 0 ? frame : concatenate([frame, Uint8Array.of(0)]);
  const length = new Uint8Array(Uint32Array.of(even.length).buffer);
  return concatenate([
    Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0),
    Uint8Array.of(0xfe, 0xff, 0, 0xe0),
    length,
    even,
    Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
  ]);
}
