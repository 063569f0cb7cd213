import { type MarkedFile, suiteNumbered, toHex } from "@chirograph/core";
import type { Outcome } from "../commands/command.ts";
import { showName } from "../terminal/name.ts";
import { count } from "../terminal/quantity.ts";
import type { Bag } from "./bag.ts";

/** An ordered bag, as lines and as a document. */
export function describeBag({ version, marked, missing, foreign }: Bag): Outcome {
  const { total, needed, suite, record } = version;
  return {
    lines: [
      `There is no envelope. By their marks, ${count(new Set(marked.map(placeOf)).size, "fragment")} of ${total} are here.`,
      "",
      ...Array.from({ length: total }, (_, index) => linesOf(index)).flat(),
      ...foreign.map(({ name }) => `     foreign  ${showName(name)}`),
      "",
      toHex(record),
    ],
    document: {
      record: toHex(record),
      version: toHex(version.version),
      suite: suiteNumbered(suite).name,
      total,
      needed,
      marked: marked.map(({ file, index, next }) => ({
        file: file.name,
        place: oneMore(index),
        next: oneMore(next),
      })),
      missing: missing.map((index) => index + 1),
      foreign: foreign.map(({ name }) => name),
    },
  };

  function placeOf({ index, next }: MarkedFile): number {
    return index ?? (next! + total - 1) % total;
  }

  function linesOf(index: number): string[] {
    const place = String(index + 1).padStart(3);
    if (missing.includes(index)) return [`${place}  missing`];
    return marked
      .filter((marks) => placeOf(marks) === index)
      .map((marks) => `${place}  ${meaning(marks)}  ${showName(marks.file.name)}`);
  }

  function meaning({ index, next }: MarkedFile): string {
    const isWhole = index !== undefined && next === (index + 1) % total;
    return `${isWhole ? "marked " : "damaged"}  ${oneMore(index) ?? "?"} → ${oneMore(next) ?? "?"}`;
  }
}

function oneMore(index: number | undefined): number | null {
  return index === undefined ? null : index + 1;
}
