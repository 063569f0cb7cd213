import type { Engine } from "../engine.ts";
import { hkdf, hkdfExpand, hkdfExpandEach } from "../hkdf.ts";
import { hpkeOpen, hpkePublicKey, hpkeSeal } from "../hpke.ts";
import { withShapeChecks } from "../shapes.ts";
import { openChunks, sealChunks } from "./chunks.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "./ed25519.ts";
import { constantTimeEqual, hmacSha512, sha256, sha256Each } from "./hash.ts";
import { gcmAuthenticate, gcmDecrypt, gcmEncrypt } from "./stream.ts";
import type { Stripes } from "./stripes.ts";

export { GcmMismatch } from "../engine.ts";
export type * from "../engine.ts";

/**
 * The engine on WebCrypto, for a page or a worker.
 * @throws Error outside a secure context (https, localhost), where browsers withhold WebCrypto
 */
export function createEngine(): Engine {
  if (!("subtle" in crypto))
    throw new Error("WebCrypto is there only in a secure context: https or localhost");
  let loaded: Promise<Stripes> | undefined;
  // Whoever only looks at a page needs neither these nor Argon2id.
  const stripes = (): Promise<Stripes> =>
    (loaded ??= import("./stripes.ts").then(({ createStripes }) => createStripes()));
  return withShapeChecks({
    randomBytes: (lengthBytes) => crypto.getRandomValues(new Uint8Array(lengthBytes)),
    constantTimeEqual,
    sha256,
    sha256Each,
    hkdfSha512: (request) => hkdf(hmacSha512, request),
    hkdfExpandSha512: (request) => hkdfExpand(hmacSha512, request),
    hkdfExpandEachSha512: (request) => hkdfExpandEach(hmacSha512, request),
    async argon2id(request) {
      const wasm = await import("../argon2-wasm.ts");
      return wasm.argon2id(request);
    },
    sealChunks,
    openChunks,
    gcmEncrypt,
    gcmAuthenticate,
    gcmDecrypt,
    hpkePublicKey,
    hpkeSeal,
    hpkeOpen,
    ed25519PublicKey,
    ed25519Sign,
    ed25519Verify,
    combine: async (request) => (await stripes()).combine(request),
    expectStripes: () => undefined,
    async *sealStripes(request) {
      yield* (await stripes()).seal(request);
    },
    async *openStripes(request) {
      yield* (await stripes()).open(request);
    },
  });
}
