import { createEngine } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { vectorsMissing } from "../../../test-support/vectors.ts";
import { fromHex, gather, inPieces, joined, toHex } from "./bytes.ts";
import { wycheproof } from "./wycheproof.ts";

interface GcmVector {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

const engine = createEngine();

/** What the engine offers: 96-bit nonces, AES-128 and AES-256, no associated data. */
async function gcmVectors() {
  const all = await wycheproof<GcmVector>("aes_gcm");
  const offered = all.filter(
    ({ ivSize, keySize, tagSize, aad }) => ivSize === 96 && keySize !== 192 && tagSize === 128 && aad === "",
  );
  expect(offered).toHaveLength(97);
  return offered.map(({ key, iv, msg, ct, tag, ...rest }) => ({
    ...rest,
    key: fromHex(key),
    nonce: fromHex(iv),
    message: fromHex(msg),
    ciphertext: fromHex(ct),
    tag: fromHex(tag),
  }));
}

describe.skipIf(vectorsMissing)("AES-GCM on the Wycheproof vectors", () => {
  test("as the first chunk of a run", async () => {
    for (const { key, nonce, message, ciphertext, tag, result, tcId } of await gcmVectors()) {
      const run = { key, baseNonce: nonce, firstIndex: 0, chunkBytes: 65_536 };
      const sealed = joined(ciphertext, tag);
      const valid = result === "valid";
      expect(await engine.openChunks({ ...run, data: sealed }), `#${tcId}`).toEqual(valid ? message : null);
      if (!valid) continue;
      expect(toHex(await engine.sealChunks({ ...run, data: message })), `#${tcId}`).toBe(toHex(sealed));
    }
  });

  test("as a stream", async () => {
    for (const { key, nonce, message, ciphertext, tag, result, tcId } of await gcmVectors()) {
      const data = () => inPieces(ciphertext, 5);
      const valid = result === "valid";
      expect(await engine.gcmAuthenticate({ key, nonce, data: data(), tag }), `#${tcId}`).toBe(valid);
      if (!valid) continue;
      const sealed = await gather(engine.gcmEncrypt({ key, nonce, data: inPieces(message, 3) }));
      expect(toHex(sealed), `#${tcId}`).toBe(toHex(joined(ciphertext, tag)));
      expect(await gather(engine.gcmDecrypt({ key, nonce, data: data(), tag })), `#${tcId}`).toEqual(message);
    }
  });
});
