import type { DataSet, Element } from "dicom-parser";
import type { ElementRow } from "./reading.ts";
import { decode } from "./texts-of.ts";

/** A table of more rows is read by nobody. */
const MOST_ROWS = 2000;
const MOST_NUMBERS = 8;
const MOST_DEPTH = 12;

const binary = ["OB", "OD", "OF", "OL", "OV", "OW", "UN"];

type NumberReader = (data: DataSet, tag: string, index: number) => number | undefined;

const numeric: Readonly<Record<string, { readonly bytes: number; readonly read: NumberReader }>> = {
  US: { bytes: 2, read: (data, tag, index) => data.uint16(tag, index) },
  SS: { bytes: 2, read: (data, tag, index) => data.int16(tag, index) },
  UL: { bytes: 4, read: (data, tag, index) => data.uint32(tag, index) },
  SL: { bytes: 4, read: (data, tag, index) => data.int32(tag, index) },
  FL: { bytes: 4, read: (data, tag, index) => data.float(tag, index) },
  FD: { bytes: 8, read: (data, tag, index) => data.double(tag, index) },
};

/** All elements in their order, sequences opened, as text. */
export function elementsOf(data: DataSet, encoding: string): { rows: ElementRow[]; count: number } {
  const rows: ElementRow[] = [];
  let count = 0;
  const visit = (set: DataSet, depth: number): void => {
    for (const tag of Object.keys(set.elements).toSorted()) {
      const element = set.elements[tag]!;
      count += 1;
      if (rows.length < MOST_ROWS) rows.push(rowOf(set, element, depth, encoding));
      if (depth >= MOST_DEPTH) continue;
      for (const item of element.items ?? []) if (item.dataSet !== undefined) visit(item.dataSet, depth + 1);
    }
  };
  visit(data, 0);
  return { rows, count };
}

function rowOf(data: DataSet, element: Element, depth: number, encoding: string): ElementRow {
  return {
    tag: element.tag.slice(1),
    representation: element.vr ?? "",
    value: valueOf(data, element, encoding),
    depth,
  };
}

function valueOf(data: DataSet, element: Element, encoding: string): string {
  const { vr, length, items } = element;
  if (items !== undefined) return items.length === 1 ? "1 item" : `${items.length} items`;
  if (length === 0) return "";
  if (element.fragments !== undefined) return `${element.fragments.length} fragments`;
  const reader = vr === undefined ? undefined : numeric[vr];
  if (reader !== undefined) return numbers(data, element, reader);
  if (vr === "AT") return data.attributeTag(element.tag)?.slice(1) ?? "";
  if (vr !== undefined && binary.includes(vr)) return `${length} bytes`;
  if (vr === undefined && !looksLikeText(data, element)) return unknownNumber(data, element);
  return decode(data, element, encoding);
}

function numbers(
  data: DataSet,
  element: Element,
  { bytes, read }: { readonly bytes: number; readonly read: NumberReader },
): string {
  const count = Math.floor(element.length / bytes);
  const values = Array.from({ length: Math.min(count, MOST_NUMBERS) }, (_, index) =>
    read(data, element.tag, index),
  );
  return values.join("\\") + (count > MOST_NUMBERS ? "…" : "");
}

/** Without representations, short values that are no text are numbers most of the time. */
function unknownNumber(data: DataSet, { tag, length }: Element): string {
  if (length === 2) return String(data.uint16(tag));
  return length === 4 ? String(data.uint32(tag)) : `${length} bytes`;
}

function looksLikeText(data: DataSet, { dataOffset, length }: Element): boolean {
  const bytes: Uint8Array = data.byteArray.subarray(dataOffset, dataOffset + Math.min(length, 64));
  return bytes.every(
    (byte, index) =>
      (byte >= 0x20 && byte !== 0x7f) || byte === 10 || byte === 13 || (byte === 0 && index === length - 1),
  );
}
