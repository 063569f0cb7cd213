import type { Engine } from "@chirograph/engine/interface";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { utf8 } from "../encoding/text.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import { epochBytes, type Scope, scopeBytes } from "../ids.ts";
import { openBox, sealBox } from "../layer1/box.ts";
import { compareBytes } from "../encoding/bytes.ts";
import { BINDING_BYTES } from "./card.ts";
import { pad, unpad } from "./padding.ts";
import { checkEntries, type Entry, type Shape } from "./path.ts";

const FLOOR_BYTES = 1024;
const FILE = 0;
const FOLDER = 1;

/** What a reader who knows the word sees of a version beside its content. */
export interface Inside {
  readonly binding: Uint8Array;
  readonly shape: Shape;
  /** In order; the record is their content, one after the other, then padding. */
  readonly entries: readonly Entry[];
  /** Patient and clinical data: anything that is text. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The true length of the record, before padding. */
export function contentBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entry.bytes, 0);
}

export function sealInside(
  engine: Engine,
  insideKey: Uint8Array,
  scope: Scope,
  inside: Inside,
): Promise<Uint8Array<ArrayBuffer>> {
  return sealBox(engine, {
    key: insideKey,
    context: context(scope),
    message: pad(encode(inside), FLOOR_BYTES),
  });
}

export async function openInside(
  engine: Engine,
  insideKey: Uint8Array,
  scope: Scope,
  sealed: Uint8Array,
): Promise<Inside> {
  const padded = await openBox(engine, { key: insideKey, context: context(scope), sealed });
  if (padded === null) {
    throw new ChirographError(
      "inconsistent-author",
      "The inside does not open with the key that its author announced.",
    );
  }
  return parse(unpad(padded, FLOOR_BYTES, "inside"));
}

function encode(inside: Inside): Uint8Array {
  checkEntries(inside.shape, inside.entries);
  const writer = new Writer()
    .fixed(inside.binding, BINDING_BYTES)
    .u8(inside.shape === "file" ? FILE : FOLDER)
    .u64(contentBytes(inside.entries))
    .u32(inside.entries.length);
  for (const { path, bytes } of inside.entries) writer.text16(path).u64(bytes);
  const fields = normalised(inside.metadata);
  writer.u16(fields.length);
  for (const [key, value] of fields) writer.text16(key).text16(value);
  return writer.finish();
}

/** Metadata as it is written: keys in normal form C, ascending by their bytes, each once. */
function normalised(metadata: ReadonlyMap<string, string>): (readonly [string, string])[] {
  const fields = new Map(Array.from(metadata, ([key, value]) => [key.normalize("NFC"), value]));
  if (fields.size !== metadata.size) throw new RangeError("two keys of the metadata are one text");
  return [...fields].toSorted(([left], [right]) => compareBytes(utf8(left), utf8(right)));
}

function parse(bytes: Uint8Array): Inside {
  const reader = new Reader(bytes, "inside");
  const binding = reader.fixed(BINDING_BYTES);
  const shape = readShape(reader);
  const announced = reader.u64();
  const entries = Array.from({ length: reader.u32() }, () => ({
    path: reader.text16(),
    bytes: reader.u64(),
  }));
  const fields = Array.from({ length: reader.u16() }, () => [reader.text16(), reader.text16()] as const);
  reader.end();
  reader.ascending(
    fields.map(([key]) => utf8(key)),
    "metadata",
  );
  checkEntries(shape, entries);
  if (contentBytes(entries) !== announced) reader.fail("tells a length that is not the sum of its entries");
  return { binding, shape, entries, metadata: new Map(fields) };
}

function readShape(reader: Reader): Shape {
  const shape = reader.u8();
  if (shape === FILE) return "file";
  if (shape === FOLDER) return "folder";
  return reader.fail(`has a shape of kind ${shape}, which is not known`);
}

function context(scope: Scope): Uint8Array {
  return labelled("inside", scopeBytes(scope), epochBytes(scope.epoch));
}
