// What the format borrows: hashes, derivation, signatures, HPKE (section 1), chunked encryption (section 4).
import {
  argon2Sync,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  verify,
} from "node:crypto";
import { AeadId, type AeadInterface, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { equal, integer, join, label, type Reader, text, u8, zeros } from "./bytes.ts";

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash("sha256")
      .update(join(...parts))
      .digest(),
  );
}

function hmac512(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha512", key).update(message).digest());
}

/** The second half of HKDF-SHA-512. */
export function expand(prk: Uint8Array, info: Uint8Array, size: number): Uint8Array {
  let okm = zeros(0);
  let block = zeros(0);
  for (let i = 1; okm.length < size; i++) {
    block = hmac512(prk, join(block, info, u8(i)));
    okm = join(okm, block);
  }
  return okm.slice(0, size);
}

/** HKDF-SHA-512 without salt. */
export function hkdf(ikm: Uint8Array, info: Uint8Array, size: number): Uint8Array {
  return expand(hmac512(zeros(64), ikm), info, size);
}

// --- Argon2id ---

export interface Argon2 {
  readonly bytes: Uint8Array;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Uint8Array;
}

export function readArgon2(reader: Reader): Argon2 {
  const start = reader.at;
  const memoryKiB = reader.u32();
  const passes = reader.u32();
  const lanes = reader.u8();
  const salt = reader.take(16);
  const bytes = reader.bytes.slice(start, reader.at);
  if (memoryKiB < 65_536 || memoryKiB > 1_048_576)
    throw new Error(`${reader.what}: Argon2 memory ${memoryKiB} KiB`);
  if (passes < 3 || passes > 10) throw new Error(`${reader.what}: ${passes} Argon2 passes`);
  if (lanes < 1 || lanes > 4) throw new Error(`${reader.what}: ${lanes} Argon2 lanes`);
  return { bytes, memoryKiB, passes, lanes, salt };
}

export function argon2id(message: Uint8Array, cost: Argon2): Uint8Array {
  return new Uint8Array(
    argon2Sync("argon2id", {
      message,
      nonce: cost.salt,
      parallelism: cost.lanes,
      tagLength: 32,
      memory: cost.memoryKiB,
      passes: cost.passes,
    }),
  );
}

// --- Ed25519 ---

export function verifySignature(
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  what: string,
): void {
  let good: boolean;
  try {
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
    good = verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
  } catch {
    good = false;
  }
  if (!good) throw new Error(`${what}: the signature is wrong`);
}

export function signingPublicKey(seed: Uint8Array): Uint8Array {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(12));
}

// --- HPKE ---

const view = (data: ArrayBufferLike | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);

const buffer = (...parts: readonly Uint8Array[]): ArrayBuffer => new Uint8Array(join(...parts)).buffer;

/** AEAD 0x0003 for the HPKE library, made from Node's own cipher. */
const chaCha20Poly1305: AeadInterface = {
  id: AeadId.Chacha20Poly1305,
  keySize: 32,
  nonceSize: 12,
  tagSize: 16,
  createEncryptionContext(key) {
    const secret = Uint8Array.from(view(key));
    return {
      async seal(iv, data, aad) {
        const cipher = createCipheriv("chacha20-poly1305", secret, view(iv), { authTagLength: 16 });
        cipher.setAAD(view(aad), { plaintextLength: data.byteLength });
        const body = cipher.update(view(data));
        return buffer(body, cipher.final(), cipher.getAuthTag());
      },
      async open(iv, data, aad) {
        const body = view(data).subarray(0, -16);
        const cipher = createDecipheriv("chacha20-poly1305", secret, view(iv), { authTagLength: 16 });
        cipher.setAAD(view(aad), { plaintextLength: body.length });
        cipher.setAuthTag(view(data).subarray(-16));
        return buffer(cipher.update(body), cipher.final());
      },
    };
  },
};

const hpkeSuite: CipherSuite = new CipherSuite({
  kem: new XWing(),
  kdf: new HkdfSha256(),
  aead: chaCha20Poly1305,
});

/** The X-Wing public key of a 32-byte seed. */
export async function kemPublicKey(seed: Uint8Array): Promise<Uint8Array> {
  const pair = await new XWing().generateKeyPairDerand(Uint8Array.from(seed));
  return new Uint8Array(await hpkeSuite.kem.serializePublicKey(pair.publicKey));
}

/** Opens the one message of an HPKE context; undefined if it does not open. */
export async function hpkeOpen(
  seed: Uint8Array,
  encapsulated: Uint8Array,
  info: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array = zeros(0),
): Promise<Uint8Array | undefined> {
  const recipientKey = await hpkeSuite.kem.deserializePrivateKey(buffer(seed));
  try {
    const context = await hpkeSuite.createRecipientContext({
      recipientKey,
      enc: buffer(encapsulated),
      info: buffer(info),
    });
    return new Uint8Array(await context.open(buffer(ciphertext), buffer(aad)));
  } catch {
    return undefined;
  }
}

// --- AES-GCM and the layer made of it ---

/** AES-GCM without associated data, the tag at the end; undefined if it does not open. */
export function openAesGcm(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < 16) return undefined;
  const cipher = createDecipheriv(key.length === 16 ? "aes-128-gcm" : "aes-256-gcm", key, nonce, {
    authTagLength: 16,
  });
  cipher.setAuthTag(sealed.subarray(-16));
  try {
    return join(cipher.update(sealed.subarray(0, -16)), cipher.final());
  } catch {
    return undefined;
  }
}

const chunk = 16_384;

/** Bytes of a whole Cobblestone message. */
export const cobblestoneSize = (plain: number): number => 56 + plain + 16 * (Math.floor(plain / chunk) + 1);

/** Opens a Cobblestone message: -128 with a key of 16 bytes, -256 with one of 32. */
export function openCobblestone(
  aead: "AEAD_AES_128_GCM" | "AEAD_AES_256_GCM",
  inputKey: Uint8Array,
  context: Uint8Array,
  sealed: Uint8Array,
  what: string,
): Uint8Array {
  const size = aead === "AEAD_AES_128_GCM" ? 16 : 32;
  if (inputKey.length !== size) throw new Error(`${what}: a key of ${inputKey.length} bytes`);
  if (sealed.length < 56 + 16) throw new Error(`${what}: too short`);
  const salt = sealed.subarray(0, 24);
  const info = join(text("c2sp.org/chunked-encryption@v1+"), text(aead), u8(0), salt, context);
  const derived = expand(inputKey, info, size + 12 + 32);
  const key = derived.subarray(0, size);
  const baseNonce = derived.subarray(size, size + 12);
  if (!equal(derived.subarray(size + 12), sealed.subarray(24, 56)))
    throw new Error(`${what}: does not open (commitment)`);

  const plain: Uint8Array[] = [];
  for (let i = 0, at = 56; ; i++, at += chunk + 16) {
    const body = sealed.subarray(at, at + chunk + 16);
    const nonce = join(zeros(4), integer(i, 8)).map((byte, j) => byte ^ (baseNonce[j] ?? 0));
    const opened = openAesGcm(key, nonce, body);
    if (opened === undefined) throw new Error(`${what}: does not open (chunk ${i})`);
    plain.push(opened);
    if (opened.length < chunk) return join(...plain);
  }
}

/** Box of section 4. */
export function openBox(key: Uint8Array, context: Uint8Array, box: Uint8Array, what: string): Uint8Array {
  return openCobblestone("AEAD_AES_256_GCM", key, context, box, what);
}

/** SHA-256 after a label: how the format makes its names and checks. */
export function labelled(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(label(name), ...parts);
}
