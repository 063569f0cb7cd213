import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, resolve, sep } from "node:path";
import { compareEntries, type Entry, type Shape } from "@chirograph/core";
import { systemCode } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { showName, showNameBytes } from "../terminal/name.ts";
import { inputFailure } from "./text-input.ts";

const LOOKS_AT_ONCE = 64;

/** A file that is to be sealed, as it was when it was found. */
export interface FoundFile {
  /** Where it lies, byte for byte: a name need not be text. */
  readonly location: Buffer;
  readonly sizeBytes: number;
  readonly stats: BigIntStats;
}

/** An entry of the record, and the file behind it; an empty folder has none. */
interface FoundEntry extends Entry {
  readonly file: FoundFile | undefined;
}

export interface FoundContent {
  readonly shape: Shape;
  /** In the order of the format. */
  readonly entries: readonly FoundEntry[];
}

/** @throws Failure `noInput` */
export async function requireThere(source: string): Promise<void> {
  await inspect(Buffer.from(resolve(source)));
}

/** A file, or a folder with everything in it. Links, devices, pipes and sockets are refused, by name. */
export async function findContent(source: string): Promise<FoundContent> {
  const location = Buffer.from(resolve(source));
  const stats = await inspect(location);
  if (stats.isFile()) {
    const path = basename(resolve(source)).normalize("NFC");
    return { shape: "file", entries: [fileEntry(path, location, stats)] };
  }
  if (!stats.isDirectory()) refuse(location, stats);
  const entries = await entriesIn(location, "");
  return { shape: "folder", entries: entries.toSorted(compareEntries) };
}

/** Everything below a folder, depth first; `prefix` is its path in the record. */
async function entriesIn(folder: Buffer, prefix: string): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  for await (const [name, location, stats] of inspected(await namesIn(folder))) {
    if (stats.isFile()) {
      found.push(fileEntry(prefix + name, location, stats));
    } else if (stats.isDirectory()) {
      const path = `${prefix}${name}/`;
      const inside = await entriesIn(location, path);
      if (inside.length === 0) found.push({ path, bytes: 0, file: undefined });
      // One by one: a call takes only so many arguments, and a folder may hold more files.
      for (const entry of inside) found.push(entry);
    } else {
      refuse(location, stats);
    }
  }
  return found;
}

/** What is under each name, in their order; some are looked at together, which waits for each no longer. */
async function* inspected(
  names: ReadonlyMap<string, Buffer>,
): AsyncGenerator<[name: string, location: Buffer, stats: BigIntStats], void, void> {
  const all = [...names];
  for (let at = 0; at < all.length; at += LOOKS_AT_ONCE) {
    const some = all.slice(at, at + LOOKS_AT_ONCE);
    const stats = await Promise.all(some.map(([, location]) => inspect(location)));
    for (const [index, [name, location]] of some.entries()) yield [name, location, stats[index]!];
  }
}

/** Names in a folder, normalised, with the place of each. */
async function namesIn(folder: Buffer): Promise<Map<string, Buffer>> {
  const names = new Map<string, Buffer>();
  for (const raw of await readdir(folder, { encoding: "buffer" }).catch(toInputFailure(folder))) {
    const location = Buffer.concat([folder, Buffer.from(sep), raw]);
    const name = decodeName(raw, location).normalize("NFC");
    const other = names.get(name);
    if (other !== undefined) {
      throw new Failure(
        "badData",
        `${showNameBytes(other)} and ${showNameBytes(location)} would have one name after normalisation.`,
        {
          hint: "Rename one of them, then seal again.",
        },
      );
    }
    names.set(name, location);
  }
  return names;
}

function decodeName(raw: Buffer, location: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Failure("badData", `The name ${showName(location)} is not UTF-8.`, {
      hint: "Rename it, then seal again.",
    });
  }
}

function fileEntry(path: string, location: Buffer, stats: BigIntStats): FoundEntry {
  const sizeBytes = Number(stats.size);
  return { path, bytes: sizeBytes, file: { location, sizeBytes, stats } };
}

function inspect(location: Buffer): Promise<BigIntStats> {
  return lstat(location, { bigint: true }).catch(toInputFailure(location));
}

function refuse(location: Buffer, stats: BigIntStats): never {
  const kind = stats.isSymbolicLink()
    ? "a link"
    : stats.isFIFO()
      ? "a pipe"
      : stats.isSocket()
        ? "a socket"
        : "a device";
  throw new Failure("badData", `${showName(location)} is ${kind}; only files and folders are sealed.`, {
    hint: stats.isSymbolicLink()
      ? "Seal what it points to, or take it out of the folder."
      : "Take it out of the folder.",
  });
}

function toInputFailure(location: Buffer): (error: unknown) => never {
  return (error) => {
    throw inputFailure(location, systemCode(error) ?? "unknown", error);
  };
}
