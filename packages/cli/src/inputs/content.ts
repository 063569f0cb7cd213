import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FOLDER_KIND, HEAD_BYTES, kindOf, PIXELS_KIND } from "@chirograph/clinical/kinds";
import type { RecordContent } from "@chirograph/core";
import { systemCode } from "@chirograph/embedded/files";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import type { Progress } from "../terminal/progress.ts";
import { inputFailure } from "./text-input.ts";
import type { FoundContent, FoundFile } from "./walk.ts";

const PIECE_BYTES = 1_048_576;

/** Bytes in pieces, each written to the memory that `next` was given, if any. */
type Pieces = AsyncGenerator<Uint8Array, void, Uint8Array | undefined>;

/** Hears of bytes as they are read; what it throws ends the reading. */
type ReadProgress = Pick<Progress, "add">;

/** What was found, as the core takes it. Files are read while the record is sealed, never whole. */
export async function recordContent(found: FoundContent, progress: ReadProgress): Promise<RecordContent> {
  return {
    shape: found.shape,
    entries: found.entries.map(({ path, bytes }) => ({ path, bytes })),
    kind: found.shape === "folder" ? FOLDER_KIND : await kindOfFile(found.entries[0]!),
    metadata: new Map(),
    data: readAll(found, progress),
  };
}

/**
 * The decoded pixels of an image as the content of a record, in place of the file: dimensions and samples.
 * @throws Failure or ImageError when the source is no one image
 */
export async function pixelContent(found: FoundContent): Promise<RecordContent> {
  const [entry] = found.entries;
  if (found.shape !== "file" || entry?.file === undefined) {
    throw new Failure("badData", "--pixels takes one image, not a folder.");
  }
  // Codecs are loaded by whoever needs them.
  const { encodePixels, readPixels } = await import("@chirograph/clinical/pixels");
  const pieces: Uint8Array[] = [];
  for await (const piece of readFile(entry.file, Buffer.allocUnsafeSlow(PIECE_BYTES))) {
    pieces.push(Uint8Array.from(piece));
  }
  const bytes = encodePixels(await readPixels(new Uint8Array(Buffer.concat(pieces))));
  return {
    shape: "file",
    entries: [{ path: entry.path, bytes: bytes.length }],
    kind: PIXELS_KIND,
    metadata: new Map(),
    data: once(bytes),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

async function kindOfFile({ path, file }: FoundContent["entries"][number]): Promise<string> {
  return withFile(file!, async (handle) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return kindOf(path, buffer.subarray(0, bytesRead));
  });
}

async function* readAll({ entries }: FoundContent, progress: ReadProgress): Pieces {
  // One buffer for everything: whoever takes a piece is done with it before asking for the next.
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (const { file } of entries) {
    if (file !== undefined) yield* readFile(file, buffer, progress);
  }
}

/** The content of a file in `buffer`, or where whoever asks for a piece wants it. */
async function* readFile(file: FoundFile, buffer: Uint8Array, progress?: ReadProgress): Pieces {
  const handle = await openSame(file);
  try {
    let target = buffer;
    for (let left = file.sizeBytes; left > 0;) {
      const { bytesRead } = await handle.read(target, 0, Math.min(left, target.length), null);
      if (bytesRead === 0) throw changed(file);
      left -= bytesRead;
      progress?.add(bytesRead);
      target = (yield target.subarray(0, bytesRead)) ?? buffer;
    }
    await requireUnchanged(file, handle);
  } catch (error) {
    throw readFailure(file, error);
  } finally {
    await handle.close();
  }
}

async function withFile<Result>(
  file: FoundFile,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const handle = await openSame(file);
  try {
    return await use(handle);
  } catch (error) {
    throw readFailure(file, error);
  } finally {
    await handle.close();
  }
}

/** Opens the very file that was found: not a link or a pipe that took its place since. */
async function openSame(file: FoundFile): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file.location, flags).catch((error: unknown) => {
    throw readFailure(file, error);
  });
  const now = await handle.stat({ bigint: true });
  if (now.ino === file.stats.ino && now.dev === file.stats.dev && now.isFile()) return handle;
  await handle.close();
  throw changed(file);
}

async function requireUnchanged(file: FoundFile, handle: FileHandle): Promise<void> {
  const now = await handle.stat({ bigint: true });
  if (now.size !== file.stats.size || now.mtimeNs !== file.stats.mtimeNs) throw changed(file);
}

function readFailure(file: FoundFile, error: unknown): unknown {
  const code = systemCode(error);
  return code === undefined ? error : inputFailure(file.location, code, error);
}

function changed(file: FoundFile): Failure {
  return new Failure("badData", `${showName(file.location)} changed while it was read.`, {
    hint: "Seal again when nobody writes to it.",
  });
}
