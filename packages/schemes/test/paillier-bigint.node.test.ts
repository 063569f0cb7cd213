import { createPrivateKey, multipleOf, sumOf } from "@chirograph/schemes/paillier";
import { PrivateKey, PublicKey } from "paillier-bigint";
import { describe, expect, it } from "vitest";
import { fromBytes, inverse, toBytes } from "../src/paillier/arithmetic/integers.ts";
import { pack } from "../src/paillier/arithmetic/packing.ts";
import { engine, rowOf, usePaillier } from "./fixtures.ts";

const paillier = usePaillier();
const key = await createPrivateKey(engine, 2048);
const [n, p, q] = [key.publicKey.n, key.primes.p, key.primes.q].map(fromBytes) as [bigint, bigint, bigint];
const lambda = ((p - 1n) * (q - 1n)) / 2n;
const theirPublic = new PublicKey(n, n + 1n);
/** Without the primes, it decrypts by λ and μ: another way than ours. */
const theirPrivate = new PrivateKey(lambda, inverse(lambda, n)!, theirPublic);

describe("beside paillier-bigint", () => {
  it("what we encrypt, add and multiply, they open", async () => {
    const values = [0, 1, 65_535, 12_345];
    const plan = { shape: rowOf(4), bounds: { min: 0, max: 65_535 } };
    const matrix = await paillier.encrypt(key.publicKey, values, plan);
    expect(theirPrivate.decrypt(fromBytes(matrix.ciphertexts))).toBe(pack(values, 33));
    const computed = await paillier.combine(key.publicKey, {
      ...sumOf([matrix, await paillier.combine(key.publicKey, multipleOf(matrix, 3))]),
    });
    const expected = values.map((value) => 4 * value);
    expect(theirPrivate.decrypt(fromBytes(computed.ciphertexts))).toBe(pack(expected, 33));
  });

  it("what they encrypt, add and multiply, we open", async () => {
    const values = [7, -8, 9];
    const plan = { shape: rowOf(3), bounds: { min: -100, max: 100 }, perCiphertext: 1 };
    const ours = await paillier.encrypt(key.publicKey, values, plan);
    const sealed = values.map((value) => theirPublic.encrypt((BigInt(value) + n) % n));
    const theirs = sealed.map((ciphertext) =>
      theirPublic.addition(theirPublic.multiply(ciphertext, 5n), theirPublic.encrypt(1n)),
    );
    const ciphertexts = new Uint8Array(theirs.flatMap((ciphertext) => [...toBytes(ciphertext, 512)]));
    expect([...(await paillier.decrypt(key, { ...ours, ciphertexts }))]).toEqual([36, -39, 46]);
  });
});
