import { StoreError } from "./error.ts";
import type { ByteRange, CallOptions, Store } from "./store.ts";

/**
 * An object, or a range of it, in one piece that nobody else holds.
 * @throws StoreError as `get` does; `unavailable` when the store answers with another length than was asked for
 */
export async function readAll(
  store: Store,
  name: string,
  range?: ByteRange,
  options?: CallOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of store.get(name, range, options)) {
    pieces.push(piece);
    lengthBytes += piece.length;
    if (range !== undefined && lengthBytes > range.lengthBytes) break;
  }
  if (range !== undefined && lengthBytes !== range.lengthBytes) {
    throw new StoreError("unavailable", "The store answered with another length than was asked for.");
  }
  return joined(pieces, lengthBytes);
}

function joined(pieces: readonly Uint8Array[], lengthBytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
