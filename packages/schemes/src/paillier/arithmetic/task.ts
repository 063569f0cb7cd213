import type { Bounds, Packing } from "./packing.ts";
import type { Primes } from "./decryption.ts";

/**
 * A run of ciphertexts' worth of work, with every random number that it needs: a worker holds no generator, and the
 * same task gives the same bytes everywhere. Ciphertexts stand one after the other, each twice as long as n.
 */
export type Task = EncryptTask | DecryptTask | CombineTask | TotalTask;

/** The public half of the arithmetic. */
export interface PublicNumbers {
  /** n, most significant byte first. */
  readonly n: Uint8Array;
  /** h^n modulo n²: its powers are the noise. */
  readonly noiseBase: Uint8Array;
}

/** Fresh noise, one exponent a ciphertext. */
export interface Noise {
  /** Exponents one after the other. */
  readonly exponents: Uint8Array;
  readonly exponentBytes: number;
  /** 8 for long jobs: a bigger table, made once, and fewer products. */
  readonly digitBits: 4 | 8;
}

export interface EncryptTask {
  readonly type: "encrypt";
  readonly key: PublicNumbers;
  readonly values: Float64Array;
  readonly packing: Packing;
  readonly noise: Noise;
}

export interface DecryptTask {
  readonly type: "decrypt";
  readonly primes: Primes;
  readonly ciphertexts: Uint8Array;
  /** Values in them, all told. */
  readonly count: number;
  readonly packing: Packing;
  readonly bounds: Bounds;
  /** Random numbers, `BLIND_BYTES` a ciphertext. */
  readonly blinds: Uint8Array;
}

/** Σ weight · input + constant, value by value. */
export interface CombineTask {
  readonly type: "combine";
  readonly key: PublicNumbers;
  readonly inputs: readonly Uint8Array[];
  readonly weights: readonly number[];
  readonly constant: number;
  readonly count: number;
  readonly packing: Packing;
  readonly noise: Noise;
}

/** Σ weightᵢ · valueᵢ over ciphertexts that hold one value each: one ciphertext. */
export interface TotalTask {
  readonly type: "total";
  readonly key: PublicNumbers;
  readonly ciphertexts: Uint8Array;
  readonly weights: Float64Array;
}

/** What a task gives: ciphertexts, or the values of a decryption; `null` where a value broke its bounds. */
export type TaskResult = Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer> | null;

export const BLIND_BYTES = 16;
