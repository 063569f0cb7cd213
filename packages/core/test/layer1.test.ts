import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadVectors, vectorsMissing } from "../../../test-support/vectors.ts";
import { boxSize, openBox, sealBox } from "../src/layer1/box.ts";
import { messageKeyFromSalt, newMessageKey, openMessageKey } from "../src/layer1/key.ts";
import { openMessage, openRandomAccess, openStream } from "../src/layer1/open.ts";
import { sealMessage } from "../src/layer1/seal.ts";
import { sealStream } from "./plain/seal-stream.ts";
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  plaintextSize,
  SALT_BYTES,
  sealedChunkOffset,
  sealedSize,
} from "../src/layer1/size.ts";
import { suiteNamed } from "../src/suite.ts";
import { concat, engine, flipped, gather, inPieces, pattern, refusal, seeded, toHex } from "./fixtures.ts";

const TAG = 16;

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly ctx: string;
  readonly ct: string;
  readonly aeadKey?: string;
  readonly baseNonce?: string;
  readonly msgLength?: number;
  readonly msgSha512?: string;
  readonly result: "valid" | "invalid";
  readonly flags: readonly string[];
}

async function vectorsOf(bits: 128 | 256): Promise<readonly Vector[]> {
  const file = (await loadVectors(`wycheproof/c2sp_chunked_encryption_aes_${bits}_gcm_test.json`)) as
    { testGroups: readonly { tests: readonly Vector[] }[] } | undefined;
  return file?.testGroups.flatMap(({ tests }) => tests) ?? [];
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Large ciphertexts are published compressed. */
async function inflate(hex: string): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Blob([fromHex(hex)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

async function sha512(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-512", bytes)));
}

/** What a generator gave, and what it said at its end. */
async function drain(
  pieces: AsyncGenerator<Uint8Array, boolean, void>,
): Promise<[Uint8Array<ArrayBuffer>, boolean]> {
  const given: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await pieces.next();
    if (done === true) return [concat(...given), value];
    given.push(value);
  }
}

/** Whether some message is this long once it is sealed. */
function isLength(sealedBytes: number): boolean {
  const body = sealedBytes - HEADER_BYTES;
  return body >= TAG && body % 16_400 >= TAG;
}

/** What a promise gives, be it a value or an error. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

async function openAnywhere(
  request: Parameters<typeof openRandomAccess>[1],
  sealed: Uint8Array,
): Promise<[Uint8Array, boolean] | null> {
  const read = async (offset: number, lengthBytes: number): Promise<Uint8Array> =>
    sealed.slice(offset, offset + lengthBytes);
  const message = await openRandomAccess(engine, request, sealed.length, read);
  return message === null ? null : drain(message.range(0, message.plaintextBytes));
}

describe.each([128, 256] as const)("Wycheproof, Cobblestone-%d", async (bits) => {
  const suite = suiteNamed(`aes-${bits}`);
  const vectors = await vectorsOf(bits);
  const requestOf = ({ key, ctx }: Vector): Parameters<typeof openMessage>[1] => ({
    suite,
    inputKey: fromHex(key),
    context: fromHex(ctx),
  });

  test.skipIf(vectorsMissing !== undefined)("has 35 vectors", () => {
    expect(vectors).toHaveLength(35);
  });

  const valid = vectors.filter(({ result }) => result === "valid");
  const wrongKeySize = vectors.filter(({ flags }) => flags.includes("InvalidKeySize"));
  const invalid = vectors.filter((vector) => vector.result === "invalid" && !wrongKeySize.includes(vector));

  test.each(valid)("$tcId: $comment", async (vector) => {
    const request = requestOf(vector);
    const sealed = await inflate(vector.ct);
    const opened = await openMessage(engine, request, sealed);
    expect(opened).toHaveLength(vector.msgLength!);
    expect(await sha512(opened!)).toBe(vector.msgSha512);

    const pieceSizes = [
      sealed.length,
      65_537,
      HEADER_BYTES,
      ...(sealed.length < 100_000 ? [997] : []),
      ...(sealed.length < 200 ? [1] : []),
    ];
    for (const pieceBytes of pieceSizes) {
      const [streamed, whole] = await drain(openStream(engine, request, inPieces(sealed, pieceBytes)));
      expect([whole, await sha512(streamed)], `in pieces of ${pieceBytes}`).toEqual([true, vector.msgSha512]);
    }
    const [read, whole] = (await openAnywhere(request, sealed))!;
    expect([whole, await sha512(concat(read))]).toEqual([true, vector.msgSha512]);
    expect(plaintextSize(sealed.length)).toBe(vector.msgLength);
    expect(sealedSize(vector.msgLength!)).toBe(sealed.length);

    const messageKey = await messageKeyFromSalt(engine, request, sealed.slice(0, SALT_BYTES));
    expect([toHex(messageKey.key), toHex(messageKey.baseNonce)]).toEqual([vector.aeadKey, vector.baseNonce]);
    const again = await gather(sealStream(engine, messageKey, inPieces(opened!, 100_003), opened!.length));
    expect(engine.constantTimeEqual(again, sealed)).toBe(true);
  });

  test.each(invalid)("$tcId: $comment", async (vector) => {
    const request = requestOf(vector);
    const sealed = await inflate(vector.ct);
    // A length that no message has is told apart, since anybody can see it.
    const refused = isLength(sealed.length) ? null : refusal("malformed");
    expect(await outcome(openMessage(engine, request, sealed))).toEqual(refused);

    const prefix = {
      length: vector.msgLength ?? 0,
      sha512: vector.msgSha512 ?? (await sha512(new Uint8Array())),
    };
    const pieceSizes = [Math.max(1, sealed.length), 16_400, 1000, ...(sealed.length < 200 ? [1] : [])];
    for (const pieceBytes of pieceSizes) {
      const [partial, whole] = await drain(openStream(engine, request, inPieces(sealed, pieceBytes)));
      const given = { length: partial.length, sha512: await sha512(partial) };
      expect([given, whole], `in pieces of ${pieceBytes}`).toEqual([prefix, false]);
    }

    // The length is authenticated by the last chunk: where that one opens, the damage shows when it is read.
    const lastOpens = vector.flags.includes("ValidFinalChunk");
    const seekable = [expect.any(Uint8Array), false];
    expect(await outcome(openAnywhere(request, sealed))).toEqual(lastOpens ? seekable : refused);
  });

  test.each(wrongKeySize)("$tcId: $comment", async (vector) => {
    const request = requestOf(vector);
    const sealed = await inflate(vector.ct);
    await expect(openMessage(engine, request, sealed)).rejects.toThrow(RangeError);
    await expect(drain(openStream(engine, request, inPieces(sealed)))).rejects.toThrow(RangeError);
    await expect(newMessageKey(engine, request)).rejects.toThrow(RangeError);
  });
});

describe("sizes", () => {
  test("are the published ones at the edges", () => {
    expect([0, 1, 16_383, 16_384, 16_385, 32_768].map(sealedSize)).toEqual([
      72, 73, 16_455, 16_472, 16_473, 32_872,
    ]);
    expect(sealedChunkOffset(0)).toBe(56);
    expect(sealedChunkOffset(3)).toBe(56 + 3 * 16_400);
  });

  test("lead forth and back", () => {
    const length = fc.oneof(fc.nat({ max: 100_000 }), fc.integer({ min: 0, max: 2 ** 52 }));
    fc.assert(
      fc.property(length, (bytes) => {
        expect(plaintextSize(sealedSize(bytes))).toBe(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test("that no message has are refused, all others are some message's", () => {
    const sizes = Array.from({ length: 3 * 16_400 }, (_, size) => size);
    for (const size of sizes.filter(isLength)) expect(sealedSize(plaintextSize(size))).toBe(size);
    const others = sizes.filter((size) => !isLength(size));
    expect(others).toHaveLength(HEADER_BYTES + 3 * TAG);
    for (const size of others) expect(() => plaintextSize(size)).toThrow(refusal("malformed"));
  });
});

describe("a message", () => {
  const request = { suite: suiteNamed("aes-128"), inputKey: pattern(16), context: pattern(20) };

  test("opens, whole or streamed, however it was fed", async () => {
    const around = fc.constantFrom(
      0,
      1,
      100,
      CHUNK_BYTES - 1,
      CHUNK_BYTES,
      CHUNK_BYTES + 1,
      5 * CHUNK_BYTES,
      64 * CHUNK_BYTES - 1,
      64 * CHUNK_BYTES,
      64 * CHUNK_BYTES + 1,
    );
    const pieces = fc.integer({ min: 500, max: 200_000 });
    await fc.assert(
      fc.asyncProperty(around, pieces, pieces, async (length, sealedIn, openedIn) => {
        const message = pattern(length);
        const sealed = await gather(
          sealStream(engine, await newMessageKey(engine, request), inPieces(message, sealedIn), length),
        );
        expect(sealed).toHaveLength(sealedSize(length));
        const [opened, whole] = await drain(openStream(engine, request, inPieces(sealed, openedIn)));
        expect(whole && engine.constantTimeEqual(opened, message)).toBe(true);
        expect(engine.constantTimeEqual((await openMessage(engine, request, sealed))!, message)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("is the same sealed at once and as a stream", async () => {
    for (const length of [0, 10, CHUNK_BYTES, CHUNK_BYTES + 5]) {
      const message = pattern(length);
      const streamed = sealStream(
        engine,
        await newMessageKey(seeded(engine, 1), request),
        inPieces(message, 999),
        length,
      );
      expect(await sealMessage(seeded(engine, 1), request, message)).toEqual(await gather(streamed));
    }
  });

  test("never has the same salt twice", async () => {
    const [first, second] = await Promise.all([
      newMessageKey(engine, request),
      newMessageKey(engine, request),
    ]);
    expect(first.header.slice(0, SALT_BYTES)).not.toEqual(second.header.slice(0, SALT_BYTES));
    expect(first.key).not.toEqual(second.key);
  });

  test("has no key when its header is short, and none for another key or context", async () => {
    const { header } = await newMessageKey(engine, request);
    await expect(openMessageKey(engine, request, header.slice(0, 55))).rejects.toThrow(refusal("malformed"));
    expect(
      await openMessageKey(engine, { ...request, inputKey: flipped(request.inputKey, 0) }, header),
    ).toBeNull();
    expect(
      await openMessageKey(engine, { ...request, context: flipped(request.context, 19) }, header),
    ).toBeNull();
    expect(await openMessageKey(engine, request, header)).not.toBeNull();
  });

  test("opens in any range, reading no more than the chunks it needs", async () => {
    const message = pattern(3 * CHUNK_BYTES + 100);
    const sealed = await sealMessage(engine, request, message);
    const reads: [number, number][] = [];
    const opened = await openRandomAccess(engine, request, sealed.length, async (offset, lengthBytes) => {
      reads.push([offset, lengthBytes]);
      return sealed.slice(offset, offset + lengthBytes);
    });
    expect(opened!.plaintextBytes).toBe(message.length);
    const last = sealedChunkOffset(3);
    expect(reads.splice(0)).toEqual([
      [0, HEADER_BYTES],
      [last, sealed.length - last],
    ]);
    for (const [first, end] of [
      [0, 1],
      [CHUNK_BYTES - 1, CHUNK_BYTES + 1],
      [20_000, 49_000],
      [49_200, 49_252],
      [0, message.length],
      [7, 7],
    ] as const) {
      const [given, whole] = await drain(opened!.range(first, end));
      expect([whole, given]).toEqual([true, message.slice(first, end)]);
      const chunks = Math.ceil(end / CHUNK_BYTES) - Math.floor(first / CHUNK_BYTES);
      const readBytes = reads.splice(0).reduce((sum, [, bytes]) => sum + bytes, 0);
      expect(readBytes).toBeLessThanOrEqual(chunks * 16_400);
    }
    for (const [first, end] of [
      [-1, 5],
      [0, message.length + 1],
      [5, 4],
    ] as const) {
      await expect(drain(opened!.range(first, end))).rejects.toThrow(RangeError);
    }
  });

  test("of more chunks than run at once opens in any range", async () => {
    const message = pattern(130 * CHUNK_BYTES + 3);
    const sealed = await sealMessage(engine, request, message);
    const opened = await openRandomAccess(engine, request, sealed.length, async (offset, lengthBytes) =>
      sealed.subarray(offset, offset + lengthBytes),
    );
    const [given, whole] = await drain(opened!.range(5, message.length - 1));
    expect(whole && engine.constantTimeEqual(given, message.subarray(5, message.length - 1))).toBe(true);
  });

  test("gives out nothing behind a chunk that is damaged, at any place of a batch", async () => {
    const message = pattern(70 * CHUNK_BYTES);
    const sealed = await sealMessage(engine, request, message);
    for (const chunk of [0, 1, 63, 64, 69, 70]) {
      const damaged = flipped(sealed, sealedChunkOffset(chunk));
      const [given, whole] = await drain(openStream(engine, request, inPieces(damaged, 300_000)));
      expect(whole, `chunk ${chunk}`).toBe(false);
      expect(
        engine.constantTimeEqual(given, message.subarray(0, chunk * CHUNK_BYTES)),
        `chunk ${chunk}`,
      ).toBe(true);
    }
  });

  test("that ends with a batch, and so without its short chunk, is not whole", async () => {
    const sealed = await sealMessage(engine, request, pattern(64 * CHUNK_BYTES));
    const [given, whole] = await drain(
      openStream(engine, request, inPieces(sealed.subarray(0, sealed.length - TAG))),
    );
    expect([given.length, whole]).toEqual([64 * CHUNK_BYTES, false]);
  });
});

describe("a box", () => {
  const box = { key: pattern(32), context: pattern(9), message: pattern(40) };

  test("opens under its key and context, is as long as announced, and is a Cobblestone-256 message", async () => {
    const sealed = await sealBox(engine, box);
    expect(sealed).toHaveLength(boxSize(40));
    expect(boxSize(40)).toBe(56 + 40 + 16);
    expect(await openBox(engine, { ...box, sealed })).toEqual(box.message);
    const request = { suite: suiteNamed("aes-256"), inputKey: box.key, context: box.context };
    expect(await openMessage(engine, request, sealed)).toEqual(box.message);
  });

  test("is closed under another key or context, and with any bit flipped", async () => {
    const sealed = await sealBox(engine, box);
    expect(await openBox(engine, { ...box, key: flipped(box.key, 31), sealed })).toBeNull();
    expect(await openBox(engine, { ...box, context: pattern(10), sealed })).toBeNull();
    for (const index of sealed.keys()) {
      expect(await openBox(engine, { ...box, sealed: flipped(sealed, index) }), `byte ${index}`).toBeNull();
    }
  });
});
