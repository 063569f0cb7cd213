import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
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
/** A file up to this is read at once, which takes less than asking for it in turns. */
const AT_ONCE_BYTES = 65_536;
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Bytes in pieces, written to the memory that `next` is given or to some of their own. */
type Pieces = AsyncGenerator<Uint8Array, void, Uint8Array | undefined>;

/** Hears of bytes as they are read; what it throws ends the reading. */
type ReadProgress = Pick<Progress, "add">;

/**
 * What was found, as the core takes it. Files are read while the record is sealed, and none but a small one whole. What
 * is wrong with a file comes out of `data`, like what goes wrong while it is read.
 */
export async function recordContent(found: FoundContent, progress: ReadProgress): Promise<RecordContent> {
  const { shape } = found;
  const entries = found.entries.map(({ path, bytes }) => ({ path, bytes }));
  const about = { shape, entries, metadata: new Map() };
  if (shape === "folder") return { ...about, kind: FOLDER_KIND, data: readAll(found, progress) };
  const { path, file } = found.entries[0]!;
  try {
    if (file!.sizeBytes > AT_ONCE_BYTES) {
      return { ...about, kind: kindOf(path, await headOf(file!)), data: readAll(found, progress) };
    }
    const bytes = readAtOnce(file!);
    return { ...about, kind: kindOf(path, bytes.subarray(0, HEAD_BYTES)), data: once(bytes, progress) };
  } catch (error) {
    return { ...about, kind: kindOf(path, new Uint8Array()), data: failing(error) };
  }
}

async function* once(bytes: Uint8Array, progress?: ReadProgress): Pieces {
  progress?.add(bytes.length);
  yield bytes;
}

// oxlint-disable-next-line require-yield -- it fails before the first piece
async function* failing(error: unknown): Pieces {
  throw error;
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

async function headOf(file: FoundFile): Promise<Uint8Array> {
  return withFile(file, async (handle) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  });
}

/** A file whole, as it was found. */
function readAtOnce(file: FoundFile): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.location, READ_ONLY);
    requireSame(file, fstatSync(descriptor, { bigint: true }));
    const bytes = new Uint8Array(file.sizeBytes);
    for (let filled = 0; filled < bytes.length;) {
      const bytesRead = readSync(descriptor, bytes, filled, bytes.length - filled, null);
      if (bytesRead === 0) throw changed(file);
      filled += bytesRead;
    }
    requireUnchanged(file, fstatSync(descriptor, { bigint: true }));
    return bytes;
  } catch (error) {
    throw readFailure(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

async function* readAll({ entries }: FoundContent, progress: ReadProgress): Pieces {
  // One buffer for everything: whoever takes a piece is done with it before asking for the next.
  const largest = entries.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, largest));
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
    requireUnchanged(file, await handle.stat({ bigint: true }));
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
  let handle: FileHandle | undefined;
  try {
    handle = await open(file.location, READ_ONLY);
    requireSame(file, await handle.stat({ bigint: true }));
    return handle;
  } catch (error) {
    await handle?.close();
    throw readFailure(file, error);
  }
}

function requireSame(file: FoundFile, now: BigIntStats): void {
  if (now.ino !== file.stats.ino || now.dev !== file.stats.dev || !now.isFile()) throw changed(file);
}

function requireUnchanged(file: FoundFile, now: BigIntStats): void {
  if (now.size !== file.stats.size || now.mtimeNs !== file.stats.mtimeNs) throw changed(file);
}

function readFailure(file: FoundFile, error: unknown): unknown {
  const code = systemCode(error);
  // It was a file when it was found, and is a link now, which is not followed.
  if (code === "ELOOP") return changed(file);
  return code === undefined ? error : inputFailure(file.location, code, error);
}

function changed(file: FoundFile): Failure {
  return new Failure("badData", `${showName(file.location)} changed while it was read.`, {
    hint: "Seal again when nobody writes to it.",
  });
}
