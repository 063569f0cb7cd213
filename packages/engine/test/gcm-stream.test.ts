import { createEngine, GcmMismatch } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { flipped, fromHex, gather, inPieces, joined, pattern, toHex } from "./bytes.ts";

const engine = createEngine();
const key = pattern(16, 1);
const nonce = pattern(12, 9);
const message = pattern(1000, 3);
const seal = (data: AsyncIterable<Uint8Array>) => gather(engine.gcmEncrypt({ key, nonce, data }));

const sealed = await seal(inPieces(message, message.length));
const ciphertext = sealed.subarray(0, -16);
const tag = sealed.subarray(-16);
const request = (
  changed: { ciphertext?: Uint8Array; tag?: Uint8Array; key?: Uint8Array; nonce?: Uint8Array } = {},
) => ({
  key,
  nonce,
  tag,
  ...changed,
  data: inPieces(changed.ciphertext ?? ciphertext, 100),
});

async function* yielding(...pieces: Uint8Array[]) {
  yield* pieces;
}

async function* reusing(): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(100);
  for (let offset = 0; offset < message.length; offset += buffer.length) {
    buffer.set(message.subarray(offset, offset + buffer.length));
    yield buffer;
  }
}

describe("one message as a stream", () => {
  test("is ciphertext and tag, however it comes", async () => {
    expect(sealed).toHaveLength(message.length + 16);
    for (const pieceBytes of [1, 16, 17, 999])
      expect(await seal(inPieces(message, pieceBytes))).toEqual(sealed);
  });

  test("may come from a source that uses its memory again", async () => {
    expect(await seal(reusing())).toEqual(sealed);
  });

  test("equals a run of one chunk", async () => {
    const run = { key, baseNonce: nonce, firstIndex: 0, chunkBytes: message.length };
    expect(sealed).toEqual(await engine.sealChunks({ ...run, data: message }));
  });

  test("of no bytes is its tag", async () => {
    // The first test case of the GCM specification (McGrew and Viega, 2005).
    const empty = {
      key: new Uint8Array(16),
      nonce: new Uint8Array(12),
      data: inPieces(new Uint8Array(0), 1),
    };
    const onlyTag = await gather(engine.gcmEncrypt(empty));
    expect(toHex(onlyTag)).toBe("58e2fccefa7e3061367f1d57a4e7455a");
    expect(await engine.gcmAuthenticate({ ...empty, tag: onlyTag })).toBe(true);
    expect(await gather(engine.gcmDecrypt({ ...empty, tag: onlyTag }))).toHaveLength(0);
  });

  test("takes empty pieces", async () => {
    expect(await seal(yielding(new Uint8Array(0), message, new Uint8Array(0)))).toEqual(sealed);
  });

  test("opens in two passes", async () => {
    expect(await engine.gcmAuthenticate(request())).toBe(true);
    expect(await gather(engine.gcmDecrypt(request()))).toEqual(message);
  });
});

describe("both passes refuse", () => {
  test.each([
    ["a flipped tag", { tag: flipped(tag, 15) }],
    ["a flipped first byte", { ciphertext: flipped(ciphertext, 0) }],
    ["a flipped last byte", { ciphertext: flipped(ciphertext, 999) }],
    ["a missing byte", { ciphertext: ciphertext.subarray(0, -1) }],
    ["an additional byte", { ciphertext: joined(ciphertext, fromHex("00")) }],
    ["another key", { key: flipped(key, 3) }],
    ["another nonce", { nonce: flipped(nonce, 3) }],
  ])("%s", async (_, changed) => {
    expect(await engine.gcmAuthenticate(request(changed))).toBe(false);
    await expect(gather(engine.gcmDecrypt(request(changed)))).rejects.toThrow(GcmMismatch);
  });
});

test("a stream of the wrong shape is refused", async () => {
  const data = inPieces(message, 100);
  expect(() => engine.gcmEncrypt({ key: pattern(24), nonce, data })).toThrow(RangeError);
  expect(() => engine.gcmEncrypt({ key, nonce: pattern(16), data })).toThrow(RangeError);
  expect(() => engine.gcmDecrypt({ key, nonce, tag: pattern(12), data })).toThrow(RangeError);
  await expect(engine.gcmAuthenticate({ key, nonce, tag: pattern(12), data })).rejects.toThrow(RangeError);
});

test("a stream that fails hands its own error on", async () => {
  const broken = new Error("the store went away");
  async function* failing() {
    yield message;
    throw broken;
  }
  await expect(seal(failing())).rejects.toBe(broken);
  await expect(engine.gcmAuthenticate({ key, nonce, tag, data: failing() })).rejects.toBe(broken);
});
