import { contentBytes, type Entry, type Inside, type Shape } from "@chirograph/core";
import { InvalidArgumentError } from "commander";
import { Failure } from "../../failure.ts";
import { select } from "../selection.ts";

/** Bytes of a record's content, `end` exclusive. */
interface Run {
  readonly first: number;
  readonly end: number;
}

/** What is asked for of a record. */
export interface Part {
  readonly shape: Shape;
  /** Paths as they will be below the output. */
  readonly entries: readonly Entry[];
  /** Where the content of the entries lies, in their order. */
  readonly runs: readonly Run[];
}

/** Bytes as people count them: from 0, the last one too; without a last one up to the end. */
export interface ByteSpan {
  readonly first: number;
  readonly last: number | undefined;
}

/** For commander: `0-1023`, `1024-`. */
export function parseSpan(text: string): ByteSpan {
  const [, first, last] = /^(\d{1,15})-(\d{1,15})?$/.exec(text) ?? [];
  const span = { first: Number(first), last: last === undefined ? undefined : Number(last) };
  if (first !== undefined && span.first <= (span.last ?? span.first)) return span;
  throw new InvalidArgumentError("It is FIRST-LAST, two numbers of bytes from 0, the last one included.");
}

/** @throws Failure `badData` when the record has no such part */
export function partOf(
  inside: Pick<Inside, "shape" | "entries">,
  paths: readonly string[],
  span: ByteSpan | undefined,
): Part {
  const [path, ...more] = paths;
  if (path !== undefined && more.length > 0) return several(inside, paths);
  const { shape, entries, first, end } = select(inside, path);
  const whole = { shape, entries, runs: [{ first, end }] };
  return span === undefined ? whole : cutOut(whole, span);
}

/** Some files and folders of a record, under the paths that they have in it. */
function several(inside: Pick<Inside, "shape" | "entries">, paths: readonly string[]): Part {
  // Refuses a path that leads nowhere.
  for (const path of paths) select(inside, path);
  const entries: Entry[] = [];
  const runs: Run[] = [];
  let first = 0;
  for (const entry of inside.entries) {
    const end = first + entry.bytes;
    if (paths.some((path) => covers(path, entry.path))) {
      entries.push(entry);
      const last = runs.at(-1);
      if (last?.end === first) runs[runs.length - 1] = { first: last.first, end };
      else runs.push({ first, end });
    }
    first = end;
  }
  return { shape: "folder", entries, runs };
}

function covers(wanted: string, path: string): boolean {
  const plain = wanted.normalize("NFC").replace(/^\.\//, "").replace(/\/+$/, "");
  return path === plain || path.startsWith(`${plain}/`);
}

function cutOut(part: Part, { first, last }: ByteSpan): Part {
  const bytes = contentBytes(part.entries);
  if (part.shape !== "file") {
    throw new Failure("badData", "The record is a folder, and --range takes bytes of one file.", {
      hint: "Name a file of it with --only.",
    });
  }
  const end = Math.min((last ?? bytes - 1) + 1, bytes);
  if (first >= end) {
    throw new Failure("badData", `--range begins at byte ${first}, and there are ${bytes}.`);
  }
  const start = part.runs[0]!.first;
  return {
    shape: "file",
    entries: [{ ...part.entries[0]!, bytes: end - first }],
    runs: [{ first: start + first, end: start + end }],
  };
}
