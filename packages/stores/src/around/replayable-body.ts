import { StoreError } from "../error.ts";
import type { ObjectBody } from "../store.ts";
import { WatchedBody } from "./watched-body.ts";

/**
 * A body for several attempts to put it. A short one is kept while it is read; a long one can be put again only as long
 * as nobody has asked for its first piece.
 */
export class ReplayableBody {
  readonly #sizeBytes: number;
  readonly #watched: WatchedBody;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  readonly #isShort: boolean;
  readonly #kept: Uint8Array[] = [];
  #pulling: Promise<boolean> | undefined;
  #attempt = 0;
  #wasRead = false;
  #isFlowing = false;

  constructor(body: ObjectBody, replayBytes: number) {
    this.#sizeBytes = body.sizeBytes;
    this.#watched = new WatchedBody(body);
    this.#pieces = this.#watched.bytes;
    this.#isShort = body.sizeBytes <= replayBytes;
  }

  /** Whether a store may have seen any of it. */
  get wasRead(): boolean {
    return this.#wasRead;
  }

  get canBePutAgain(): boolean {
    return this.#isShort || !this.#wasRead;
  }

  /** Whether this is what the source threw. */
  threw(error: unknown): boolean {
    return this.#watched.threw(error);
  }

  /** The body for the next attempt; the one before gets no more of it. */
  next(): ObjectBody {
    return { sizeBytes: this.#sizeBytes, bytes: this.#isShort ? this.#from(++this.#attempt) : this.#once() };
  }

  /** Nothing more is read of the source. */
  async close(): Promise<void> {
    this.#attempt++;
    const closing = this.#pieces.return(undefined);
    // A source that hangs is not waited for.
    if (this.#pulling === undefined && !this.#isFlowing) await closing;
    else void closing.catch(() => undefined);
  }

  async *#from(attempt: number): AsyncGenerator<Uint8Array> {
    this.#wasRead = true;
    for (let at = 0; await this.#has(at); at++) {
      if (attempt !== this.#attempt) throw new StoreError("unavailable", "The attempt was given up.");
      yield this.#kept[at]!;
    }
  }

  async *#once(): AsyncGenerator<Uint8Array> {
    this.#wasRead = true;
    this.#isFlowing = true;
    yield* this.#pieces;
    this.#isFlowing = false;
  }

  async #has(at: number): Promise<boolean> {
    while (at >= this.#kept.length) {
      // An attempt that was given up may still be waiting for the same piece.
      this.#pulling ??= this.#pull().finally(() => (this.#pulling = undefined));
      if (!(await this.#pulling)) return false;
    }
    return true;
  }

  async #pull(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done === true) return false;
    // The source may use its memory again.
    this.#kept.push(new Uint8Array(value));
    return true;
  }
}
