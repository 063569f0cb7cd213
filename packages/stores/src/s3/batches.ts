import { Readable } from "node:stream";
import { exactly } from "../body.ts";
import type { CallOptions, ObjectBody } from "../store.ts";

/** Pieces of a body are gathered into so much. A part of an upload holds a whole number of them. */
export const BATCH_BYTES = 262_144;

/**
 * A body in batches of `BATCH_BYTES` that nobody else holds. The last one is given out only when the body has ended as
 * announced and nobody has cancelled: a server that counts bytes never completes anything else.
 */
export class Batches {
  readonly #batches: AsyncGenerator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  #areComplete = false;

  /** @throws StoreError `invalid` */
  constructor(body: ObjectBody, options: CallOptions) {
    this.#signal = options.signal;
    this.#batches = this.#gather(exactly(body, options), Math.min(body.sizeBytes, BATCH_BYTES));
  }

  /** Whether the last byte was given out, so that the server may have all. */
  get areComplete(): boolean {
    return this.#areComplete;
  }

  /** The next batches, `lengthBytes` together. */
  async *take(lengthBytes: number): AsyncGenerator<Uint8Array> {
    for (let left = lengthBytes; left > 0;) {
      const { done, value } = await this.#batches.next();
      if (done === true) return;
      left -= value.length;
      yield value;
    }
    // An empty body has its end to be looked for, too.
    if (lengthBytes === 0) await this.#batches.next();
  }

  /** Leaves the body where it is. One that makes us wait is not waited for when the call is cancelled. */
  async leave(): Promise<void> {
    const left = this.#batches.return(undefined);
    if (this.#signal?.aborted !== true) await left;
    else left.catch(() => undefined);
  }

  async *#gather(pieces: AsyncIterable<Uint8Array>, batchBytes: number): AsyncGenerator<Uint8Array> {
    let batch = new Uint8Array(batchBytes);
    let filled = 0;
    for await (const piece of pieces) {
      for (let taken = 0; taken < piece.length;) {
        if (filled === batch.length) {
          yield batch;
          batch = new Uint8Array(batchBytes);
          filled = 0;
        }
        const part = piece.subarray(taken, taken + batch.length - filled);
        batch.set(part, filled);
        filled += part.length;
        taken += part.length;
      }
    }
    this.#areComplete = true;
    if (filled > 0) yield batch.subarray(0, filled);
  }
}

/** Makes a request with these batches as its body. What breaks the body breaks the request, and is thrown. */
export async function sending<Result>(
  batches: AsyncGenerator<Uint8Array>,
  request: (body: Readable, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const stop = new AbortController();
  let breakage: { readonly reason: unknown } | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* batches;
    } catch (reason) {
      breakage = { reason };
      stop.abort();
    }
  }
  const body = Readable.from(watched(), { objectMode: false, highWaterMark: BATCH_BYTES });
  try {
    return await request(body, signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
  } catch (error) {
    throw breakage === undefined ? error : breakage.reason;
  } finally {
    body.destroy();
  }
}
