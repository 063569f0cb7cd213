import { writeSync } from "node:fs";

/**
 * What a child says on its standard output, one JSON value a line, written before the next instruction runs: first
 * that it tries something, then, once the vault has acknowledged it, that it did.
 */
export type Entry =
  | {
      readonly said: "try" | "ack";
      readonly what: "put";
      readonly name: string;
      readonly record?: string;
      readonly version?: string;
    }
  | { readonly said: "try" | "ack"; readonly what: "erase"; readonly record: string }
  | { readonly said: "try" | "ack"; readonly what: "word"; readonly word: string }
  | { readonly said: "try" | "ack"; readonly what: "share" | "revoke"; readonly person: "colleague" }
  | { readonly said: "try" | "ack"; readonly what: "share-record"; readonly record: string }
  | { readonly said: "try" | "ack"; readonly what: "repair" | "reseal" }
  | { readonly said: "points"; readonly passed: number };

export function say(entry: Entry): void {
  writeSync(1, `${JSON.stringify(entry)}\n`);
}

/** The whole lines of what a child said; a line that death cut short counts as not said. */
export function readEntries(output: string): Entry[] {
  return output
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}
