import type { Run, StripeLayout } from "./layout.ts";

/** Brings the plaintext of a message, which comes in pieces of any size, to the runs that need it. */
export class PlainReader {
  readonly #pieces: AsyncIterator<Uint8Array, unknown, Uint8Array | undefined>;
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
      if (this.#piece.length === 0) {
        const room = target.subarray(filled, wanted);
        this.#piece = await this.#next(room);
        if (isBeginOf(this.#piece, room)) {
          filled += this.#piece.length;
          this.#piece = this.#piece.subarray(this.#piece.length);
          continue;
        }
      }
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
      const { done, value } = await this.#pieces.next(undefined);
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

  /** @param room where the source may write the piece, which then need not be copied */
  async #next(room: Uint8Array): Promise<Uint8Array> {
    const { done, value } = await this.#pieces.next(room);
    if (done === true) throw new RangeError("seal stripes: less plaintext than was announced");
    return value;
  }
}

function isBeginOf(piece: Uint8Array, room: Uint8Array): boolean {
  const { buffer, byteOffset, length } = piece;
  return buffer === room.buffer && byteOffset === room.byteOffset && length <= room.length;
}
