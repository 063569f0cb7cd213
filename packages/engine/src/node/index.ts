import { getRandomValues } from "node:crypto";
import { combine } from "../combine.ts";
import type { Engine } from "../engine.ts";
import { hkdf, hkdfExpand } from "../hkdf.ts";
import { hpkeOpen, hpkePublicKey, hpkeSeal } from "../hpke.ts";
import { withShapeChecks } from "../shapes.ts";
import { argon2id } from "./argon2.ts";
import { openChunks, sealChunks } from "./chunks.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "./ed25519.ts";
import { constantTimeEqual, hmacSha512, sha256, sha256Each } from "./hash.ts";
import { gcmAuthenticate, gcmDecrypt, gcmEncrypt } from "./stream.ts";

export { GcmMismatch } from "../engine.ts";
export type * from "../engine.ts";

/** The engine on `node:crypto`. What is not asynchronous there runs on the calling thread. */
export function createEngine(): Engine {
  return withShapeChecks({
    randomBytes: (lengthBytes) => getRandomValues(new Uint8Array(lengthBytes)),
    constantTimeEqual,
    sha256: async (parts) => sha256(parts),
    sha256Each: async (request) => sha256Each(request),
    hkdfSha512: (request) => hkdf(hmacSha512, request),
    hkdfExpandSha512: (request) => hkdfExpand(hmacSha512, request),
    argon2id,
    sealChunks: async (request) => sealChunks(request),
    openChunks: async (request) => openChunks(request),
    gcmEncrypt,
    gcmAuthenticate,
    gcmDecrypt,
    hpkePublicKey,
    hpkeSeal,
    hpkeOpen,
    ed25519PublicKey: async (seed) => ed25519PublicKey(seed),
    ed25519Sign: async (request) => ed25519Sign(request),
    ed25519Verify: async (request) => ed25519Verify(request),
    combine: async (request) => combine(request),
  });
}
