import { createEngine } from "@chirograph/engine";
import * as noble from "@panva/hpke-noble";
import * as native from "hpke";
import { describe, expect, test } from "vitest";
import { loadVectors, vectorsMissing } from "../../../test-support/vectors.ts";
import { hpkeSuite } from "../src/hpke.ts";
import { flipped, fromHex, joined, pattern, toHex, utf8 } from "./bytes.ts";

interface HpkeVector {
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly encryptions: readonly { readonly aad: string; readonly ct: string; readonly pt: string }[];
}

type XWingVector = Readonly<Record<"seed" | "ss" | "pk" | "ct", string>>;

const engine = createEngine();
const fallback = new native.CipherSuite(
  noble.KEM_MLKEM768_X25519,
  noble.KDF_HKDF_SHA256,
  noble.AEAD_ChaCha20Poly1305,
);

async function hpkeVector(): Promise<HpkeVector> {
  const vectors = (await loadVectors("hpke-pq.json")) as HpkeVector[];
  const [vector, ...others] = vectors.filter(
    ({ kem_id, kdf_id, aead_id }) => kem_id === 0x647a && kdf_id === 1 && aead_id === 3,
  );
  expect(others).toEqual([]);
  return vector!;
}

describe.skipIf(vectorsMissing)("HPKE on the drafts' vectors", () => {
  test.each([
    ["chosen", hpkeSuite],
    ["fallback", async () => fallback],
  ])("the %s suite opens every message", async (_, getSuite) => {
    const suite = await getSuite();
    const { info, skRm, enc, encryptions } = await hpkeVector();
    const privateKey = await suite.DeserializePrivateKey(fromHex(skRm));
    const recipient = await suite.SetupRecipient(privateKey, fromHex(enc), { info: fromHex(info) });
    expect(encryptions).toHaveLength(10);
    for (const { aad, ct, pt } of encryptions) {
      expect(toHex(await recipient.Open(fromHex(ct), fromHex(aad)))).toBe(pt);
    }
  });

  test("the engine opens a message under the vector's keys", async () => {
    const { info, skRm, enc } = await hpkeVector();
    // Sealed by OpenSSL with the vector's key and nonce: all of the vector's own messages carry associated data.
    const ciphertext = fromHex("9f9887add5d08db5d3a5e67acfbf76c425aa93ac8b14504d6f663435c7eb271ee288");
    const message = { seed: fromHex(skRm), info: fromHex(info), encapsulated: fromHex(enc), ciphertext };
    expect(await engine.hpkeOpen(message)).toEqual(utf8("no associated data"));
  });

  test("a seed gives its public key", async () => {
    const { skRm, pkRm } = await hpkeVector();
    const xWing = (await loadVectors("x-wing.json")) as XWingVector[];
    expect(xWing).toHaveLength(3);
    for (const { seed, pk } of [{ seed: skRm, pk: pkRm }, ...xWing]) {
      expect(toHex(await engine.hpkePublicKey(fromHex(seed)))).toBe(pk);
    }
  });

  test("the fallback KEM decapsulates", async () => {
    expect(await decapsulates(noble.KEM_MLKEM768_X25519())).toBe("all");
  });

  test("the platform KEM decapsulates, or says that there is none", async () => {
    expect(["all", "none"]).toContain(await decapsulates(native.KEM_MLKEM768_X25519()));
  });
});

async function decapsulates(kem: native.KEM): Promise<"all" | "wrong" | "none"> {
  const vectors = (await loadVectors("x-wing.json")) as XWingVector[];
  try {
    for (const { seed, ct, ss } of vectors) {
      const privateKey = await kem.DeserializePrivateKey(fromHex(seed), false);
      if (toHex(await kem.Decap(fromHex(ct), privateKey, undefined)) !== ss) return "wrong";
    }
    return "all";
  } catch (error) {
    if (error instanceof native.NotSupportedError) return "none";
    throw error;
  }
}

