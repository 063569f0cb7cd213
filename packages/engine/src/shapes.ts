import { INDEX_LIMIT, layoutOfPlain, layoutOfSealed, NONCE_BYTES, TAG_BYTES } from "./chunks.ts";
import { SEED_BYTES } from "./ed25519.ts";
import type {
  Argon2Request,
  ChunksRequest,
  Engine,
  GcmStreamRequest,
  HkdfExpandRequest,
  StripedMessage,
} from "./engine.ts";
import { HKDF_LIMIT_BYTES } from "./hkdf.ts";
import { HPKE_SEED_BYTES } from "./hpke.ts";

/**
 * Wraps an engine so that arguments of the wrong shape are refused with a `RangeError` before any work, alike on
 * every platform. `combine` is not among them: its kernel looks at its own arguments.
 */
export function withShapeChecks(engine: Engine): Engine {
  return {
    ...engine,
    randomBytes(lengthBytes) {
      requireInteger("random bytes", lengthBytes, { from: 0, to: 65_536 });
      return engine.randomBytes(lengthBytes);
    },
    async hkdfSha512(request) {
      requireInteger("HKDF output", request.lengthBytes, { from: 1, to: HKDF_LIMIT_BYTES });
      return engine.hkdfSha512(request);
    },
    async hkdfExpandSha512(request) {
      requireExpand(request);
      return engine.hkdfExpandSha512(request);
    },
    async hkdfExpandEachSha512(request) {
      requireExpand(request);
      return engine.hkdfExpandEachSha512(request);
    },
    async argon2id(request) {
      requireArgon2(request);
      return engine.argon2id(request);
    },
    async sealChunks(request) {
      requireChunks(request);
      const { count } = layoutOfPlain(request.data.length, request.chunkBytes);
      requireIndex(request.firstIndex, count);
      return engine.sealChunks(request);
    },
    async openChunks(request) {
      requireChunks(request);
      const layout = layoutOfSealed(request.data.length, request.chunkBytes);
      requireIndex(request.firstIndex, layout?.count ?? 1);
      return layout === null ? null : engine.openChunks(request);
    },
    gcmEncrypt(request) {
      requireGcm(request);
      return engine.gcmEncrypt(request);
    },
    async gcmAuthenticate(request) {
      requireGcm(request);
      requireLength("tag", request.tag, TAG_BYTES);
      return engine.gcmAuthenticate(request);
    },
    gcmDecrypt(request) {
      requireGcm(request);
      requireLength("tag", request.tag, TAG_BYTES);
      return engine.gcmDecrypt(request);
    },
    async hpkePublicKey(seed) {
      requireLength("HPKE seed", seed, HPKE_SEED_BYTES);
      return engine.hpkePublicKey(seed);
    },
    async hpkeOpen(request) {
      requireLength("HPKE seed", request.seed, HPKE_SEED_BYTES);
      return engine.hpkeOpen(request);
    },
    async ed25519PublicKey(seed) {
      requireLength("Ed25519 seed", seed, SEED_BYTES);
      return engine.ed25519PublicKey(seed);
    },
    async ed25519Sign(request) {
      requireLength("Ed25519 seed", request.seed, SEED_BYTES);
      return engine.ed25519Sign(request);
    },
    sealStripes(request) {
      requireStriped(request);
      return engine.sealStripes(request);
    },
    openStripes(request) {
      requireStriped(request);
      const { firstStripe, endStripe, shape } = request;
      requireInteger("end of the stripes", endStripe, { from: 1, to: shape.stripes });
      requireInteger("first stripe", firstStripe, { from: 0, to: endStripe - 1 });
      return engine.openStripes(request);
    },
  };
}

function requireExpand({ pseudorandomKey, lengthBytes }: Omit<HkdfExpandRequest, "info">): void {
  if (pseudorandomKey.length === 0) throw new RangeError("HKDF-Expand: an empty key");
  requireInteger("HKDF output", lengthBytes, { from: 1, to: HKDF_LIMIT_BYTES });
}

// The bounds of RFC 9106, section 3.1. An empty password, which the RFC would allow, protects nothing.
function requireArgon2({ password, salt, memoryKiB, passes, lanes, lengthBytes }: Argon2Request): void {
  if (password.length === 0) throw new RangeError("Argon2: an empty password");
  if (salt.length < 8) throw new RangeError("Argon2: a salt of less than 8 bytes");
  requireInteger("Argon2 lanes", lanes, { from: 1, to: 2 ** 24 - 1 });
  requireInteger("Argon2 memory in KiB", memoryKiB, { from: 8 * lanes, to: 2 ** 32 - 1 });
  requireInteger("Argon2 passes", passes, { from: 1, to: 2 ** 32 - 1 });
  requireInteger("Argon2 output", lengthBytes, { from: 4, to: 2 ** 32 - 1 });
}

/** A kernel works in steps, and what it writes beyond a block must not be another one. */
const BLOCK_STEP = 64;

function requireStriped({ shape, header, ...chunks }: StripedMessage): void {
  requireChunks(chunks);
  const { needed, blockBytes, stripes, lastBlockBytes, sealedBytes } = shape;
  const most = Number.MAX_SAFE_INTEGER;
  requireInteger("blocks needed", needed, { from: 1, to: 255 });
  requireInteger("steps of a block", blockBytes / BLOCK_STEP, { from: 1, to: most });
  requireInteger("stripes", stripes, { from: 1, to: most });
  requireInteger("last block bytes", lastBlockBytes, { from: 1, to: blockBytes });
  const before = (stripes - 1) * needed * blockBytes;
  requireInteger("sealed bytes", sealedBytes, {
    from: Math.max(header.length + TAG_BYTES, before + 1),
    to: before + needed * lastBlockBytes,
  });
}

function requireChunks({
  key,
  baseNonce,
  chunkBytes,
}: Pick<ChunksRequest, "key" | "baseNonce" | "chunkBytes">): void {
  requireAesKey(key);
  requireLength("base nonce", baseNonce, NONCE_BYTES);
  requireInteger("chunk bytes", chunkBytes, { from: 1, to: Number.MAX_SAFE_INTEGER - TAG_BYTES });
}

function requireIndex(firstIndex: number, count: number): void {
  requireInteger("chunk index", firstIndex, { from: 0, to: INDEX_LIMIT - count });
}

function requireGcm({ key, nonce }: GcmStreamRequest): void {
  requireAesKey(key);
  requireLength("nonce", nonce, NONCE_BYTES);
}

function requireAesKey(key: Uint8Array): void {
  if (key.length !== 16 && key.length !== 32)
    throw new RangeError(`AES key: ${key.length} bytes, not 16 or 32`);
}

function requireLength(what: string, bytes: Uint8Array, lengthBytes: number): void {
  if (bytes.length !== lengthBytes)
    throw new RangeError(`${what}: ${bytes.length} bytes, not ${lengthBytes}`);
}

function requireInteger(what: string, value: number, { from, to }: { from: number; to: number }): void {
  if (!Number.isSafeInteger(value) || value < from || value > to) {
    throw new RangeError(`${what}: ${value}, not a whole number from ${from} to ${to}`);
  }
}
