import { type EntryToPack, StoreError } from "@chirograph/stores";

/** What a fragment was to be made from could not be read: no fault of the store that was to take it. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

/** Bytes on their way to a store, which remember why they came to an end: stores tell it in words of their own. */
export class Sourced {
  /** What went wrong where the bytes come from. */
  failure: Error | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;

  constructor(bytes: EntryToPack["bytes"]) {
    this.bytes = { [Symbol.asyncIterator]: () => this.#read(bytes) };
  }

  async *#read(bytes: EntryToPack["bytes"]): AsyncGenerator<Uint8Array> {
    const pieces = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
    try {
      while (true) {
        const next = await this.#next(pieces);
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await pieces.return?.();
    }
  }

  async #next(pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await pieces.next();
    } catch (error) {
      this.failure =
        error instanceof StoreError
          ? new SourceError("A fragment cannot be read where it lies.", { cause: error })
          : (error as Error);
      throw this.failure;
    }
  }
}
