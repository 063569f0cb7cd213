import { createCipheriv, createDecipheriv } from "node:crypto";
import { createEngine } from "@chirograph/engine";
import { AeadId, CipherSuite, HkdfSha256 } from "@hpke/core";
import type { AeadInterface } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { expect, test } from "vitest";
import { joined, pattern, utf8 } from "./bytes.ts";

type Bytes = Parameters<AeadInterface["createEncryptionContext"]>[0];

/** That library's ChaCha20-Poly1305 is a package of its own; OpenSSL's does as well here. */
class Chacha20Poly1305 implements AeadInterface {
  readonly id = AeadId.Chacha20Poly1305;
  readonly keySize = 32;
  readonly nonceSize = 12;
  readonly tagSize = 16;

  createEncryptionContext(rawKey: Bytes): ReturnType<AeadInterface["createEncryptionContext"]> {
    const key = viewOf(rawKey);
    const options = { authTagLength: this.tagSize };
    return {
      async seal(iv, data, aad) {
        const cipher = createCipheriv("chacha20-poly1305", key, viewOf(iv), options);
        cipher.setAAD(viewOf(aad), { plaintextLength: data.byteLength });
        const ciphertext = joined(cipher.update(viewOf(data)), cipher.final());
        return joined(ciphertext, cipher.getAuthTag()).buffer;
      },
      async open(iv, data, aad) {
        const sealed = viewOf(data);
        const decipher = createDecipheriv("chacha20-poly1305", key, viewOf(iv), options);
        decipher.setAuthTag(sealed.subarray(-16));
        decipher.setAAD(viewOf(aad), { plaintextLength: sealed.length - 16 });
        return joined(decipher.update(sealed.subarray(0, -16)), decipher.final()).buffer;
      },
    };
  }
}

function viewOf(bytes: Bytes): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

const engine = createEngine();
const other = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

const seed = pattern(32, 1);
const info = utf8("between two implementations");
const plaintext = pattern(32, 9);

test("@hpke/core opens what the engine seals", async () => {
  const publicKey = await engine.hpkePublicKey(seed);
  const message = (await engine.hpkeSeal({ publicKey, info, plaintext }))!;
  const recipientKey = await other.kem.importKey("raw", seed.slice().buffer, false);
  const opened = await other.open({ recipientKey, enc: message.encapsulated, info }, message.ciphertext);
  expect(new Uint8Array(opened)).toEqual(plaintext);
});

test("the engine opens what @hpke/core seals", async () => {
  const publicKey = await engine.hpkePublicKey(seed);
  const recipientPublicKey = await other.kem.importKey("raw", publicKey.buffer, true);
  const { enc, ct } = await other.seal({ recipientPublicKey, info }, plaintext);
  const message = { encapsulated: new Uint8Array(enc), ciphertext: new Uint8Array(ct) };
  expect(await engine.hpkeOpen({ ...message, seed, info })).toEqual(plaintext);
});
