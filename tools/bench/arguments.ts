import { parseArgs } from "node:util";
import { GIB, MIB, parseSize } from "./sizes.ts";

const PARTS = ["seal", "open", "range", "notes", "small", "micro"] as const;
export type Part = (typeof PARTS)[number];

/** What is asked of a run. */
export interface Plan {
  /** In the order of `PARTS`. */
  readonly parts: readonly Part[];
  /** Of the files of seal and open, in bytes, ascending. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly folder: string | undefined;
  readonly json: string | undefined;
  readonly docs: boolean;
}

export const USAGE = `npm run bench -- [PART …] [OPTIONS]

Parts (all of them, if none is named):
  seal     a file into eight fragments, beside age, age | split, rclone crypt, restic, borg and a native yardstick
  open     the same back, also with two fragments lost
  range    512 KiB from random places of a record of 1 GiB (or the largest of --sizes) in a vault of eight folders
  notes    10,000 notes of 8 KiB into a vault of eight folders
  small    1,000 files of 1 MiB into a vault of eight folders
  micro    kernel, cipher, hash, Argon2id, key wrapping and signatures by themselves

Options:
  --rounds N         counted rounds, 1 to 99, after one that is not counted (default 7)
  --sizes S,S        sizes for seal and open (default 64MiB,1GiB)
  --long             8GiB too
  --folder DIR       where to work (default: /dev/shm if there is room, else the folder for temporary files)
  --json FILE        everything that was measured and what it says of the claims, as JSON
  --docs             write the tables into docs/performance.md, and docs/performance.svg
  --help             this text
`;

/** Wrong use; the message says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const DEFAULT_ROUNDS = 7;
const MOST_ROUNDS = 99;
const DEFAULT_SIZES = [64 * MIB, GIB];
const LONG_SIZE = 8 * GIB;

/** @returns `undefined` when help is asked for @throws UsageError */
export function parseArguments(args: readonly string[]): Plan | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const sizes = values.sizes === undefined ? DEFAULT_SIZES : values.sizes.split(",").map(requireSize);
  if (values.long === true) sizes.push(LONG_SIZE);
  return {
    parts: requireParts(positionals),
    sizes: [...new Set(sizes)].toSorted((left, right) => left - right),
    rounds: values.rounds === undefined ? DEFAULT_ROUNDS : requireRounds(values.rounds),
    folder: values.folder,
    json: values.json,
    docs: values.docs === true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: "string" },
        sizes: { type: "string" },
        long: { type: "boolean" },
        folder: { type: "string" },
        json: { type: "string" },
        docs: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function requireParts(names: readonly string[]): Part[] {
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no part called ${unknown}. The parts are ${PARTS.join(", ")}.`);
  }
  return names.length === 0 ? [...PARTS] : PARTS.filter((part) => names.includes(part));
}

function requireSize(text: string): number {
  const size = parseSize(text);
  if (size === undefined) {
    throw new UsageError(`${text} is no size. Write it as 64MiB or 1GiB, several with commas between them.`);
  }
  return size;
}

function requireRounds(text: string): number {
  const rounds = Number(text);
  if (!/^\d+$/.test(text) || rounds < 1 || rounds > MOST_ROUNDS) {
    throw new UsageError(`--rounds takes a whole number from 1 to ${MOST_ROUNDS}, not ${text}.`);
  }
  return rounds;
}
