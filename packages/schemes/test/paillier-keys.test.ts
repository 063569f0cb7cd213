import {
  createPrivateKey,
  encodePrivateKey,
  encodePublicKey,
  parsePrivateKey,
  parsePublicKey,
  requireKeyBits,
} from "@chirograph/schemes/paillier";
import { describe, expect, it } from "vitest";
import { bitLength, fromBytes, gcd, power, toBytes } from "../src/paillier/arithmetic/integers.ts";
import { makePublicKey } from "../src/paillier/key.ts";
import { engine, expectCode } from "./fixtures.ts";

const key = await createPrivateKey(engine, 2048);
const encoded = encodePublicKey(key.publicKey);
const encodedPrivate = encodePrivateKey(key);

describe("paillier keys", () => {
  it("have primes as Damgård, Jurik and Nielsen want them, and a base of noise that encrypts zero", () => {
    const [p, q] = [fromBytes(key.primes.p), fromBytes(key.primes.q)];
    const n = fromBytes(key.publicKey.n);
    expect(p * q).toBe(n);
    expect(bitLength(n)).toBe(2048);
    expect([p % 4n, q % 4n]).toEqual([3n, 3n]);
    expect(gcd(p - 1n, q - 1n)).toBe(2n);
    const base = fromBytes(key.publicKey.noiseBase);
    const lambda = ((p - 1n) * (q - 1n)) / 2n;
    expect(power(base, lambda, n * n)).toBe(1n);
    // A proper order: no small part of it is missing, and −x² is no square modulo either prime.
    for (const prime of [p, q]) expect(power(base, (prime - 1n) / 2n, prime)).toBe(prime - 1n);
    const smallOrders = [p, q].flatMap((prime) =>
      [3n, 5n, 7n, 11n, 13n]
        .filter((factor) => (prime - 1n) % factor === 0n)
        .map((factor) => power(base, (prime - 1n) / factor, prime)),
    );
    expect(smallOrders).not.toContain(1n);
  });

  it("of fewer than 2048 bits are refused, and so are other sizes", async () => {
    for (const bits of [0, 512, 1024, 2047, 2049, 4096]) {
      await expectCode(() => requireKeyBits(bits), "out-of-limits");
    }
    expect(requireKeyBits(2048)).toBe(2048);
    expect(requireKeyBits(3072)).toBe(3072);
    const short = new Uint8Array(encoded);
    short.set([4, 0], "paillier key".length + 1);
    await expectCode(() => parsePublicKey(engine, short), "out-of-limits");
  });

  it("encode again to the bytes that they were read from", async () => {
    expect(encodePublicKey(await parsePublicKey(engine, encoded))).toEqual(encoded);
    expect(encodePrivateKey(await parsePrivateKey(engine, encodedPrivate))).toEqual(encodedPrivate);
    expect((await parsePublicKey(engine, encoded)).id).toEqual(key.publicKey.id);
  });

  it("that are cut short, longer, of another kind or of another version are refused", async () => {
    for (const length of [0, 5, 12, 15, encoded.length - 1]) {
      await expectCode(() => parsePublicKey(engine, encoded.subarray(0, length)), "malformed");
    }
    await expectCode(() => parsePublicKey(engine, new Uint8Array([...encoded, 0])), "malformed");
    await expectCode(() => parsePublicKey(engine, encodedPrivate), "malformed");
    await expectCode(() => parsePrivateKey(engine, encoded), "malformed");
    await expectCode(() => parsePublicKey(engine, encoded.with(0, 0)), "malformed");
    await expectCode(() => parsePublicKey(engine, encoded.with("paillier key".length, 2)), "unsupported");
  });

  it("with numbers that cannot be are refused", async () => {
    const { n } = key.publicKey;
    const square = fromBytes(n) ** 2n;
    const at = encoded.length - 512;
    const withBase = (base: bigint): Uint8Array => {
      const changed = new Uint8Array(encoded);
      changed.set(toBytes(base, 512), at);
      return changed;
    };
    const multiple = fromBytes(key.primes.p) * 5n;
    for (const base of [0n, 1n, square - 1n, square, square + 7n, multiple]) {
      await expectCode(() => parsePublicKey(engine, withBase(base)), "malformed");
    }
    await expectCode(() => parsePublicKey(engine, encoded.with(at - 1, encoded[at - 1]! & 254)), "malformed");
    await expectCode(() => parsePublicKey(engine, encoded.with(at - 256, 1)), "malformed");
  });

  it("whose halves do not belong together are refused", async () => {
    const other = await createPrivateKey(engine, 2048);
    const mixed = encodePrivateKey({ publicKey: key.publicKey, primes: other.primes });
    await expectCode(() => parsePrivateKey(engine, mixed), "malformed");
    const { p, q } = key.primes;
    const swapped = encodePrivateKey({ publicKey: key.publicKey, primes: { p: q, q: p } });
    await expectCode(() => parsePrivateKey(engine, swapped), "malformed");
    // An encryption of one would shift whatever is encrypted under it.
    const n = fromBytes(key.publicKey.n);
    const shifting = (fromBytes(key.publicKey.noiseBase) * (1n + n)) % (n * n);
    const publicKey = await makePublicKey(engine, n, shifting);
    await expectCode(() => parsePrivateKey(engine, encodePrivateKey({ ...key, publicKey })), "malformed");
  });
});
