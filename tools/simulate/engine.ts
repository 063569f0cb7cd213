import { concatAll, toHex, utf8 } from "@chirograph/core";
import { createEngine, type Engine } from "@chirograph/engine";
import { createHash } from "node:crypto";
import type { Random } from "./random.ts";

const PUBLIC_BYTES = 1216;
const ENCAPSULATED_BYTES = 1120;
const TAG_BYTES = 16;

// Whatever another thread does comes at a time that no seed tells.
const platform = createEngine({ threads: 0 });

/**
 * The platform's engine with three differences, none of which a vault can see. Random bytes come from the seed.
 * Argon2id is a hash. HPKE is a box under a key that follows from the recipient's public key and fresh bytes: it opens
 * for whoever has the recipient's seed and, which nobody here tries, for whoever has the public key; so who can open
 * what is decided as it is in life, and X-Wing, which is drawn from the platform and tested elsewhere, costs nothing.
 * A signature that was checked once is not checked again, and a key that was derived once is remembered.
 */
export function simulatedEngine(random: Random): Engine {
  const checked = new Map<string, Promise<boolean>>();
  const publicKeys = new Map<string, Uint8Array<ArrayBuffer>>();

  async function hpkePublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const known = publicKeys.get(toHex(seed));
    if (known !== undefined) return known;
    const info = utf8("simulated public key");
    const key = await platform.hkdfSha512({ inputKey: seed, info, lengthBytes: PUBLIC_BYTES });
    publicKeys.set(toHex(seed), key);
    return key;
  }

  const derived = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  /** Whoever derives a key may wipe it, so each gets one of his own. */
  const derivedOnce = async (
    name: string,
    derive: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Uint8Array<ArrayBuffer>> => {
    const known = derived.get(name) ?? derive();
    derived.set(name, known);
    return new Uint8Array(await known);
  };

  const hkdfExpandSha512: Engine["hkdfExpandSha512"] = (request) => {
    const { pseudorandomKey, info, lengthBytes } = request;
    const name = `expand ${lengthBytes} ${latin1(pseudorandomKey)} ${latin1(info)}`;
    const copy = { ...request, pseudorandomKey: new Uint8Array(pseudorandomKey) };
    return derivedOnce(name, () => platform.hkdfExpandSha512(copy));
  };

  return {
    ...platform,
    hkdfSha512(request) {
      const { inputKey, info, lengthBytes } = request;
      const name = `derive ${lengthBytes} ${latin1(inputKey)} ${latin1(info)}`;
      const copy = { ...request, inputKey: new Uint8Array(inputKey) };
      return derivedOnce(name, () => platform.hkdfSha512(copy));
    },
    hkdfExpandSha512,
    hkdfExpandEachSha512: ({ infos, ...rest }) =>
      Promise.all(infos.map((info) => hkdfExpandSha512({ ...rest, info }))),
    randomBytes: (lengthBytes) => random.bytes(lengthBytes),
    argon2id: ({ password, salt, lengthBytes }) =>
      platform.hkdfSha512({ inputKey: concatAll([password, salt]), info: utf8("guess"), lengthBytes }),
    hpkePublicKey,
    async hpkeSeal({ publicKey, info, plaintext }) {
      const encapsulated = random.bytes(ENCAPSULATED_BYTES);
      const key = await boxKey(publicKey, encapsulated, info);
      return {
        encapsulated,
        ciphertext: await platform.sealChunks(chunkOf(key, plaintext, plaintext.length)),
      };
    },
    async hpkeOpen({ seed, info, encapsulated, ciphertext }) {
      const key = await boxKey(await hpkePublicKey(seed), encapsulated, info);
      return platform.openChunks(chunkOf(key, ciphertext, ciphertext.length - TAG_BYTES));
    },
    ed25519Verify(check) {
      const { publicKey, signature, message } = check;
      const hash = createHash("sha256").update(publicKey).update(signature).update(message);
      const name = `${publicKey.length} ${signature.length} ${hash.digest("base64")}`;
      const known = checked.get(name) ?? platform.ed25519Verify(check);
      checked.set(name, known);
      return known;
    },
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function boxKey(
  publicKey: Uint8Array,
  encapsulated: Uint8Array,
  info: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return platform.hkdfSha512({ inputKey: concatAll([publicKey, encapsulated]), info, lengthBytes: 44 });
}

function chunkOf(key: Uint8Array, data: Uint8Array, chunkBytes: number): Parameters<Engine["sealChunks"]>[0] {
  return { key: key.subarray(0, 32), baseNonce: key.subarray(32), firstIndex: 0, chunkBytes, data };
}
