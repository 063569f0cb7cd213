/**
 * The one interface through which everything above the ground reaches a primitive.
 *
 * Calls come in batches (many chunks, many blocks), so that a worker pool or a SIMD kernel can stand
 * behind them. Every implementation gives the same bytes for the same input; only `randomBytes`,
 * and what is built on it (`hpkeSeal`), differ from call to call.
 *
 * Nothing here throws for a wrong key or a damaged message: those answers are `null` or `false`, and the
 * caller decides what they mean. Arguments of the wrong shape throw a `RangeError`: they are a defect of
 * the caller, never of the data.
 */
export interface Engine {
  /** `lengthBytes` bytes (0 to 65 536) from the platform's cryptographic generator. */
  randomBytes(lengthBytes: number): Uint8Array<ArrayBuffer>;

  /** True when both have the same length and content; the time taken depends on the length alone. */
  constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean;

  /** SHA-256 (FIPS 180-4) of the concatenation of `parts`: 32 bytes. */
  sha256(parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>>;

  /** SHA-256 of `prefix ‖ block` for every block, in order: 32 bytes each. */
  sha256Each(request: HashEachRequest): Promise<Uint8Array<ArrayBuffer>[]>;

  /** HKDF-SHA-512 (RFC 5869), extract and expand, without a salt. */
  hkdfSha512(request: HkdfRequest): Promise<Uint8Array<ArrayBuffer>>;

  /** HKDF-Expand with SHA-512 (RFC 5869, section 2.3) straight from a pseudorandom key of any length ≥ 1. */
  hkdfExpandSha512(request: HkdfExpandRequest): Promise<Uint8Array<ArrayBuffer>>;

  /** The same under one key for every info, in order. */
  hkdfExpandEachSha512(request: HkdfExpandEachRequest): Promise<Uint8Array<ArrayBuffer>[]>;

  /** Argon2id version 1.3 (RFC 9106), without secret value or associated data. */
  argon2id(request: Argon2Request): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * AES-GCM over a run of chunks, each under its own nonce: `baseNonce` XOR the chunk's index as a
   * big-endian integer (C2SP chunked-encryption, "AEAD usage"). No associated data.
   * @returns ciphertext ‖ 16-byte tag of every chunk, one after the other
   */
  sealChunks(request: ChunksRequest): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * The inverse of `sealChunks`; here every chunk of `data` carries its tag.
   * @returns the plaintext of all chunks, or `null` as soon as one tag does not match: then nothing is released
   */
  openChunks(request: ChunksRequest): Promise<Uint8Array<ArrayBuffer> | null>;

  /**
   * AES-GCM over one message of any length that comes as a stream (the classic profile).
   * Where the platform cannot stream GCM (a browser), the message is held in memory.
   * @returns the ciphertext in pieces, the 16-byte tag as the last bytes
   */
  gcmEncrypt(request: GcmStreamRequest): AsyncIterable<Uint8Array<ArrayBuffer>>;

  /** First pass of opening: true when `tag` is right for the whole ciphertext. Releases no plaintext. */
  gcmAuthenticate(request: GcmOpenRequest): Promise<boolean>;

  /**
   * Second pass of opening, only ever after `gcmAuthenticate` was true for the same bytes. The tag is
   * checked again at the end: the iteration throws `GcmMismatch` if the bytes changed in between.
   */
  gcmDecrypt(request: GcmOpenRequest): AsyncIterable<Uint8Array<ArrayBuffer>>;

  /** The public half (1,216 bytes) of the X-Wing key pair that a 32-byte seed gives. */
  hpkePublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * HPKE (RFC 9180) in base mode, one message, no associated data: KEM X-Wing (0x647a),
   * KDF HKDF-SHA256 (0x0001), AEAD ChaCha20-Poly1305 (0x0003).
   * @returns `encapsulated` (1,120 bytes) and `ciphertext` (plaintext + 16 bytes); `null` for a public key that is none
   */
  hpkeSeal(request: HpkeSealRequest): Promise<HpkeMessage | null>;

  /** The inverse of `hpkeSeal`; `null` when the message does not open under this key and info. */
  hpkeOpen(request: HpkeOpenRequest): Promise<Uint8Array<ArrayBuffer> | null>;

  /** The Ed25519 public key (32 bytes) of a 32-byte seed (RFC 8032, section 5.1.5). */
  ed25519PublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;

  /** Ed25519 signature: 64 bytes. */
  ed25519Sign(request: {
    readonly seed: Uint8Array;
    readonly message: Uint8Array;
  }): Promise<Uint8Array<ArrayBuffer>>;

  /** True when the signature is valid; a public key or signature of the wrong length is simply not valid. */
  ed25519Verify(request: SignatureCheck): Promise<boolean>;

  /**
   * The erasure kernel: linear combinations over GF(2⁸). Output r is the sum over c of
   * `matrix[r][c] · inputs[c]`, byte by byte.
   * @returns one block per row of the matrix, each as long as the inputs
   */
  combine(request: CombineRequest): Promise<Uint8Array<ArrayBuffer>[]>;

  /** Says that stripes of a message of this length are about to come: what takes a moment to begin is begun. */
  expectStripes(sealedBytes: number): void;

  /**
   * Seals a message and cuts it in one pass: what `sealChunks`, `combine` and `sha256Each` give, for many stripes at
   * once and, where the platform has them, on other threads.
   * @returns all stripes in their order, a few at a time; each lot is valid only until the next one is asked for
   */
  sealStripes(request: SealStripesRequest): AsyncGenerator<SealedStripes, void, void>;

  /**
   * The way back, for stripes of which k blocks are as they were signed: checks their leaves, makes the data blocks
   * that are not among them, and opens the chunks that lie in those stripes whole.
   * @returns plaintext in order, each piece after its tag. Ends early, without an error, where `read` gave false or a
   *   block, a tag or the zeros behind the message are not what they must be: the caller, who wants to know which, looks.
   */
  openStripes(request: OpenStripesRequest): AsyncGenerator<OpenedStripes, void, void>;
}

/** How a sealed message lies in stripes (docs/format.md, section 8). Sizes in bytes. */
export interface StripeShape {
  /** k: so many blocks of a stripe hold the message. */
  readonly needed: number;
  /** Of a block in every stripe but the last. */
  readonly blockBytes: number;
  readonly stripes: number;
  readonly lastBlockBytes: number;
  /** Of the whole message: what stands before the chunks, and the sealed chunks. */
  readonly sealedBytes: number;
}

/** A message of chunks, dealt in stripes. */
export interface StripedMessage extends Omit<ChunksRequest, "firstIndex" | "data"> {
  /** What stands before the first chunk. */
  readonly header: Uint8Array;
  readonly shape: StripeShape;
  /** Stands before every block where its leaf is hashed with SHA-256. */
  readonly leafPrefix: Uint8Array;
}

/** So much are the blocks together, about, that are worked on at a time: a refusal takes no more with it. */
export const RUN_BYTES = 8_388_608;

export interface SealStripesRequest extends StripedMessage {
  /** Rows that make the other blocks of a stripe out of its k. */
  readonly parity: readonly Uint8Array[];
  /**
   * The plaintext: exactly as much as the shape says, in pieces that are each read before the next one is asked for.
   * Where `next` is given memory, the next piece may be written to its beginning and given as a view of it: it is then
   * where it is to be. Such memory is never empty, may be shared with threads, and is lent until `next` is called again.
   */
  readonly data: AsyncIterable<Uint8Array>;
}

/** Stripes `[firstStripe, endStripe)`. */
export interface SealedStripes {
  readonly firstStripe: number;
  readonly endStripe: number;
  /** Of each of the n fragments its blocks of these stripes, one behind the other. */
  readonly fragments: readonly Uint8Array[];
  /** Of each fragment its leaf hashes, one a stripe. */
  readonly leaves: readonly (readonly Uint8Array[])[];
}

/** Which k fragments a message is read from, and how the data blocks that they lack are made. */
export interface StripeCode {
  /** Indices of k fragments. */
  readonly present: readonly number[];
  /** Indices of the data fragments that are not among them. */
  readonly absent: readonly number[];
  /** A row for each absent one, a column for each present one. */
  readonly rows: readonly Uint8Array[];
}

export interface OpenStripesRequest extends StripedMessage {
  readonly code: StripeCode;
  readonly firstStripe: number;
  readonly endStripe: number;
  /**
   * Fills `target` with blocks of a present fragment, by its position among them, from stripe `firstStripe` on; false
   * where they cannot be had. Nothing is written to it once the promise settled.
   */
  read(position: number, firstStripe: number, target: Uint8Array): Promise<boolean>;
  /** The leaf that such a block must have. */
  leaf(position: number, stripe: number): Uint8Array;
  /** Plaintext is lent: a view that is valid until the next one is asked for, in place of a copy. */
  readonly lend?: boolean | undefined;
}

export interface OpenedStripes {
  /** Where `plain` begins in the plaintext. */
  readonly offset: number;
  readonly plain: Uint8Array;
  /** Leaves of blocks that were made for it: by position among the absent ones, one a stripe from `firstStripe` on. */
  readonly firstStripe: number;
  readonly made: readonly (readonly Uint8Array[])[];
}

export interface HashEachRequest {
  readonly prefix: Uint8Array;
  readonly blocks: readonly Uint8Array[];
}

export interface HkdfRequest {
  readonly inputKey: Uint8Array;
  readonly info: Uint8Array;
  readonly lengthBytes: number;
}

export interface HkdfExpandRequest {
  readonly pseudorandomKey: Uint8Array;
  readonly info: Uint8Array;
  readonly lengthBytes: number;
}

export interface HkdfExpandEachRequest extends Omit<HkdfExpandRequest, "info"> {
  readonly infos: readonly Uint8Array[];
}

export interface Argon2Request {
  readonly password: Uint8Array;
  /** At least 8 bytes. */
  readonly salt: Uint8Array;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  readonly lengthBytes: number;
}

export interface ChunksRequest {
  /** 16 or 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly baseNonce: Uint8Array;
  /** Index of the first chunk in `data`, below 2³⁸. */
  readonly firstIndex: number;
  /** Plaintext bytes of a full chunk. Only the last chunk of `data` may be shorter. */
  readonly chunkBytes: number;
  /**
   * The chunks, one after the other. An empty `data` stands for one empty chunk when sealing; when
   * opening, every chunk has at least its tag.
   */
  readonly data: Uint8Array;
}

export interface GcmStreamRequest {
  /** 16 or 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never used before with this key. */
  readonly nonce: Uint8Array;
  /** Pieces of any size; each is read before the next one is asked for, so a source may use its memory again. */
  readonly data: AsyncIterable<Uint8Array>;
}

export interface GcmOpenRequest extends GcmStreamRequest {
  /** 16 bytes; `data` is the ciphertext without it. */
  readonly tag: Uint8Array;
}

/** The ciphertext changed between the two passes of opening a GCM message. */
export class GcmMismatch extends Error {
  override readonly name = "GcmMismatch";
}

export interface HpkeMessage {
  readonly encapsulated: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

export interface HpkeSealRequest {
  /** 1,216 bytes. */
  readonly publicKey: Uint8Array;
  readonly info: Uint8Array;
  readonly plaintext: Uint8Array;
}

export interface HpkeOpenRequest extends HpkeMessage {
  /** 32 bytes. */
  readonly seed: Uint8Array;
  readonly info: Uint8Array;
}

export interface SignatureCheck {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface CombineRequest {
  /** Rows of coefficients, each as long as `inputs`. */
  readonly matrix: readonly Uint8Array[];
  /** Blocks of one common length. */
  readonly inputs: readonly Uint8Array[];
}
