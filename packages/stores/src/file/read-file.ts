import { constants, type FileHandle, open } from "node:fs/promises";
import { StoreError } from "../error.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange } from "../store.ts";
import { ignoring } from "./system-error.ts";

// Links are not followed, and a pipe is not waited for. Where the system knows no such flag it is `undefined`, thus 0.
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens the file of an object; `null` when there is none. */
export async function openObject(path: string): Promise<FileHandle | null> {
  return (await open(path, READ).catch(ignoring("ENOENT", "ENOTDIR", "ELOOP", "ENXIO"))) ?? null;
}

/** @throws StoreError `out-of-range`; `not-found` when it is no regular file */
export async function rangeOf(handle: FileHandle, range: ByteRange | undefined): Promise<ByteRange> {
  const status = await handle.stat();
  if (!status.isFile()) throw new StoreError("not-found", "No object has that name.");
  return rangeWithin(range, status.size);
}

/** The next bytes from `offset`, at least one and at most `mostBytes`, in memory of their own. */
export async function readPiece(handle: FileHandle, offset: number, mostBytes: number): Promise<Uint8Array> {
  // Not filled with zeros before, and not shared with anything.
  const { buffer } = Buffer.allocUnsafeSlow(mostBytes);
  const { bytesRead } = await handle.read(new Uint8Array(buffer), 0, mostBytes, offset);
  if (bytesRead === 0) throw new StoreError("unavailable", "The object became shorter while it was read.");
  return new Uint8Array(buffer, 0, bytesRead);
}
