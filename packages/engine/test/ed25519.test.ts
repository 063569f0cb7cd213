import { createEngine } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { vectorsMissing } from "../../../test-support/vectors.ts";
import { flipped, fromHex, joined, pattern, toHex } from "./bytes.ts";
import { wycheproof } from "./wycheproof.ts";

interface SignatureVector {
  readonly publicKey: { readonly pk: string };
  readonly msg: string;
  readonly sig: string;
}

const engine = createEngine();
/** An engine may know what it has signed itself: this one knows of nothing. */
const other = createEngine();

// RFC 8032, section 7.1.
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

describe("Ed25519 on the examples of RFC 8032", () => {
  test.each([
    [SEED, PUBLIC_KEY, "", SIGNATURE],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])("seed %s", async (seed, publicKey, message, signature) => {
    const [seedBytes, messageBytes] = [fromHex(seed), fromHex(message)];
    expect(toHex(await engine.ed25519PublicKey(seedBytes))).toBe(publicKey);
    expect(toHex(await engine.ed25519Sign({ seed: seedBytes, message: messageBytes }))).toBe(signature);
    const check = { publicKey: fromHex(publicKey), message: messageBytes, signature: fromHex(signature) };
    expect(await other.ed25519Verify(check)).toBe(true);
    expect(await engine.ed25519Verify(check)).toBe(true);
  });
});

test.skipIf(vectorsMissing)("Ed25519 on the Wycheproof vectors", async () => {
  const vectors = await wycheproof<SignatureVector>("ed25519");
  expect(vectors).toHaveLength(151);
  for (const { publicKey, msg, sig, result, tcId } of vectors) {
    const check = { publicKey: fromHex(publicKey.pk), message: fromHex(msg), signature: fromHex(sig) };
    expect(await engine.ed25519Verify(check), `#${tcId}`).toBe(result === "valid");
  }
});

describe("a signature is not valid", () => {
  const check = { publicKey: fromHex(PUBLIC_KEY), message: new Uint8Array(0), signature: fromHex(SIGNATURE) };

  test("when any byte of it is changed", async () => {
    for (const index of check.signature.keys()) {
      const signature = flipped(check.signature, index);
      expect(await engine.ed25519Verify({ ...check, signature }), `byte ${index}`).toBe(false);
    }
  });

  test("under a public key of which any byte is changed, on the curve or not", async () => {
    for (const index of check.publicKey.keys()) {
      const publicKey = flipped(check.publicKey, index);
      expect(await engine.ed25519Verify({ ...check, publicKey }), `byte ${index}`).toBe(false);
    }
  });

  const ONE = "01" + "00".repeat(31);
  const BASE_POINT = "58" + "66".repeat(31);
  test.each([
    ["another message", { message: pattern(1) }],
    ["a public key too short", { publicKey: check.publicKey.subarray(1) }],
    ["a public key too long", { publicKey: joined(check.publicKey, pattern(1)) }],
    ["no public key", { publicKey: new Uint8Array(0) }],
    ["a signature too short", { signature: check.signature.subarray(0, 63) }],
    ["a signature too long", { signature: joined(check.signature, pattern(1)) }],
    ["no signature", { signature: new Uint8Array(0) }],
    // These two fulfil the equation, so that BoringSSL alone would accept them and OpenSSL would not.
    ["a public key of order one", { publicKey: fromHex(ONE), signature: fromHex(BASE_POINT + ONE) }],
    [
      "a commitment of order one",
      {
        signature: fromHex(
          "0100000000000000000000000000000000000000000000000000000000000000756cf9b1d6f0d7a979b9d2af3dc2bc1294ec7cb6daa20eaff534c024fc57920f",
        ),
      },
    ],
    ["a public key not reduced", { publicKey: fromHex("f0" + "ff".repeat(30) + "7f") }],
  ])("with %s", async (_, changes) => {
    expect(await engine.ed25519Verify({ ...check, ...changes })).toBe(false);
  });
});

test.each([0, 31, 33, 64])("a seed of %d bytes is refused", async (length) => {
  await expect(engine.ed25519PublicKey(pattern(length))).rejects.toThrow(RangeError);
  await expect(engine.ed25519Sign({ seed: pattern(length), message: pattern(1) })).rejects.toThrow(
    RangeError,
  );
});

test("a seed whose array holds another one signs as that", async () => {
  const seed = fromHex(SEED);
  const message = pattern(5);
  const first = await engine.ed25519Sign({ seed, message });
  seed.set(pattern(32, 9));
  const publicKey = await engine.ed25519PublicKey(seed);
  const signature = await engine.ed25519Sign({ seed, message });
  expect(signature).not.toEqual(first);
  for (const each of [other, engine])
    expect(await each.ed25519Verify({ publicKey, message, signature })).toBe(true);
});
