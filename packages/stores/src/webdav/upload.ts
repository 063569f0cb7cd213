import type { ClientRequest, IncomingMessage } from "node:http";
import { exactly, inBatches } from "../body.ts";
import type { CallOptions, ObjectBody } from "../store.ts";
import { expectStatus, odd } from "./answer.ts";
import { answerTo, type DavServer } from "./dav-server.ts";
import { withGrace } from "../remote/grace.ts";

/** Small pieces of a body are gathered into writes of so much. */
const WRITE_BYTES = 262_144;

/**
 * Puts a body at `path`. The server gets the last byte only when the body has turned out as long as announced: what
 * fails before is no whole request, and no server keeps it.
 * @throws StoreError `wrong-length`, `invalid`, `unavailable`, `denied`, `full`; the signal's reason; what the body throws
 */
export async function upload(
  server: DavServer,
  path: string,
  body: ObjectBody,
  options: CallOptions,
): Promise<void> {
  const pieces = lastByteLast(exactly(body, options));
  const batches = inBatches(pieces, Math.min(body.sizeBytes, WRITE_BYTES));
  const sending = new Sending(server, path, body.sizeBytes, options);
  try {
    for await (const batch of batches) {
      await sending.write(batch);
      // It has made up its mind without the rest.
      if (sending.answer !== undefined) break;
    }
    expectStatus(await sending.end(), 201, 204, 200);
    if (!sending.isComplete) throw odd("is content with part of an object");
  } finally {
    sending.close();
  }
}

/** One PUT. It begins with the first byte, or with its end. */
class Sending {
  /** There as soon as the server has answered. */
  answer: IncomingMessage | undefined;
  readonly #begin: () => ClientRequest;
  readonly #sizeBytes: number;
  readonly #options: CallOptions;
  readonly #late: ReturnType<typeof withGrace>;
  #request: ClientRequest | undefined;
  #answered: Promise<IncomingMessage> | undefined;
  #sentBytes = 0;

  constructor(server: DavServer, path: string, sizeBytes: number, options: CallOptions) {
    this.#options = options;
    this.#sizeBytes = sizeBytes;
    // When all is sent the server keeps it, whatever happens here: then its answer is waited for a little.
    this.#late = withGrace(options.signal);
    const headers = { "content-type": "application/octet-stream", "content-length": sizeBytes };
    this.#begin = () => server.begin("PUT", path, headers, { signal: this.#late.signal });
    options.signal?.addEventListener("abort", this.#cut);
  }

  get isComplete(): boolean {
    return this.#sentBytes === this.#sizeBytes;
  }

  async write(batch: Uint8Array): Promise<void> {
    const { request, answered } = this.#started();
    this.#sentBytes += batch.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    // What fails is told by the answer that does not come.
    request.write(batch, () => resolve());
    await Promise.race([promise, answered]);
  }

  async end(): Promise<IncomingMessage> {
    const { request, answered } = this.#started();
    if (this.answer === undefined) request.end();
    const answer = await answered;
    answer.resume();
    return answer;
  }

  /** A connection on which not all was sent serves no more. */
  close(): void {
    if (!this.isComplete) this.#request?.destroy();
    this.#options.signal?.removeEventListener("abort", this.#cut);
    this.#late.release();
  }

  #started(): { request: ClientRequest; answered: Promise<IncomingMessage> } {
    this.#request ??= this.#begin();
    this.#answered ??= this.#listen(this.#request);
    return { request: this.#request, answered: this.#answered };
  }

  #listen(request: ClientRequest): Promise<IncomingMessage> {
    const answered = answerTo(request, this.#options).then((answer) => (this.answer = answer));
    // Nobody may wait for it any more.
    answered.catch(() => undefined);
    return answered;
  }

  readonly #cut = (): void => {
    if (!this.isComplete) this.#request?.destroy();
  };
}

async function* lastByteLast(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    if (last !== undefined) yield last;
    if (piece.length > 1) yield piece.subarray(0, -1);
    last = Uint8Array.from(piece.subarray(-1));
  }
  if (last !== undefined) yield last;
}
