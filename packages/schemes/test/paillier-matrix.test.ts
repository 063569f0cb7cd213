import {
  createPrivateKey,
  encodeMatrix,
  type EncryptedMatrix,
  matrixSize,
  parseMatrix,
  plannedHeader,
  SchemeError,
} from "@chirograph/schemes/paillier";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes, toBytes } from "../src/paillier/arithmetic/integers.ts";
import { engine, expectCode, rowOf, usePaillier } from "./fixtures.ts";

const paillier = usePaillier();
const key = await createPrivateKey(engine, 2048);
const { publicKey } = key;
const about = new Uint8Array([1, 2, 3]);
const plan = { shape: rowOf(100), bounds: { min: -5, max: 250 }, decimals: 1, about };
const values = Array.from({ length: 100 }, (_, index) => ((index * 7) % 256) - 5);
const matrix = await paillier.encrypt(publicKey, values, plan);
const encoded = encodeMatrix(matrix);
/** Where the fields stand: after the name, the version and the key's id. */
const AT_BITS = "paillier matrix".length + 1 + 32;

function withBytes(at: number, ...bytes: number[]): Uint8Array {
  const changed = new Uint8Array(encoded);
  changed.set(bytes, at);
  return changed;
}

function withCiphertext(index: number, value: bigint): EncryptedMatrix {
  const ciphertexts = new Uint8Array(matrix.ciphertexts);
  ciphertexts.set(toBytes(value, 512), index * 512);
  return { ...matrix, ciphertexts };
}

