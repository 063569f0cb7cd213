/** Content in pieces of any size. */
export type Pieces = AsyncIterable<Uint8Array>;

/** Deals a stream of pieces out in runs of given lengths. */
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(pieces: Pieces) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Hands the next `bytes` bytes, or all that is left, to `use`. */
  async take(bytes: number, use: (piece: Uint8Array) => Promise<void>): Promise<void> {
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0) {
        const next = await this.#pieces.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, Math.min(left, this.#rest.length));
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      await use(piece);
    }
  }
}
