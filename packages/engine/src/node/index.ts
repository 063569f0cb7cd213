import type { Engine, StripedMessage } from "../engine.ts";
import { hkdfExpand, hkdfExpandEach } from "../hkdf.ts";
import { hpkeOpen, hpkeSeal } from "../hpke.ts";
import { createCombine } from "../kernel/combine.ts";
import { withShapeChecks } from "../shapes.ts";
import { openStripes } from "../stripes/open.ts";
import type { StripeRunner } from "../stripes/runner.ts";
import { sealStripes } from "../stripes/seal.ts";
import { argon2id } from "./argon2.ts";
import { openChunks, sealChunks } from "./chunks.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify, ed25519VerifyBeside } from "./ed25519.ts";
import { constantTimeEqual, hkdfSha512, hmacSha512, sha256, sha256Each } from "./hash.ts";
import { OwnSignatures } from "./own-signatures.ts";
import { randomBytes } from "./random.ts";
import { gcmAuthenticate, gcmDecrypt, gcmEncrypt } from "./stream.ts";
import { createRunners } from "./stripes/runner.ts";
import { hpkePublicKey } from "./xwing.ts";

export { GcmMismatch } from "../engine.ts";
export type * from "../engine.ts";

/** What is shorter is done before a thread has begun. */
const WORTH_THREADS_BYTES = 8_388_608;

export interface EngineOptions {
  /**
   * How many threads stripes may be worked on with, beside the calling one. One a core, and eight at most, unless said;
   * 0 for none, and then signatures are checked on the calling one too, and nothing but what streams waits for anything.
   */
  readonly threads?: number | undefined;
}

/** The engine on `node:crypto`. Other threads work on stripes and check signatures; all else that is not asynchronous is done here. */
export function createEngine({ threads }: EngineOptions = {}): Engine {
  const combine = createCombine();
  const runners = createRunners(threads);
  const own = new OwnSignatures();
  const runnerFor = ({ shape }: StripedMessage): StripeRunner =>
    shape.sealedBytes < WORTH_THREADS_BYTES ? runners.here : runners.threads;
  return withShapeChecks({
    randomBytes,
    constantTimeEqual,
    sha256: async (parts) => sha256(parts),
    sha256Each: async (request) => sha256Each(request),
    hkdfSha512,
    hkdfExpandSha512: (request) => hkdfExpand(hmacSha512, request),
    hkdfExpandEachSha512: (request) => hkdfExpandEach(hmacSha512, request),
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
    async ed25519Sign(request) {
      const made = ed25519Sign(request);
      own.add(made);
      return made.signature;
    },
    async ed25519Verify(check) {
      return own.has(check) || (threads === 0 ? ed25519Verify(check) : ed25519VerifyBeside(check));
    },
    combine: async (request) => combine(request),
    expectStripes(sealedBytes) {
      if (sealedBytes >= WORTH_THREADS_BYTES) runners.begin();
    },
    sealStripes: (request) => sealStripes(runnerFor(request), request),
    openStripes: (request) => openStripes(runnerFor(request), async (chunks) => openChunks(chunks), request),
  });
}
