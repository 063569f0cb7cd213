import type { ByteRange, CallOptions, ListRequest, ObjectBody, ObjectHead, Store } from "@chirograph/stores";

export interface Tally {
  readBytes: number;
}

/** A store that counts the bytes that it gives. */
export class CountedStore implements Store {
  readonly #inner: Store;
  readonly #tally: Tally;

  constructor(inner: Store, tally: Tally) {
    this.#inner = inner;
    this.#tally = tally;
  }

  get promises(): Store["promises"] {
    return this.#inner.promises;
  }

  put(name: string, body: ObjectBody, options?: CallOptions): Promise<void> {
    return this.#inner.put(name, body, options);
  }

  async *get(name: string, range?: ByteRange, options?: CallOptions): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#inner.get(name, range, options)) {
      this.#tally.readBytes += piece.length;
      yield piece;
    }
  }

  head(name: string, options?: CallOptions): Promise<ObjectHead | null> {
    return this.#inner.head(name, options);
  }

  list(request: ListRequest, options?: CallOptions): Promise<ObjectHead[]> {
    return this.#inner.list(request, options);
  }

  delete(name: string, options?: CallOptions): Promise<void> {
    return this.#inner.delete(name, options);
  }
}
