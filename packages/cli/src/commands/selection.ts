import type { Entry, Inside, Shape } from "@chirograph/core";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";

const MOST_NAMES = 8;

/** A part of a record that lies in one piece: a file of it, a folder of it, or all. */
export interface Selection {
  readonly shape: Shape;
  /** Paths as they will be below the output. */
  readonly entries: readonly Entry[];
  /** Bytes of the record, `end` exclusive. */
  readonly first: number;
  readonly end: number;
}

/** @throws Failure when nothing in the record has that path */
export function select(
  { shape, entries }: Pick<Inside, "shape" | "entries">,
  path: string | undefined,
): Selection {
  const whole = { shape, entries, first: 0, end: sumBytes(entries) };
  if (path === undefined) return whole;
  const wanted = path.normalize("NFC").replace(/^\.\//, "").replace(/\/+$/, "");
  const file = entries.findIndex((entry) => entry.path === wanted);
  if (file >= 0) return { shape: "file", ...cut(entries, file, file + 1) };
  // Everything below one folder stands together, since entries are in the order of their paths.
  const prefix = `${wanted}/`;
  const from = entries.findIndex((entry) => entry.path.startsWith(prefix));
  if (from < 0) throw notThere(path, entries);
  const to = entries.findLastIndex((entry) => entry.path.startsWith(prefix)) + 1;
  const part = cut(entries, from, to);
  const below = part.entries.map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
  return { ...part, shape: "folder", entries: below.filter((entry) => entry.path !== "") };
}

function cut(entries: readonly Entry[], from: number, to: number): Omit<Selection, "shape"> {
  const first = sumBytes(entries.slice(0, from));
  const chosen = entries.slice(from, to);
  return { entries: chosen, first, end: first + sumBytes(chosen) };
}

function sumBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

function notThere(path: string, entries: readonly Entry[]): Failure {
  const names = entries.slice(0, MOST_NAMES).map((entry) => showName(entry.path));
  const more = entries.length > MOST_NAMES ? ` and ${entries.length - MOST_NAMES} more` : "";
  return new Failure("badData", `The record holds no ${showName(path)}.`, {
    hint: names.length === 0 ? "It is an empty folder." : `It holds ${names.join(", ")}${more}.`,
  });
}
