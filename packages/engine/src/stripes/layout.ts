import { TAG_BYTES } from "../chunks.ts";
import { RUN_BYTES, type StripedMessage } from "../engine.ts";

/** Stripes that follow each other, and the chunks that have bytes in them. Ends are exclusive. */
export interface Run {
  readonly firstStripe: number;
  readonly endStripe: number;
  /** In the sealed message. */
  readonly firstByte: number;
  readonly endByte: number;
  readonly firstChunk: number;
  readonly endChunk: number;
}

/** A piece of a sealed message inside one block. */
export interface BlockPiece {
  /** Which of the k blocks of a stripe. */
  readonly block: number;
  /** Of the run, counted from its first stripe over all blocks of one fragment. */
  readonly offset: number;
  readonly lengthBytes: number;
}

/** Where chunks and blocks of a striped message lie. All sizes in bytes. */
export class StripeLayout {
  readonly sealedChunkBytes: number;
  readonly chunkCount: number;
  readonly plainBytes: number;
  readonly stripesPerRun: number;
  readonly #message: Pick<StripedMessage, "header" | "chunkBytes" | "shape">;

  /**
   * @param areas how many fragments there are blocks of in a run
   * @param runBytes how much these blocks are together, about
   */
  constructor(
    message: Pick<StripedMessage, "header" | "chunkBytes" | "shape">,
    areas: number = message.shape.needed,
    runBytes: number = RUN_BYTES,
  ) {
    const { header, chunkBytes, shape } = message;
    this.#message = message;
    this.sealedChunkBytes = chunkBytes + TAG_BYTES;
    const body = shape.sealedBytes - header.length;
    this.chunkCount = Math.max(1, Math.ceil(body / this.sealedChunkBytes));
    this.plainBytes = body - this.chunkCount * TAG_BYTES;
    this.stripesPerRun = Math.max(1, Math.floor(runBytes / (areas * shape.blockBytes)));
  }

  /** Runs that together are the stripes `[firstStripe, endStripe)`. */
  *runs(firstStripe: number, endStripe: number): Generator<Run, void, void> {
    for (let next = firstStripe; next < endStripe;) {
      const run = this.run(next, endStripe);
      yield run;
      next = run.endStripe;
    }
  }

  /** The run that begins with a stripe, and ends before `endStripe` at the latest. */
  run(firstStripe: number, endStripe: number): Run {
    const { shape } = this.#message;
    const end = Math.min(endStripe, firstStripe + this.stripesPerRun);
    const firstByte = firstStripe * shape.needed * shape.blockBytes;
    const endByte = Math.min(shape.sealedBytes, end * shape.needed * shape.blockBytes);
    return {
      firstStripe,
      endStripe: end,
      firstByte,
      endByte,
      firstChunk: this.chunkAt(firstByte),
      endChunk: this.chunkAt(endByte - 1) + 1,
    };
  }

  /** The chunk that a byte of the message belongs to; the header counts as the first one's. */
  chunkAt(sealedOffset: number): number {
    const body = Math.max(0, sealedOffset - this.#message.header.length);
    return Math.min(this.chunkCount - 1, Math.floor(body / this.sealedChunkBytes));
  }

  /** Where a chunk begins in the sealed message; the end of the message for the one behind the last. */
  chunkOffset(chunk: number): number {
    const { header, shape } = this.#message;
    return Math.min(shape.sealedBytes, header.length + chunk * this.sealedChunkBytes);
  }

  /** Plaintext bytes of a chunk. */
  chunkPlainBytes(chunk: number): number {
    const { chunkBytes } = this.#message;
    return Math.min(chunkBytes, this.plainBytes - chunk * chunkBytes);
  }

  /** Chunks `[first, end)` of which every byte is in the run. */
  wholeChunksOf({ firstByte, endByte, firstChunk, endChunk }: Run): [first: number, end: number] {
    const first = this.chunkOffset(firstChunk) < firstByte ? firstChunk + 1 : firstChunk;
    const end = this.chunkOffset(endChunk) > endByte ? endChunk - 1 : endChunk;
    return [first, Math.max(first, end)];
  }

  blockBytesOf(stripe: number): number {
    const { shape } = this.#message;
    return stripe === shape.stripes - 1 ? shape.lastBlockBytes : shape.blockBytes;
  }

  /** Bytes that each fragment has in a run. */
  areaBytes({ firstStripe, endStripe }: Run): number {
    const { blockBytes } = this.#message.shape;
    return (endStripe - 1 - firstStripe) * blockBytes + this.blockBytesOf(endStripe - 1);
  }

  /** The bytes `[firstByte, endByte)` of the sealed message, which are in the run, as far as one block has them. */
  pieceAt(run: Run, firstByte: number, endByte: number): BlockPiece {
    const { needed, blockBytes } = this.#message.shape;
    const stripe = Math.floor(firstByte / (needed * blockBytes));
    const bytes = this.blockBytesOf(stripe);
    const inStripe = firstByte - stripe * needed * blockBytes;
    const block = Math.floor(inStripe / bytes);
    const inBlock = inStripe - block * bytes;
    return {
      block,
      offset: (stripe - run.firstStripe) * blockBytes + inBlock,
      lengthBytes: Math.min(bytes - inBlock, endByte - firstByte),
    };
  }
}
