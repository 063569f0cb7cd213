import type { Engine } from "@chirograph/engine/interface";
import { bitLength, fromBytes, gcd, power, toBytes } from "./arithmetic/integers.ts";
import { type KeyBits, makePublicKey, type PrivateKey } from "./key.ts";

/** Small factors of p − 1 that the base of the noise is checked against. */
const LARGEST_SMALL_FACTOR = 65_536;

/**
 * A new key with p ≡ q ≡ 3 modulo 4 and gcd(p − 1, q − 1) = 2, as Damgård, Jurik and Nielsen have it: then a number
 * −x² generates all of Jacobi symbol 1, up to the few x that the check of its order finds.
 */
export async function createPrivateKey(engine: Engine, bits: KeyBits): Promise<PrivateKey> {
  const [p, q] = await findPrimes(bits);
  const n = p * q;
  const h = findGenerator(engine, p, q, bits);
  const publicKey = await makePublicKey(engine, n, power(h, n, n * n));
  return { publicKey, primes: { p: toBytes(p, bits / 16), q: toBytes(q, bits / 16) } };
}

/** Two primes that fit each other, the larger one first. */
async function findPrimes(bits: KeyBits): Promise<[bigint, bigint]> {
  const candidates: bigint[] = [];
  for (;;) {
    for (const prime of await platformPrimes(bits)) {
      if (prime % 4n !== 3n) continue;
      const other = candidates.find((candidate) => fit(prime, candidate, bits));
      if (other !== undefined) return prime > other ? [prime, other] : [other, prime];
      candidates.push(prime);
    }
  }
}

/** FIPS 186-5 wants primes that are not near each other. */
function fit(p: bigint, q: bigint, bits: KeyBits): boolean {
  const distance = p > q ? p - q : q - p;
  return distance >> BigInt(bits / 2 - 100) > 0n && bitLength(p * q) === bits && gcd(p - 1n, q - 1n) === 2n;
}

/** The platform makes primes for RSA, and makes them well: those of a key that is used for nothing else. */
async function platformPrimes(bits: KeyBits): Promise<[bigint, bigint]> {
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: bits,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  const { p, q } = await crypto.subtle.exportKey("jwk", privateKey);
  return [fromBase64Url(p!), fromBase64Url(q!)];
}

function fromBase64Url(text: string): bigint {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  let value = 0n;
  for (const character of text) value = (value << 6n) | BigInt(alphabet.indexOf(character));
  // Bytes end within the last character: what is beyond them is zero.
  return value >> BigInt((6 * text.length) % 8);
}

/** A number −x² modulo n whose order has every small factor that it can have. */
function findGenerator(engine: Engine, p: bigint, q: bigint, bits: KeyBits): bigint {
  const n = p * q;
  const factors = [p, q].map((prime) => ({ prime, factors: smallOddFactors(prime - 1n) }));
  for (;;) {
    // 16 bytes more than n has, so that the remainder is as good as even.
    const x = fromBytes(engine.randomBytes(bits / 8 + 16)) % n;
    const h = n - ((x * x) % n);
    const isWhole = factors.every(({ prime, factors: ofPrime }) =>
      ofPrime.every((factor) => power(h, (prime - 1n) / factor, prime) !== 1n),
    );
    if (isWhole && gcd(h, n) === 1n) return h;
  }
}

function smallOddFactors(value: bigint): bigint[] {
  const factors: bigint[] = [];
  let rest = value;
  for (let factor = 3; factor < LARGEST_SMALL_FACTOR; factor += 2) {
    const divisor = BigInt(factor);
    if (rest % divisor !== 0n) continue;
    factors.push(divisor);
    while (rest % divisor === 0n) rest /= divisor;
  }
  return factors;
}
