export interface Outcome {
  readonly bytes: number;
  /** Sealing and cutting the whole file, in milliseconds. */
  readonly sealedMs: number;
  readonly fragmentsBytes: number;
  /** What WebCrypto alone does with chunks of 16 KiB, 32 in flight, in bytes a millisecond. */
  readonly webCryptoPace: number;
}
