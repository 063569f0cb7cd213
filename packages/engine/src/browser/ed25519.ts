import { mayBeSignature, pkcs8FromSeed } from "../ed25519.ts";
import type { SignatureCheck } from "../engine.ts";
import { unshared } from "./memory.ts";

/** See `Engine.ed25519PublicKey`. */
export async function ed25519PublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  // WebCrypto derives a public key nowhere but in the JWK form of the private one.
  const { x } = await crypto.subtle.exportKey("jwk", await importPrivateKey(seed, { extractable: true }));
  if (x === undefined) throw new Error("WebCrypto exported an Ed25519 key without its public half");
  const base64 = x.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** See `Engine.ed25519Sign`. */
export async function ed25519Sign(request: {
  seed: Uint8Array;
  message: Uint8Array;
}): Promise<Uint8Array<ArrayBuffer>> {
  const key = await importPrivateKey(request.seed, { extractable: false });
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, unshared(request.message)));
}

/** See `Engine.ed25519Verify`. */
export async function ed25519Verify(check: SignatureCheck): Promise<boolean> {
  if (!mayBeSignature(check)) return false;
  const { publicKey, message, signature } = check;
  const key = await crypto.subtle.importKey("raw", unshared(publicKey), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, unshared(signature), unshared(message));
}

async function importPrivateKey(seed: Uint8Array, options: { extractable: boolean }): Promise<CryptoKey> {
  const document = pkcs8FromSeed(seed);
  try {
    return await crypto.subtle.importKey("pkcs8", document, "Ed25519", options.extractable, ["sign"]);
  } finally {
    document.fill(0);
  }
}
