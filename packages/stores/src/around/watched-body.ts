import type { ObjectBody } from "../store.ts";

/** A body that remembers what its source threw: that is the caller's failure and not the store's. */
export class WatchedBody implements ObjectBody {
  readonly sizeBytes: number;
  readonly #source: ObjectBody["bytes"];
  readonly #onPiece: (lengthBytes: number) => void;
  #failure: { readonly error: unknown } | undefined;

  constructor({ sizeBytes, bytes }: ObjectBody, onPiece: (lengthBytes: number) => void = () => undefined) {
    this.sizeBytes = sizeBytes;
    this.#source = bytes;
    this.#onPiece = onPiece;
  }

  get bytes(): AsyncGenerator<Uint8Array> {
    return this.#watched();
  }

  /** Whether this is what the source threw. */
  threw(error: unknown): boolean {
    return this.#failure !== undefined && this.#failure.error === error;
  }

  async *#watched(): AsyncGenerator<Uint8Array> {
    const pieces = asyncIterator(this.#source);
    let isOpen = true;
    try {
      for (;;) {
        const next = await this.#next(pieces);
        isOpen = next.done !== true;
        if (next.done === true) return;
        this.#onPiece(next.value.length);
        yield next.value;
      }
    } finally {
      if (isOpen && this.#failure === undefined) await pieces.return?.();
    }
  }

  async #next(pieces: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      return await pieces.next();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

/** Every body as an asynchronous iterator. */
export function asyncIterator(bytes: ObjectBody["bytes"]): AsyncIterator<Uint8Array, undefined> {
  if (Symbol.asyncIterator in bytes) return bytes[Symbol.asyncIterator]();
  const pieces = bytes[Symbol.iterator]();
  return {
    next: async () => pieces.next(),
    return: async () => pieces.return?.() ?? { done: true, value: undefined },
  };
}