describe("an encrypted matrix", () => {
  it("has the size that the formula says: packed, and one value a ciphertext", async () => {
    // 256 values need 9 bits with their sign, 16 more are room: 81 of them in 2,046 bits.
    expect(matrix.packing).toEqual({ slotBits: 25, perCiphertext: 81 });
    const header = AT_BITS + 2 + 4 + 4 + 4 + 2 + 1 + 2 + 8 + 8 + 1 + 8 + 2;
    expect(encoded).toHaveLength(header + about.length + Math.ceil(100 / 81) * 512);
    expect(matrixSize(matrix)).toBe(encoded.length);
    const perPixel = await paillier.encrypt(publicKey, values, { ...plan, perCiphertext: 1 });
    expect(encodeMatrix(perPixel)).toHaveLength(header + about.length + 100 * 512);
    expect(matrixSize(perPixel)).toBe(encodeMatrix(perPixel).length);
  });

  it("encodes again to the bytes that it was read from", () => {
    expect(encodeMatrix(parseMatrix(encoded))).toEqual(encoded);
    expect(parseMatrix(encoded)).toEqual(matrix);
  });

  it("with any byte changed is refused, or encodes to just those bytes", () => {
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.nat(255), (at, value) => {
        const changed = withBytes(at, value);
        const parsed = (() => {
          try {
            return parseMatrix(changed);
          } catch (error) {
            if (error instanceof SchemeError) return undefined;
            throw error;
          }
        })();
        expect(parsed === undefined ? changed : encodeMatrix(parsed)).toEqual(changed);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when it is cut short, longer or of another version", async () => {
    for (const length of [0, 14, 15, 16, 60, 90, 102, encoded.length - 1]) {
      await expectCode(() => parseMatrix(encoded.subarray(0, length)), "malformed");
    }
    await expectCode(() => parseMatrix(new Uint8Array([...encoded, 0])), "malformed");
    await expectCode(() => parseMatrix(withBytes("paillier matrix".length, 2)), "unsupported");
  });

  it("is refused before any work when a field is outside its limits", async () => {
    const at = AT_BITS;
    const wrong: [string, Uint8Array][] = [
      ["1024 bits", withBytes(at, 4, 0)],
      ["no frames", withBytes(at + 2, 0, 0, 0, 0)],
      ["too many values", withBytes(at + 2, 255, 255, 255, 255)],
      ["no samples", withBytes(at + 14, 0, 0)],
      ["slots of one bit", withBytes(at + 16, 1)],
      ["slots of 55 bits", withBytes(at + 16, 55)],
      ["no values in a ciphertext", withBytes(at + 17, 0, 0)],
      ["more than a ciphertext holds", withBytes(at + 17, 0, 82)],
      ["bounds that do not fit", withBytes(at + 27, 0, 0, 0, 0, 1, 0, 0, 0)],
      ["bounds the wrong way round", withBytes(at + 27, 255, 255, 255, 255, 255, 255, 255, 0)],
      ["thirteen decimals", withBytes(at + 35, 13)],
      ["a divisor of zero", withBytes(at + 36, 0, 0, 0, 0, 0, 0, 0, 0)],
    ];
    for (const [, bytes] of wrong) await expectCode(() => parseMatrix(bytes), "out-of-limits");
    await expectCode(() => parseMatrix(withBytes(at + 36, 255)), "malformed");
  });

  it("is refused with a ciphertext outside the group, which is named", async () => {
    const n = fromBytes(publicKey.n);
    const p = fromBytes(key.primes.p);
    for (const value of [0n, n * n, n * n + 1n, n, 3n * p]) {
      await expectCode(() => paillier.decrypt(key, withCiphertext(1, value)), "not-in-group");
      await expect(paillier.decrypt(key, withCiphertext(1, value))).rejects.toThrow("Ciphertext 2");
    }
  });

  it("is refused by another key, and in one operation with matrices under another key", async () => {
    const other = await createPrivateKey(engine, 2048);
    await expectCode(() => paillier.decrypt(other, matrix), "wrong-key");
    // Whoever writes the other key's id into it gets nothing either: which refusal depends on which n is larger.
    await expect(
      paillier.decrypt(other, { ...matrix, key: other.publicKey.id }).catch(({ code }: SchemeError) => code),
    ).resolves.toMatch(/^(tampered|not-in-group)$/);
    const foreign = await paillier.encrypt(other.publicKey, values, plan);
    const both = { matrices: [matrix, foreign], weights: [1, 1], constant: 0, divideBy: 1 };
    await expectCode(() => paillier.combine(publicKey, both), "mixed-keys");
    const one = { matrices: [foreign], weights: [2], constant: 0, divideBy: 1 };
    await expectCode(() => paillier.combine(publicKey, one), "wrong-key");
  });

  it("is refused when a ciphertext was altered, or moved where another number of values lies", async () => {
    const first = fromBytes(matrix.ciphertexts.subarray(0, 512));
    await expectCode(() => paillier.decrypt(key, withCiphertext(0, first + 1n)), "tampered");
    await expectCode(() => paillier.decrypt(key, withCiphertext(1, first)), "tampered");
    await expectCode(() => paillier.decrypt(key, { ...matrix, bounds: { min: 0, max: 250 } }), "tampered");
  });

  it("cannot tell that a ciphertext was exchanged for another good one (a documented limit)", async () => {
    const stranger = await paillier.encrypt(publicKey, [1], {
      ...plan,
      shape: rowOf(1),
      bounds: { min: 1, max: 1 },
    });
    const swapped = await paillier.decrypt(key, withCiphertext(1, fromBytes(stranger.ciphertexts)));
    expect([...swapped.subarray(81, 84)]).toEqual([1, 0, 0]);
  });

  it("is refused where values or a plan are outside the limits", async () => {
    const few = { ...plan, shape: rowOf(3) };
    await expectCode(() => paillier.encrypt(publicKey, [1, 2, 251], few), "out-of-limits");
    await expectCode(() => paillier.encrypt(publicKey, [1, 2, -6], few), "out-of-limits");
    await expectCode(() => paillier.encrypt(publicKey, [1, 2, 0.5], few), "out-of-limits");
    await expectCode(() => plannedHeader(publicKey, { ...few, perCiphertext: 82 }), "out-of-limits");
    await expectCode(() => plannedHeader(publicKey, { ...few, perCiphertext: 0 }), "out-of-limits");
    await expectCode(() => plannedHeader(publicKey, { ...few, decimals: 13 }), "out-of-limits");
    await expectCode(
      () => plannedHeader(publicKey, { ...few, about: new Uint8Array(1025) }),
      "out-of-limits",
    );
    await expectCode(
      () => plannedHeader(publicKey, { ...few, bounds: { min: 0, max: 2 ** 53 } }),
      "out-of-limits",
    );
  });
});
