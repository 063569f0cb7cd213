// AES-GCM alone binds no key: one ciphertext can be made that opens under two (Dodis et al., "Fast Message Franking",
// CRYPTO 2018). Here it is made, with the two keys of two messages, to see the commitment refuse it.
import { expect, test } from "vitest";
import { concat } from "../../src/encoding/bytes.ts";
import { messageKeyFromSalt } from "../../src/layer1/key.ts";
import { openMessage, openRandomAccess, openStream } from "../../src/layer1/open.ts";
import { suiteNamed } from "../../src/suite.ts";
import { collect, engine, oneByOne, pattern, refusal } from "./support.ts";

const BLOCK = 16;

test.each(["aes-128", "aes-256"] as const)(
  "a ciphertext for two keys of %s opens under one at most",
  async (name) => {
    const suite = suiteNamed(name);
    const context = pattern(5);
    const salt = pattern(24, 3);
    const requests = [pattern(suite.keyBytes, 1), pattern(suite.keyBytes, 2)].map((inputKey) => ({
      suite,
      inputKey,
      context,
    }));
    const keys = await Promise.all(requests.map((request) => messageKeyFromSalt(engine, request, salt)));
    const forged = await ciphertextForBoth(keys[0]!, keys[1]!);

    // Without the commitment both keys would accept it, and show different content.
    const opened = await Promise.all(
      keys.map(({ key, baseNonce }) =>
        engine.openChunks({ key, baseNonce, chunkBytes: 16_384, firstIndex: 0, data: forged }),
      ),
    );
    expect(opened[0]).toHaveLength(2 * BLOCK);
    expect(opened[1]).toHaveLength(2 * BLOCK);
    expect(opened[0]).not.toStrictEqual(opened[1]);

    for (const [author, reader] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const message = concat(keys[author]!.header, forged);
      const request = requests[reader]!;
      const read = async (offset: number, length: number): Promise<Uint8Array> =>
        message.subarray(offset, offset + length);
      expect(await openMessage(engine, request, message)).toBeNull();
      expect(await openRandomAccess(engine, request, message.length, read)).toBeNull();
      expect(await collect(openStream(engine, request, oneByOne(message)))).toHaveLength(0);
      expect(await openMessage(engine, requests[author]!, message)).toStrictEqual(opened[author]);
    }
  },
);

test("a commitment is never half right: every changed bit of it refuses", async () => {
  const request = { suite: suiteNamed("aes-256"), inputKey: pattern(32), context: pattern(5) };
  const { key, baseNonce, header } = await messageKeyFromSalt(engine, request, pattern(24));
  const body = await engine.sealChunks({
    key,
    baseNonce,
    chunkBytes: 16_384,
    firstIndex: 0,
    data: pattern(9),
  });
  for (let bit = 24 * 8; bit < 56 * 8; bit++) {
    const message = concat(header, body);
    message[bit >> 3]! ^= 1 << (bit & 7);
    expect(await openMessage(engine, request, message)).toBeNull();
    expect(await refusal(() => openMessage(engine, request, message))).toBeUndefined();
  }
});

interface GcmKey {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
}

/** Two blocks and a tag that are right under both keys: the tags are linear in the first block, so it can be solved for. */
async function ciphertextForBoth(left: GcmKey, right: GcmKey): Promise<Uint8Array> {
  const [h1, h2] = [await hashKey(left), await hashKey(right)];
  const [e1, e2] = [await tagMask(left), await tagMask(right)];
  const second = toElement(pattern(BLOCK, 7));
  const lengths = BigInt(2 * BLOCK * 8);
  const rest = (h: bigint, mask: bigint): bigint =>
    multiply(second, multiply(h, h)) ^ multiply(lengths, h) ^ mask;
  const cube = (h: bigint): bigint => multiply(h, multiply(h, h));
  const first = multiply(rest(h1, e1) ^ rest(h2, e2), inverse(cube(h1) ^ cube(h2)));
  const tag = multiply(first, cube(h1)) ^ rest(h1, e1);
  return concat(fromElement(first), fromElement(second), fromElement(tag));
}

function hashKey({ key }: GcmKey): Promise<bigint> {
  return encryptBlock(key, new Uint8Array(BLOCK));
}

function tagMask({ key, baseNonce }: GcmKey): Promise<bigint> {
  return encryptBlock(key, concat(baseNonce, Uint8Array.of(0, 0, 0, 1)));
}

/** One block of bare AES, which WebCrypto has as the first block of CBC. */
async function encryptBlock(key: Uint8Array, block: Uint8Array<ArrayBuffer>): Promise<bigint> {
  const imported = await crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-CBC", false, ["encrypt"]);
  const whole = await crypto.subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(BLOCK) }, imported, block);
  return toElement(new Uint8Array(whole, 0, BLOCK));
}

// GF(2¹²⁸) as in NIST SP 800-38D, section 6.3: the first bit of a block is the coefficient of x⁰.
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n;
  let shifted = right;
  for (let bit = 127n; bit >= 0n; bit--) {
    if (((left >> bit) & 1n) === 1n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n;
  }
  return product;
}

/** x to the power of 2¹²⁸ − 2. */
function inverse(element: bigint): bigint {
  let result = 1n << 127n;
  let square = element;
  for (let bit = 1; bit < 128; bit++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}

function toElement(block: Uint8Array): bigint {
  return block.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function fromElement(element: bigint): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: BLOCK }, (_, index) =>
    Number((element >> BigInt(8 * (15 - index))) & 0xffn),
  );
}
