import { WireError } from "../error.ts";

/** So long a server may be silent in the middle of an answer. */
const SILENCE_MS = 60_000;

/** The bytes of an answer as they come. Whoever stops early ends the answer. */
export async function* piecesOf(
  response: Response,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, signal);
      if (done) return;
      yield value;
    }
  } finally {
    // Of one that has ended or failed it does nothing.
    await reader.cancel().catch(() => undefined);
  }
}

/** A whole answer, unless it is larger than it may be. */
export async function readAtMost(
  response: Response,
  mostBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of piecesOf(response, signal)) {
    lengthBytes += piece.length;
    if (lengthBytes > mostBytes) throw new WireError("protocol", "The server's answer has no end.");
    pieces.push(piece);
  }
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal | undefined,
): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The answer stands still.")), SILENCE_MS);
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    signal?.throwIfAborted();
    throw new WireError("unreachable", "The server's answer was cut short.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
