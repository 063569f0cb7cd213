import type { Run, StripeLayout } from "./layout.ts";

/** Brings the plaintext of a message, which comes in pieces of any size, to the runs that need it. */
export class PlainReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #layout: StripeLayout;
  readonly #chunkBytes: number;
  /** What is left of the piece that came last. */
  #piece: Uint8Array = new Uint8Array();
  /** Plaintext of the last chunk of the run before: a chunk that two runs share is sealed in both. */
  #carried: Uint8Array = new Uint8Array();
  #nextChunk = 0;

  constructor(data: AsyncIterable<Uint8Array>, layout: StripeLayout, chunkBytes: number) {
    this.#pieces = data[Symbol.asyncIterator]();
    this.#layout = layout;
    this.#chunkBytes = chunkBytes;
  }

  /**
   * Writes the plaintext of a run's chunks to the beginning of `target`. Runs come in their order.
   * @throws RangeError when there is less than was announced
   */
  async fill({ firstChunk, endChunk }: Run, target: Uint8Array): Promise<void> {
    let filled = 0;
    if (firstChunk < this.#nextChunk) {
      target.set(this.#carried);
      filled = this.#carried.length;
    }
    const lastBytes = this.#layout.chunkPlainBytes(endChunk - 1);
    const wanted = (endChunk - 1 - firstChunk) * this.#chunkBytes + lastBytes;
    while (filled < wanted) {
      if (this.#piece.length === 0) this.#piece = await this.#next();
      const taken = Math.min(this.#piece.length, wanted - filled);
      target.set(this.#piece.subarray(0, taken), filled);
      this.#piece = this.#piece.subarray(taken);
      filled += taken;
    }
    this.#carried = new Uint8Array(target.subarray(wanted - lastBytes, wanted));
    this.#nextChunk = endChunk;
  }

  /** @throws RangeError when there is more than was announced */
  async end(): Promise<void> {
    for (let left = this.#piece.length; left === 0;) {
      const { done, value } = await this.#pieces.next();
      if (done === true) return;
      left = value.length;
    }
    throw new RangeError("seal stripes: more plaintext than was announced");
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    this.#carried.fill(0);
    await this.#pieces.return?.();
  }

  async #next(): Promise<Uint8Array> {
    const { done, value } = await this.#pieces.next();
    if (done === true) throw new RangeError("seal stripes: less plaintext than was announced");
    return value;
  }
}
