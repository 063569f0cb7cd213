import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Entry } from "@chirograph/core";
import { PRIVATE_FILE, PRIVATE_FOLDER, syncFolder, systemCode } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import { type Pieces, PieceReader } from "./piece-reader.ts";
import { writeWhole } from "./sealed-folder.ts";

/** Writes the whole of `content` to a new file that only its owner may read. */
export async function restoreFile(file: string, content: Pieces): Promise<void> {
  await restoreNext(file, new PieceReader(content), Number.POSITIVE_INFINITY);
}

/**
 * Writes `entries`, whose content comes one after the other, below a folder that nobody else can reach. Their paths
 * were found by the core to lead nowhere else.
 */
export async function restoreFolder(
  folder: string,
  entries: readonly Entry[],
  content: Pieces,
): Promise<void> {
  const reader = new PieceReader(content);
  const folders = new Set([folder]);
  for (const entry of entries) await restoreEntry(folder, entry, reader, folders).catch(explainClash(entry));
  // What comes after the last entry is read too: only then is the end of the record checked.
  await reader.take(Number.POSITIVE_INFINITY, async () => {});
  for (const made of folders) await syncFolder(made);
}

async function restoreEntry(
  folder: string,
  { path, bytes }: Entry,
  reader: PieceReader,
  folders: Set<string>,
): Promise<void> {
  const location = join(folder, ...path.split("/"));
  const isFolder = path.endsWith("/");
  const parent = isFolder ? location : dirname(location);
  if (!folders.has(parent)) await mkdir(parent, { recursive: true, mode: PRIVATE_FOLDER });
  folders.add(parent);
  if (!isFolder) await restoreNext(location, reader, bytes);
}

async function restoreNext(file: string, reader: PieceReader, bytes: number): Promise<void> {
  const handle = await open(file, "wx", PRIVATE_FILE);
  try {
    await reader.take(bytes, (piece) => writeWhole(handle, piece));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new folder holds nothing yet, so something in the way is another name of the record that looks the same here. */
function explainClash({ path }: Entry): (error: unknown) => never {
  return (error) => {
    if (systemCode(error) !== "EEXIST") throw error;
    throw new Failure(
      "io",
      `This file system takes ${showName(path)} and another name of the record for one.`,
      {
        hint: "Open it on a file system that tells them apart, or one file at a time with --only.",
        cause: error,
      },
    );
  };
}
