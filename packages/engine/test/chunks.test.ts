import { createEngine } from "@chirograph/engine";
import type { ChunksRequest } from "@chirograph/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flipped, fromHex, joined, pattern, toHex } from "./bytes.ts";

const engine = createEngine();

const CHUNK = 4;
const RECORD = CHUNK + 16;
const run = {
  key: pattern(16, 1),
  baseNonce: pattern(12, 9),
  firstIndex: 5 * 2 ** 32 + 254,
  chunkBytes: CHUNK,
};
const message = pattern(10, 3);

// Made with three single calls of OpenSSL, the nonces worked out by hand.
const SEALED_128 =
  "7ac3a0b4e4e141ad75dc71416927decd6a74a0d5e12dcf753a70d07f03205a68769fc1192967ec330d05c779ecc892895c3e22b6864a9c598310";
const SEALED_256 =
  "ae2f5bb7a1f5739d9188a8bfb58cfd44d444803861740449e98378ee8001655cb38a5e62ef5b17fc1c70fc2df88a2d56626c41e059de2f8fc6d7";

const seal = (changes: Partial<ChunksRequest> = {}) =>
  engine.sealChunks({ ...run, data: message, ...changes });
const open = (changes: Partial<ChunksRequest> = {}) =>
  engine.openChunks({ ...run, data: fromHex(SEALED_128), ...changes });

describe("a run of chunks", () => {
  test("gives the known bytes", async () => {
    const key256 = pattern(32, 1);
    expect(toHex(await seal())).toBe(SEALED_128);
    expect(toHex(await seal({ key: key256 }))).toBe(SEALED_256);
    expect(await open()).toEqual(message);
    expect(await open({ key: key256, data: fromHex(SEALED_256) })).toEqual(message);
  });

  test("is sealed and opened in any cut", async () => {
    const cut = fc.record({
      data: fc.uint8Array({ maxLength: 200 }),
      chunkBytes: fc.integer({ min: 1, max: 64 }),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ data, chunkBytes }) => {
        const sealed = await seal({ data, chunkBytes });
        expect(sealed.length).toBe(data.length + 16 * Math.max(1, Math.ceil(data.length / chunkBytes)));
        expect(await open({ data: sealed, chunkBytes })).toEqual(data);
      }),
    );
  });

  test("may be longer than what runs at once", async () => {
    const data = pattern(100 * 16_384 + 1);
    const sealed = await seal({ data, chunkBytes: 16_384 });
    expect(sealed.length).toBe(data.length + 101 * 16);
    const opened = await open({ data: sealed, chunkBytes: 16_384 });
    expect(opened !== null && engine.constantTimeEqual(opened, data)).toBe(true);
  });

  test("of no bytes is one empty chunk", async () => {
    const sealed = await seal({ data: new Uint8Array(0) });
    expect(sealed).toHaveLength(16);
    expect(await open({ data: sealed })).toEqual(new Uint8Array(0));
  });

  test("can be sealed and opened from the middle", async () => {
    const second = message.subarray(CHUNK, 2 * CHUNK);
    const record = fromHex(SEALED_128).subarray(RECORD, 2 * RECORD);
    const firstIndex = run.firstIndex + 1;
    expect(await seal({ data: second, firstIndex })).toEqual(record);
    expect(await open({ data: record, firstIndex })).toEqual(second);
  });

  test.each([
    [1, "000000000000000000000001"],
    [255, "0000000000000000000000ff"],
    [256, "000000000000000000000100"],
    [2 ** 31, "000000000000000080000000"],
    [2 ** 32 - 1, "0000000000000000ffffffff"],
    [2 ** 32, "000000000000000100000000"],
    [2 ** 32 + 1, "000000000000000100000001"],
    [2 ** 38 - 1, "000000000000003fffffffff"],
  ])("puts index %d into the nonce", async (index, nonce) => {
    const zeros = new Uint8Array(12);
    const data = pattern(3);
    const byIndex = await seal({ data, baseNonce: zeros, firstIndex: index });
    expect(byIndex).toEqual(await seal({ data, baseNonce: fromHex(nonce), firstIndex: 0 }));
  });

  test("takes its bytes from the middle of other memory, and leaves them alone", async () => {
    const around = joined(pattern(3), message, pattern(3));
    expect(toHex(await seal({ data: around.subarray(3, 13) }))).toBe(SEALED_128);
    expect(around).toEqual(joined(pattern(3), message, pattern(3)));
  });
});

describe("nothing is released", () => {
  const sealed = fromHex(SEALED_128);

  test("when any bit of any chunk or tag is flipped", async () => {
    for (const index of sealed.keys())
      expect(await open({ data: flipped(sealed, index) }), `byte ${index}`).toBeNull();
  });

  test("when two chunks change places", async () => {
    const swapped = joined(
      sealed.subarray(RECORD, 2 * RECORD),
      sealed.subarray(0, RECORD),
      sealed.subarray(2 * RECORD),
    );
    expect(await open({ data: swapped })).toBeNull();
  });

  test("when the run is cut anywhere but between two chunks", async () => {
    for (let length = 0; length < sealed.length; length++) {
      const opened = await open({ data: sealed.subarray(0, length) });
      const betweenChunks = length > 0 && length % RECORD === 0;
      expect(opened, `${length} bytes`).toEqual(
        betweenChunks ? message.subarray(0, (length / RECORD) * CHUNK) : null,
      );
    }
  });

  test.each<[string, Partial<ChunksRequest>]>([
    ["index", { firstIndex: run.firstIndex + 1 }],
    ["index, by 2³²", { firstIndex: run.firstIndex + 2 ** 32 }],
    ["base nonce", { baseNonce: flipped(run.baseNonce, 0) }],
    ["key", { key: flipped(run.key, 15) }],
    ["key length", { key: pattern(32, 1) }],
    ["chunk length", { chunkBytes: CHUNK + 1 }],
  ])("under another %s", async (_, changes) => {
    expect(await open(changes)).toBeNull();
  });

  test("when one of many chunks is wrong", async () => {
    const long = await seal({ data: pattern(200 * CHUNK) });
    expect(await open({ data: flipped(long, 150 * RECORD) })).toBeNull();
  });
});

describe("a run of the wrong shape is refused", () => {
  test.each<[string, Partial<ChunksRequest>]>([
    ["a key of 24 bytes", { key: pattern(24) }],
    ["no key", { key: new Uint8Array(0) }],
    ["a nonce of 16 bytes", { baseNonce: pattern(16) }],
    ["a nonce of 8 bytes", { baseNonce: pattern(8) }],
    ["chunks of no bytes", { chunkBytes: 0 }],
    ["chunks of half a byte", { chunkBytes: 0.5 }],
    ["chunks without end", { chunkBytes: Number.POSITIVE_INFINITY }],
    ["a negative index", { firstIndex: -1 }],
    ["a broken index", { firstIndex: 1.5 }],
    ["an index of 2³⁸", { firstIndex: 2 ** 38 }],
    ["a last index of 2³⁸", { firstIndex: 2 ** 38 - 2 }],
  ])("%s", async (_, changes) => {
    await expect(seal(changes)).rejects.toThrow(RangeError);
    await expect(open(changes)).rejects.toThrow(RangeError);
  });

  test("but the last index below 2³⁸ is not", async () => {
    const firstIndex = 2 ** 38 - 3;
    expect(await open({ data: await seal({ firstIndex }), firstIndex })).toEqual(message);
  });
});
