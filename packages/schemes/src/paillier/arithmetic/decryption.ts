import { fromBytes, inverse, modulo } from "./integers.ts";
import type { PowersOf } from "./powers.ts";

/** The primes of a private key, each half as long as n. */
export interface Primes {
  readonly p: Uint8Array;
  readonly q: Uint8Array;
}

/**
 * Decryption modulo p² and q², put together by the Chinese remainder theorem (Paillier 1999, section 7).
 * With g = n + 1, L(g^(p−1) mod p²) is −q mod p.
 */
export class Decryption {
  readonly n: bigint;
  readonly #halves: readonly [Half, Half];
  readonly #qInverse: bigint;

  constructor(primes: Primes, powersOf: PowersOf) {
    const p = fromBytes(primes.p);
    const q = fromBytes(primes.q);
    this.n = p * q;
    this.#halves = [halfOf(p, q, powersOf), halfOf(q, p, powersOf)];
    this.#qInverse = inverse(q, p)!;
  }

  /**
   * The plaintext from 0 to n − 1.
   * @param blind a fresh random number: without it, a plaintext of zero would be a special case of the power
   */
  decrypt(ciphertext: bigint, blind: bigint): bigint {
    const { n } = this;
    const blinded = ciphertext * (1n + blind * n);
    const [[p, ofP], [q, ofQ]] = this.#halves.map((half) => [half.prime, plaintextModulo(half, blinded)]) as [
      [bigint, bigint],
      [bigint, bigint],
    ];
    return modulo(ofQ + q * modulo((ofP - ofQ) * this.#qInverse, p) - blind, n);
  }
}

interface Half {
  readonly prime: bigint;
  readonly square: bigint;
  readonly factor: bigint;
  readonly power: (base: bigint) => bigint;
}

function halfOf(prime: bigint, other: bigint, powersOf: PowersOf): Half {
  const square = prime * prime;
  return { prime, square, factor: inverse(-other, prime)!, power: powersOf(prime - 1n, square) };
}

function plaintextModulo({ prime, square, factor, power }: Half, ciphertext: bigint): bigint {
  return (((power(ciphertext % square) - 1n) / prime) * factor) % prime;
}
