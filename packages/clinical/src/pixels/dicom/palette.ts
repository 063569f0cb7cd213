import type { DataSet } from "dicom-parser";
import { ImageError, malformed } from "../error.ts";

/** Red, green and blue of every entry. */
export interface Palette {
  readonly bits: 8 | 16;
  readonly first: number;
  readonly tables: readonly [Uint16Array, Uint16Array, Uint16Array];
}

/** The lookup tables of a palette image (PS3.3, C.7.6.3.1.5 and 6). */
export function readPalette(dataSet: DataSet, signed: boolean): Palette {
  if (dataSet.elements["x00281221"] !== undefined) {
    throw new ImageError("unsupported", "Images with segmented palettes are not decoded.");
  }
  const descriptor = dataSet.elements["x00281101"];
  if (descriptor === undefined) throw malformed("The image has no palette, and says that it has one.");
  const entries = dataSet.uint16("x00281101", 0) || 65_536;
  const first = (signed ? dataSet.int16("x00281101", 1) : dataSet.uint16("x00281101", 1)) ?? 0;
  const bits = dataSet.uint16("x00281101", 2);
  if (bits !== 8 && bits !== 16) throw malformed("The palette has entries of neither 8 nor 16 bits.");
  const [red, green, blue] = ["x00281201", "x00281202", "x00281203"].map((tag) =>
    readTable(dataSet, tag, entries, bits),
  );
  return { bits, first, tables: [red!, green!, blue!] };
}

function readTable(dataSet: DataSet, tag: string, entries: number, bits: 8 | 16): Uint16Array {
  const length = dataSet.elements[tag]?.length ?? 0;
  // Entries of 8 bits stand two in a word, or one in each.
  const inBytes = bits === 8 && length < 2 * entries;
  if (length < (inBytes ? entries : 2 * entries)) throw malformed("The palette is cut short.");
  const offset = dataSet.elements[tag]!.dataOffset;
  return Uint16Array.from({ length: entries }, (_, index) =>
    inBytes ? dataSet.byteArray[offset + index]! : dataSet.uint16(tag, index)!,
  );
}

/** Every pixel becomes three samples; values beyond the ends take the entry at that end. */
export function lookUp(
  indices: ArrayLike<number>,
  { bits, first, tables }: Palette,
): Uint8Array | Uint16Array {
  const count = 3 * indices.length;
  const colours = bits === 8 ? new Uint8Array(count) : new Uint16Array(count);
  const last = tables[0].length - 1;
  for (let index = 0; index < indices.length; index++) {
    const entry = Math.min(last, Math.max(0, indices[index]! - first));
    for (let sample = 0; sample < 3; sample++) colours[3 * index + sample] = tables[sample]![entry]!;
  }
  return colours;
}
