import { type ObjectBody, StoreError } from "@chirograph/stores";

/**
 * A body cut into parts of `partBytes`, the last one as it comes. Nobody has the last part before the body has ended
 * where it should. Each part is new memory: a browser keeps a copy of what it has sent until it sweeps its memory, which
 * it does by how much was asked for; with one part used again and again it would keep the whole body.
 * @throws StoreError `wrong-length`, `invalid`; the signal's reason; whatever the body throws
 */
export async function* partsOf(
  { sizeBytes, bytes }: ObjectBody,
  {
    partBytes,
    skipBytes,
    signal,
  }: { partBytes: number; skipBytes: number; signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let part = new Uint8Array(Math.min(partBytes, sizeBytes - skipBytes));
  let filled = 0;
  let position = 0;
  for await (const piece of bytes) {
    signal?.throwIfAborted();
    if (piece.length > sizeBytes - position) {
      throw new StoreError("wrong-length", "The body is longer than announced.");
    }
    // Of what is there already nothing is sent.
    let used = Math.min(piece.length, Math.max(0, skipBytes - position));
    position += piece.length;
    while (used < piece.length) {
      if (filled === part.length) {
        yield part;
        part = new Uint8Array(part.length);
        filled = 0;
      }
      const step = Math.min(piece.length - used, part.length - filled);
      part.set(piece.subarray(used, used + step), filled);
      filled += step;
      used += step;
    }
  }
  signal?.throwIfAborted();
  if (position < sizeBytes) throw new StoreError("wrong-length", "The body is shorter than announced.");
  if (filled > 0) yield part.subarray(0, filled);
}

/** @throws StoreError `invalid` */
export function requireSize({ sizeBytes }: Pick<ObjectBody, "sizeBytes">): void {
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return;
  throw new StoreError("invalid", "The length of an object is a number of bytes.");
}
