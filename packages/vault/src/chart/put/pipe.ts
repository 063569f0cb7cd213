/**
 * Bytes on their way from one writer to one reader, without a copy: a write settles when the reader comes back for
 * more. So the slowest store sets the pace, and no memory fills.
 */
export class Pipe {
  #offered: { readonly bytes: Uint8Array; readonly taken: () => void } | undefined;
  #state: "open" | "ended" | "spent" | "closed" | { readonly failed: unknown } = "open";
  #wake: () => void = () => undefined;

  /** Whether the reader has had everything. */
  get isSpent(): boolean {
    return this.#state === "spent";
  }

  /** The bytes are the reader's until the promise settles; nobody reads from a closed pipe, and it takes everything. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#state !== "open" || bytes.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#offered = { bytes, taken: resolve };
    this.#wake();
    await promise;
  }

  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#wake();
  }

  /** The reader gets `reason` instead of the rest. */
  fail(reason: unknown): void {
    if (this.#state === "open" || this.#state === "ended") this.#state = { failed: reason };
    this.#release();
    this.#wake();
  }

  /** The reader is gone. */
  close(): void {
    if (this.#state !== "spent") this.#state = "closed";
    this.#release();
  }

  async *read(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        if (typeof this.#state === "object") throw this.#state.failed;
        if (this.#offered !== undefined) {
          yield this.#offered.bytes;
          this.#release();
        } else if (this.#state === "open") {
          await this.#more();
        } else {
          if (this.#state === "ended") this.#state = "spent";
          return;
        }
      }
    } finally {
      this.close();
    }
  }

  #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  #release(): void {
    this.#offered?.taken();
    this.#offered = undefined;
  }
}
