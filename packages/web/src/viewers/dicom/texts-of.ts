import type { DataSet, Element } from "dicom-parser";

/** Defined terms of Specific Character Set (PS3.3, C.12.1.1.2) as encodings that browsers know. */
const encodings: Readonly<Record<string, string>> = {
  "ISO_IR 192": "utf-8",
  "ISO_IR 100": "iso-8859-1",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "iso-8859-9",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 166": "tis-620",
  "ISO_IR 13": "shift_jis",
  "ISO 2022 IR 13": "iso-2022-jp",
  "ISO 2022 IR 87": "iso-2022-jp",
  "ISO 2022 IR 159": "iso-2022-jp",
  "ISO 2022 IR 149": "euc-kr",
  "ISO 2022 IR 58": "gb18030",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** Representations whose text is in the file's own character set. */
const ownCharacters = ["LO", "LT", "PN", "SH", "ST", "UC", "UT"];

const LONGEST_VALUE = 400;

export function encodingOf(data: DataSet): string {
  const terms = data.string("x00080005")?.split("\\") ?? [];
  const known = terms.map((term) => encodings[term.trim()]).filter((name) => name !== undefined);
  return known.at(-1) ?? "windows-1252";
}

/** The text of an element: without fillers, and cut where it is endless. */
export function textOf(
  data: DataSet,
  tag: string,
  encoding: string,
  mostCharacters: number = LONGEST_VALUE,
): string | undefined {
  const element = data.elements[tag];
  if (element === undefined || element.length === 0) return undefined;
  const text = decode(data, element, encoding, mostCharacters);
  return text === "" ? undefined : text;
}

export function decode(
  data: DataSet,
  element: Element,
  encoding: string,
  mostCharacters: number = LONGEST_VALUE,
): string {
  const isOwn = element.vr === undefined || ownCharacters.includes(element.vr);
  const most = Math.min(element.length, mostCharacters * 4);
  const bytes = data.byteArray.subarray(element.dataOffset, element.dataOffset + most);
  const text = new TextDecoder(isOwn ? encoding : "windows-1252").decode(bytes);
  const clean = text
    .replace(/[\p{Cc}\s]+$/u, "")
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, "\uFFFD")
    .trim();
  return clean.length > mostCharacters ? `${clean.slice(0, mostCharacters)}…` : clean;
}

/** The numbers of a decimal or integer string; `undefined` unless all of at least `least` are numbers. */
export function numbersOf(data: DataSet, tag: string, least = 1): number[] | undefined {
  const values = data
    .string(tag)
    ?.split("\\")
    .slice(0, 64)
    .map((value) => Number.parseFloat(value));
  return values !== undefined && values.length >= least && values.every(Number.isFinite) ? values : undefined;
}
