import type { Engine } from "@chirograph/engine/interface";
import { makeRecipient, type Recipient } from "./recipient.ts";

export const SEED_BYTES = 32;

/** Whoever may sign: a member, or a one-time key. */
export interface Signer {
  /** Ed25519 seed, 32 bytes, secret. */
  readonly signSeed: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly signing: Uint8Array;
}

/** A person's private keys, and the public half of them. */
export interface Identity extends Signer {
  /** X-Wing decapsulation key, 32 bytes, secret. */
  readonly kemSeed: Uint8Array;
  readonly recipient: Recipient;
}

export function createIdentity(engine: Engine): Promise<Identity> {
  return identityFromSeeds(engine, engine.randomBytes(SEED_BYTES), engine.randomBytes(SEED_BYTES));
}

export async function identityFromSeeds(
  engine: Engine,
  kemSeed: Uint8Array,
  signSeed: Uint8Array,
): Promise<Identity> {
  const signing = await engine.ed25519PublicKey(signSeed);
  const recipient = await makeRecipient(engine, {
    kem: await engine.hpkePublicKey(kemSeed),
    signing,
    sign: (message) => engine.ed25519Sign({ seed: signSeed, message }),
  });
  return { kemSeed, signSeed, signing, recipient };
}

/** A signing key for one sealed folder whose author wants no name; it is kept nowhere. */
export async function createOneTimeSigner(engine: Engine): Promise<Signer> {
  const signSeed = engine.randomBytes(SEED_BYTES);
  return { signSeed, signing: await engine.ed25519PublicKey(signSeed) };
}
