import { createEngine } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { OwnSignatures } from "../src/node/own-signatures.ts";
import { flipped, joined, pattern } from "./bytes.ts";

const seed = pattern(32);
const message = pattern(1900);

describe.each([
  ["here", { threads: 0 }],
  ["on other threads", {}],
])("an engine that checks signatures %s", (_, options) => {
  test("takes its own and those of others, and nothing that was changed since", async () => {
    const engine = createEngine(options);
    const publicKey = await engine.ed25519PublicKey(seed);
    const signature = await engine.ed25519Sign({ seed, message });
    const check = { publicKey, message, signature };
    for (const each of [engine, createEngine(options)]) {
      expect(await each.ed25519Verify(check)).toBe(true);
      expect(await each.ed25519Verify({ ...check, message: flipped(message, 1899) })).toBe(false);
      expect(await each.ed25519Verify({ ...check, signature: flipped(signature, 0) })).toBe(false);
      expect(await each.ed25519Verify({ ...check, publicKey: flipped(publicKey, 31) })).toBe(false);
      // The same bytes one behind the other.
      const moved = {
        publicKey: joined(publicKey, signature.subarray(0, 1)),
        signature: signature.subarray(1),
      };
      expect(await each.ed25519Verify({ ...check, ...moved })).toBe(false);
    }
  });

  test("reads what it checks at once: what becomes of it later is no matter", async () => {
    const engine = createEngine(options);
    const other = createEngine(options);
    const publicKey = await engine.ed25519PublicKey(seed);
    const changing = new Uint8Array(message);
    const check = { publicKey, message: changing, signature: await engine.ed25519Sign({ seed, message }) };
    const checked = other.ed25519Verify(check);
    changing.fill(0);
    expect(await checked).toBe(true);
    expect(await other.ed25519Verify(check)).toBe(false);
  });

  test("checks many at the same time, each by itself", async () => {
    const engine = createEngine(options);
    const other = createEngine(options);
    const publicKey = await engine.ed25519PublicKey(seed);
    const checks = await Promise.all(
      [...Array(50).keys()].map(async (index) => {
        const own = pattern(100, index);
        const signature = await engine.ed25519Sign({ seed, message: own });
        return { publicKey, message: index % 3 === 0 ? flipped(own, 7) : own, signature };
      }),
    );
    const answers = await Promise.all(checks.map((check) => other.ed25519Verify(check)));
    expect(answers).toEqual([...checks.keys()].map((index) => index % 3 !== 0));
  });
});

const made = (index: number) => ({
  publicKey: pattern(32),
  signature: pattern(64),
  message: new Uint8Array(new Uint32Array([index]).buffer),
});

test("only so many of the last are remembered", () => {
  const own = new OwnSignatures();
  for (let index = 0; index < 8193; index++) own.add(made(index));
  expect([0, 4096, 8192].map((index) => own.has(made(index)))).toEqual([false, true, true]);
});
