import { exactly } from "../body.ts";
import { StoreError } from "../error.ts";
import { asksFor, checkListRequest } from "../list-request.ts";
import { checkName } from "../names.ts";
import { rangeWithin } from "../range.ts";
import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "../store.ts";

const PIECE_BYTES = 65_536;

/** A store that lasts as long as the process, for tests and demonstrations. */
export function createMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  readonly promises = { putIfAbsentIsAtomic: true };
  readonly #objects = new Map<string, readonly Uint8Array[]>();

  async put(name: string, body: ObjectBody, options?: CallOptions): Promise<void> {
    checkName(name);
    options?.signal?.throwIfAborted();
    const pieces: Uint8Array[] = [];
    for await (const piece of exactly(body, options)) {
      for (let offset = 0; offset < piece.length; offset += PIECE_BYTES) {
        pieces.push(copy(piece.subarray(offset, offset + PIECE_BYTES)));
      }
    }
    // From here on nobody else has a turn.
    if (this.#objects.has(name)) throw new StoreError("exists", "An object has that name already.");
    this.#objects.set(name, pieces);
  }

  async *get(name: string, range?: ByteRange, options?: CallOptions): AsyncGenerator<Uint8Array> {
    checkName(name);
    options?.signal?.throwIfAborted();
    const pieces = this.#objects.get(name);
    if (pieces === undefined) throw new StoreError("not-found", "No object has that name.");
    const { offset, lengthBytes } = rangeWithin(range, sizeOf(pieces));
    const end = offset + lengthBytes;
    let begin = 0;
    for (const piece of pieces) {
      options?.signal?.throwIfAborted();
      const wanted = piece.subarray(Math.max(0, offset - begin), Math.max(0, end - begin));
      if (wanted.length > 0) yield copy(wanted);
      begin += piece.length;
      if (begin >= end) return;
    }
  }

  async head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
    checkName(name);
    options?.signal?.throwIfAborted();
    const pieces = this.#objects.get(name);
    return pieces === undefined ? null : { name, sizeBytes: sizeOf(pieces) };
  }

  async list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]> {
    checkListRequest(request);
    options?.signal?.throwIfAborted();
    return [...this.#objects]
      .filter(([name]) => asksFor(request, name))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .slice(0, request.limit)
      .map(([name, pieces]) => ({ name, sizeBytes: sizeOf(pieces) }));
  }

  async delete(name: string, options?: CallOptions): Promise<void> {
    checkName(name);
    options?.signal?.throwIfAborted();
    this.#objects.delete(name);
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Not `slice`, which copies nothing where the bytes are a Node `Buffer`. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
