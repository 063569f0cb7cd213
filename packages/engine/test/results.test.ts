import { createEngine } from "@chirograph/engine";
import { expect, test } from "vitest";
import { inPieces, pattern } from "./bytes.ts";

const engine = createEngine();

/** One result of every call that gives bytes. */
async function results(): Promise<(Uint8Array | null | undefined)[]> {
  const key = pattern(16);
  const nonce = pattern(12);
  const seed = pattern(32);
  const info = pattern(4);
  const run = { key, baseNonce: nonce, firstIndex: 0, chunkBytes: 5, data: pattern(12) };
  const sealed = await engine.sealChunks(run);
  const publicKey = await engine.hpkePublicKey(seed);
  const message = await engine.hpkeSeal({ publicKey, info, plaintext: pattern(5) });
  const pieces: Uint8Array[] = [];
  for await (const piece of engine.gcmEncrypt({ key, nonce, data: inPieces(pattern(10), 4) }))
    pieces.push(piece);
  return [
    sealed,
    publicKey,
    message?.encapsulated,
    message?.ciphertext,
    ...pieces,
    engine.randomBytes(16),
    await engine.sha256([seed]),
    ...(await engine.sha256Each({ prefix: info, blocks: [seed, key] })),
    await engine.hkdfSha512({ inputKey: key, info, lengthBytes: 16 }),
    await engine.hkdfExpandSha512({ pseudorandomKey: key, info, lengthBytes: 16 }),
    ...(await engine.hkdfExpandEachSha512({ pseudorandomKey: key, infos: [info, key], lengthBytes: 16 })),
    await engine.argon2id({ password: key, salt: key, memoryKiB: 8, passes: 1, lanes: 1, lengthBytes: 16 }),
    await engine.openChunks({ ...run, data: sealed }),
    message && (await engine.hpkeOpen({ ...message, seed, info })),
    await engine.ed25519PublicKey(seed),
    await engine.ed25519Sign({ seed, message: info }),
    ...(await engine.combine({ matrix: [Uint8Array.of(1, 2)], inputs: [seed, seed] })),
  ];
}

test("results are plain Uint8Arrays with memory of their own", async () => {
  for (const [index, result] of (await results()).entries()) {
    expect(result?.constructor, `result ${index}`).toBe(Uint8Array);
    expect(result?.buffer.byteLength, `result ${index}`).toBe(result?.byteLength);
  }
});
