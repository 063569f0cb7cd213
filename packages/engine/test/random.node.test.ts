import { createEngine } from "@chirograph/engine";
import { expect, test } from "vitest";
import { toHex } from "./bytes.ts";

const engine = createEngine();

test("no bytes are given out twice, short or long, and each has memory of its own", () => {
  const lengths = [16, 32, 12, 512, 513, 24, 8192, 1];
  const drawn = Array.from({ length: 4000 }, (_, draw) =>
    engine.randomBytes(lengths[draw % lengths.length]!),
  );
  for (const [draw, bytes] of drawn.entries()) {
    expect(bytes).toHaveLength(lengths[draw % lengths.length]!);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  }
  // Any eight bytes that lie together, in all of them: two alike would be a chance of one in 2^45.
  const words = drawn.flatMap((bytes) =>
    Array.from({ length: Math.floor(bytes.length / 8) }, (_, word) =>
      toHex(bytes.subarray(8 * word, 8 * word + 8)),
    ),
  );
  expect(new Set(words).size).toBe(words.length);
  expect(words.length).toBeGreaterThan(100_000);
  // Both ends of every draw, where one could run into the next.
  const bits = drawn.map((bytes) => bytes.at(-1)! + bytes[0]!).reduce((sum, value) => sum + value, 0);
  expect(bits / drawn.length / 2).toBeGreaterThan(115);
  expect(bits / drawn.length / 2).toBeLessThan(140);
});
