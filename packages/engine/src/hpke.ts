import {
  AEAD_ChaCha20Poly1305,
  CipherSuite,
  DecapError,
  DeserializeError,
  EncapError,
  KDF_HKDF_SHA256,
  KEM_MLKEM768_X25519,
  NotSupportedError,
  OpenError,
  ValidationError,
} from "hpke";
import type { AEADFactory, KEMFactory } from "hpke";
import type { HpkeMessage, HpkeOpenRequest, HpkeSealRequest } from "./engine.ts";

/** The X-Wing decapsulation key is a seed, from which both halves of the key pair follow. */
export const HPKE_SEED_BYTES = 32;

const MLKEM_MODULUS = 3329;
/** Three polynomials of 256 coefficients, 12 bits each, at the beginning of an X-Wing public key. */
const MLKEM_COEFFICIENT_BYTES = 1152;

let suite: Promise<CipherSuite> | undefined;

/** The suite of `Engine.hpkeSeal`, from the platform's own algorithms as far as it has them. */
export function hpkeSuite(): Promise<CipherSuite> {
  suite ??= Promise.all([chooseKem(), chooseAead()]).then(
    ([kem, aead]) => new CipherSuite(kem, KDF_HKDF_SHA256, aead),
  );
  return suite;
}

/** See `Engine.hpkePublicKey`. */
export async function hpkePublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  // The `hpke` package reads a seed into a private key, but never shows the public half of such a key.
  const { XWing } = await import("@noble/post-quantum/hybrid.js");
  return new Uint8Array(XWing.keygen(seed).publicKey);
}

/** See `Engine.hpkeSeal`. */
export async function hpkeSeal(request: HpkeSealRequest): Promise<HpkeMessage | null> {
  const { publicKey, info, plaintext } = request;
  if (!isEncapsulationKey(publicKey)) return null;
  const chosen = await hpkeSuite();
  return nullFor([DeserializeError, EncapError, ValidationError], async () => {
    const recipient = await chosen.DeserializePublicKey(publicKey);
    const { encapsulatedSecret, ciphertext } = await chosen.Seal(recipient, plaintext, { info });
    return { encapsulated: new Uint8Array(encapsulatedSecret), ciphertext: new Uint8Array(ciphertext) };
  });
}

/** See `Engine.hpkeOpen`. */
export async function hpkeOpen(request: HpkeOpenRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const { seed, info, encapsulated, ciphertext } = request;
  const chosen = await hpkeSuite();
  const privateKey = await chosen.DeserializePrivateKey(seed);
  return nullFor([DecapError, OpenError, ValidationError], async () => {
    return new Uint8Array(await chosen.Open(privateKey, encapsulated, ciphertext, { info }));
  });
}

/**
 * Whether every coefficient of the key's ML-KEM-768 part is below the modulus (FIPS 203, section 7.2, "modulus
 * check"): not every platform asks. Lengths and the X25519 part are checked by all of them.
 */
function isEncapsulationKey(publicKey: Uint8Array): boolean {
  for (let offset = 0; offset + 3 <= Math.min(publicKey.length, MLKEM_COEFFICIENT_BYTES); offset += 3) {
    const [low, middle, high] = [publicKey[offset]!, publicKey[offset + 1]!, publicKey[offset + 2]!];
    const first = low | ((middle & 15) << 8);
    const second = (middle >> 4) | (high << 4);
    if (first >= MLKEM_MODULUS || second >= MLKEM_MODULUS) return false;
  }
  return true;
}

async function chooseKem(): Promise<KEMFactory> {
  const supported = await isSupported(async () => {
    const kem = KEM_MLKEM768_X25519();
    const { publicKey } = await kem.GenerateKeyPair(false);
    await kem.Encap(publicKey);
  });
  return supported ? KEM_MLKEM768_X25519 : (await import("@panva/hpke-noble")).KEM_MLKEM768_X25519;
}

async function chooseAead(): Promise<AEADFactory> {
  const supported = await isSupported(async () => {
    const aead = AEAD_ChaCha20Poly1305();
    const empty = new Uint8Array(0);
    await aead.Seal(new Uint8Array(aead.Nk), new Uint8Array(aead.Nn), empty, empty);
  });
  return supported ? AEAD_ChaCha20Poly1305 : (await import("@panva/hpke-noble")).AEAD_ChaCha20Poly1305;
}

/** Tried, not asked for: no query tells of every step that the algorithm needs. */
async function isSupported(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (error instanceof NotSupportedError) return false;
    throw error;
  }
}

async function nullFor<Result>(
  expected: readonly (new () => Error)[],
  attempt: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await attempt();
  } catch (error) {
    if (expected.some((kind) => error instanceof kind)) return null;
    throw error;
  }
}