describe("HPKE", async () => {
  const seed = pattern(32, 1);
  const info = utf8("test");
  const plaintext = pattern(32, 9);
  const publicKey = await engine.hpkePublicKey(seed);
  const sealed = (await engine.hpkeSeal({ publicKey, info, plaintext }))!;

  test("opens what it sealed, and never seals twice alike", async () => {
    expect(publicKey).toHaveLength(1216);
    expect(sealed.encapsulated).toHaveLength(1120);
    expect(sealed.ciphertext).toHaveLength(32 + 16);
    expect(await engine.hpkeOpen({ ...sealed, seed, info })).toEqual(plaintext);
    expect(await engine.hpkeSeal({ publicKey, info, plaintext })).not.toEqual(sealed);
  });

  test("takes empty messages and infos", async () => {
    const nothing = new Uint8Array(0);
    const message = await engine.hpkeSeal({ publicKey, info: nothing, plaintext: nothing });
    expect(await engine.hpkeOpen({ ...message!, seed, info: nothing })).toEqual(nothing);
  });

  test("agrees with the fallback, both ways", async () => {
    const privateKey = await fallback.DeserializePrivateKey(seed);
    expect(
      new Uint8Array(await fallback.Open(privateKey, sealed.encapsulated, sealed.ciphertext, { info })),
    ).toEqual(plaintext);
    const recipient = await fallback.DeserializePublicKey(publicKey);
    const { encapsulatedSecret, ciphertext } = await fallback.Seal(recipient, plaintext, { info });
    const message = {
      encapsulated: new Uint8Array(encapsulatedSecret),
      ciphertext: new Uint8Array(ciphertext),
    };
    expect(await engine.hpkeOpen({ ...message, seed, info })).toEqual(plaintext);
  });

  test.each([
    ["another seed", { seed: flipped(seed, 0) }],
    ["another info", { info: utf8("Test") }],
    ["a changed ML-KEM ciphertext", { encapsulated: flipped(sealed.encapsulated, 0) }],
    ["a changed X25519 share", { encapsulated: flipped(sealed.encapsulated, 1119) }],
    [
      "an X25519 share of zeros",
      { encapsulated: joined(sealed.encapsulated.subarray(0, 1088), new Uint8Array(32)) },
    ],
    ["a short encapsulation", { encapsulated: sealed.encapsulated.subarray(1) }],
    ["a long encapsulation", { encapsulated: joined(sealed.encapsulated, pattern(1)) }],
    ["no encapsulation", { encapsulated: new Uint8Array(0) }],
    ["a changed ciphertext", { ciphertext: flipped(sealed.ciphertext, 0) }],
    ["a changed tag", { ciphertext: flipped(sealed.ciphertext, 47) }],
    ["a short ciphertext", { ciphertext: sealed.ciphertext.subarray(0, 15) }],
    ["no ciphertext", { ciphertext: new Uint8Array(0) }],
  ])("does not open with %s", async (_, changes) => {
    expect(await engine.hpkeOpen({ ...sealed, seed, info, ...changes })).toBeNull();
  });

  test.each([
    ["of zeros in its X25519 half", joined(publicKey.subarray(0, 1184), new Uint8Array(32))],
    // 0xfff is above the modulus 3329 (FIPS 203, section 7.2).
    ["with a coefficient too large", joined(Uint8Array.of(0xff, 0xff, 0xff), publicKey.subarray(3))],
    ["too short", publicKey.subarray(1)],
    ["too long", joined(publicKey, pattern(1))],
    ["of no bytes", new Uint8Array(0)],
  ])("does not seal for a public key %s", async (_, wrong) => {
    expect(await engine.hpkeSeal({ publicKey: wrong, info, plaintext })).toBeNull();
  });

  test.each([0, 31, 33])("refuses a seed of %d bytes", async (length) => {
    await expect(engine.hpkePublicKey(pattern(length))).rejects.toThrow(RangeError);
    await expect(engine.hpkeOpen({ ...sealed, seed: pattern(length), info })).rejects.toThrow(RangeError);
  });

  test("leaves the seed as it was", async () => {
    expect(seed).toEqual(pattern(32, 1));
  });
});
