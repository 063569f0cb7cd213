import { createEngine } from "@chirograph/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flipped, joined, pattern, toHex, utf8 } from "./bytes.ts";

const engine = createEngine();

describe("SHA-256", () => {
  test.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ])("of the FIPS 180 examples, %#", async (text, digest) => {
    expect(toHex(await engine.sha256([utf8(text)]))).toBe(digest);
  });

  test("of parts is that of the whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), async (parts) => {
        expect(await engine.sha256(parts)).toEqual(await engine.sha256([joined(...parts)]));
      }),
    );
  });

  test("of each block stands in order, with the prefix before it", async () => {
    const prefix = pattern(3);
    const blocks = Array.from({ length: 100 }, (_, index) => pattern(index, index));
    const expected = await Promise.all(blocks.map((block) => engine.sha256([prefix, block])));
    expect(await engine.sha256Each({ prefix, blocks })).toEqual(expected);
    expect(await engine.sha256Each({ prefix, blocks: [] })).toEqual([]);
  });
});

test("constantTimeEqual compares length and content", () => {
  const bytes = pattern(32);
  expect(engine.constantTimeEqual(bytes, pattern(32))).toBe(true);
  expect(engine.constantTimeEqual(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  expect(engine.constantTimeEqual(bytes, bytes.subarray(0, 31))).toBe(false);
  for (const index of bytes.keys())
    expect(engine.constantTimeEqual(bytes, flipped(bytes, index))).toBe(false);
});

describe("randomBytes", () => {
  test("gives as many as asked, never the same", () => {
    for (const length of [0, 1, 16, 65_536]) expect(engine.randomBytes(length)).toHaveLength(length);
    expect(engine.randomBytes(32)).not.toEqual(engine.randomBytes(32));
  });

  test.each([-1, 1.5, 65_537, Number.NaN])("refuses %d", (length) => {
    expect(() => engine.randomBytes(length)).toThrow(RangeError);
  });
});
