import { createHash, createPrivateKey, sign } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join as joinPath, relative, resolve, sep } from "node:path";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { loadVectors, vectorsMissing } from "../../test-support/vectors.ts";
import { hex, join, label, Reader, u8 } from "./bytes.ts";
import { decodeFolder } from "./decode.ts";
import { padme } from "./envelope.ts";
import { codeMatrix, dataBlocks, interpolate, multiply, multiplyMatrix } from "./field.ts";
import { stripesOf, treeOf } from "./fragments.ts";
import {
  fingerprint,
  judgeWord,
  parseRecipientLine,
  readRecipient,
  type Recipient,
  recipientLine,
} from "./identity.ts";
import {
  cobblestoneSize,
  hpkeOpen,
  kemPublicKey,
  openCobblestone,
  sha256,
  signingPublicKey,
} from "./primitives.ts";

const node = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1), left, right);
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

describe("field", () => {
  const data = ["0001", "0405", "0203", "0607", "0809"].map(bytes);
  const parity = ["0c0d", "0a0b", "0e0f", "5a5b", "5e5f"].map(bytes);

  test("makes the published parity of five blocks", () => {
    expect(multiplyMatrix(codeMatrix(10, 5), data)).toEqual([...data, ...parity]);
  });

  test("gets the data back from any five blocks of ten", () => {
    const matrix = codeMatrix(10, 5);
    const all = [...data, ...parity].map((block, i) => ({ i, block }));
    const choices = Array.from({ length: 1024 }, (_, bits) => all.filter(({ i }) => (bits >> i) & 1));
    const fives = choices.filter(({ length }) => length === 5);
    expect(fives).toHaveLength(252);
    expect(fives.map((five) => dataBlocks(matrix, five))).toEqual(fives.map(() => data));
  });

  test("joins shares of a polynomial", () => {
    const [secret, a, b] = [0x53, 0xca, 0x01] as const;
    const points = [1, 7, 64].map((x) => {
      const y = secret ^ multiply(a, x) ^ multiply(b, multiply(x, x));
      return { x, y: Uint8Array.of(y) };
    });
    expect(interpolate(points, 0)).toEqual(Uint8Array.of(secret));
  });
});

describe("sizes and trees", () => {
  test("Padmé rounds up by at most an eighth", () => {
    const lengths = [2, 3, 8, 9, 10, 255, 256, 257, 1000, 1025, 2 ** 20 + 1, 2 ** 40 + 1];
    expect(lengths.map(padme)).toEqual([2, 3, 8, 10, 10, 256, 256, 272, 1024, 1088, 1081344, 1116691496960]);
  });

  test("a message of a whole chunk ends with an empty one", () => {
    expect([0, 16_383, 16_384].map(cobblestoneSize)).toEqual([72, 16_455, 16_472]);
  });

  test("the last stripe has shorter blocks", () => {
    const stripe = { sealed: 20_480, block: 4096 };
    expect(stripesOf(2 * 20_480, 5, 4096)).toEqual([stripe, stripe]);
    expect(stripesOf(2 * 20_480 + 11, 5, 4096)).toEqual([stripe, stripe, { sealed: 11, block: 3 }]);
  });

  test("a tree of five leaves is cut after the fourth", () => {
    const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((each) => sha256(Uint8Array.of(0, each))) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(treeOf([a])).toEqual(a);
    expect(treeOf([a, b, c])).toEqual(node(node(a, b), c));
    expect(treeOf([a, b, c, d, e])).toEqual(node(node(node(a, b), node(c, d)), e));
  });
});

describe("the word", () => {
  test("is normalised before it is judged", () => {
    expect(judgeWord("e\u0301abcdfgh")).toEqual("\u00e9abcdfgh".split(""));
  });

  test.each(["abcdefg", "abcdefga", "abcd efgh", "abcd\u200defgh", "e\u0301abcdfg\u00e9", "\ud800abcdefg"])(
    "%j is refused",
    (word) => {
      expect(() => judgeWord(word)).toThrow("the word has");
    },
  );
});

describe("a recipient", () => {
  test("comes back from its line", async () => {
    const recipient = await fromSeeds();
    const line = recipientLine(recipient);
    expect(line).toHaveLength(11 + 1756);
    expect(parseRecipientLine(line)).toEqual(recipient);
    expect(fingerprint(recipient)).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  });

  test("is refused when a character of the line is another one", async () => {
    const line = recipientLine(await fromSeeds());
    for (const at of [0, 12, 900, line.length - 1]) {
      const other = line[at] === "A" ? "B" : "A";
      expect(() => parseRecipientLine(line.slice(0, at) + other + line.slice(at + 1))).toThrow();
    }
    expect(() => parseRecipientLine(`${line}\n`)).toThrow("damaged");
  });
});

/** Its seeds are 00 01 … 1f and 20 21 … 3f. */
async function fromSeeds(): Promise<Recipient> {
  const kemSeed = Uint8Array.from({ length: 32 }, (_, i) => i);
  const signSeed = kemSeed.map((byte) => byte + 32);
  const kem = await kemPublicKey(kemSeed);
  const signing = signingPublicKey(signSeed);
  const pkcs8 = Buffer.concat([bytes("302e020100300506032b657004220420"), signSeed]);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const proof = sign(null, join(label("recipient"), kem, signing), key);
  return readRecipient(new Reader(join(u8(1), kem, signing, proof), "recipient"));
}

describe.skipIf(vectorsMissing !== undefined)(`published vectors (${vectorsMissing ?? "there"})`, () => {
  interface ChunkedVector {
    readonly comment: string;
    readonly key: string;
    readonly ctx: string;
    readonly ct: string;
    readonly msgLength: number;
    readonly msgSha512: string;
    readonly result: "valid" | "invalid";
  }

  test.each([128, 256] as const)("Cobblestone-%i", async (bits) => {
    const name = `wycheproof/c2sp_chunked_encryption_aes_${bits}_gcm_test.json`;
    const { testGroups } = (await loadVectors(name)) as { testGroups: { tests: ChunkedVector[] }[] };
    const tests = testGroups.flatMap((group) => group.tests);
    expect(tests).toHaveLength(35);
    const outcomes = tests.map(({ comment, key, ctx, ct }) => {
      const sealed = new Uint8Array(inflateSync(bytes(ct)));
      try {
        const plain = openCobblestone(`AEAD_AES_${bits}_GCM`, bytes(key), bytes(ctx), sealed, comment);
        const digest = createHash("sha512").update(plain).digest("hex");
        return [comment, plain.length, digest, sealed.length];
      } catch {
        return [comment, "invalid"];
      }
    });
    const expected = tests.map(({ comment, msgLength, msgSha512, result }) =>
      result === "valid" ? [comment, msgLength, msgSha512, cobblestoneSize(msgLength)] : [comment, "invalid"],
    );
    expect(outcomes).toEqual(expected);
  });

  test("X-Wing public keys", async () => {
    const vectors = (await loadVectors("x-wing.json")) as { sk: string; pk: string }[];
    for (const { sk, pk } of vectors) expect(hex(await kemPublicKey(bytes(sk)))).toBe(pk);
  });

  test("HPKE with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305", async () => {
    interface HpkeVector {
      readonly kem_id: number;
      readonly kdf_id: number;
      readonly aead_id: number;
      readonly skRm: string;
      readonly enc: string;
      readonly info: string;
      readonly encryptions: { aad: string; ct: string; pt: string }[];
    }
    const all = (await loadVectors("hpke-pq.json")) as HpkeVector[];
    const ours = all.filter(
      ({ kem_id, kdf_id, aead_id }) => kem_id === 0x647a && kdf_id === 1 && aead_id === 3,
    );
    expect(ours).toHaveLength(1);
    for (const { skRm, enc, info, encryptions } of ours) {
      const { aad, ct, pt } = encryptions[0] ?? { aad: "", ct: "", pt: "" };
      const open = (text: string): Promise<Uint8Array | undefined> =>
        hpkeOpen(bytes(skRm), bytes(enc), bytes(info), bytes(text), bytes(aad));
      expect(await open(ct)).toEqual(bytes(pt));
      expect(await open(ct.replace(/.$/, (last) => (last === "0" ? "1" : "0")))).toBeUndefined();
    }
  });
});

const byPath = (a: { path: string }, b: { path: string }): number =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

// golden/<name>/: sealed/, identity.txt, word.txt, content/, and passphrase.txt if the identity needs one.
const golden = resolve(import.meta.dirname, "../../golden");
const examples = !existsSync(golden)
  ? []
  : readdirSync(golden).filter((name) => existsSync(joinPath(golden, name, "sealed")));

describe.skipIf(examples.length === 0)(`golden examples (${examples.length})`, () => {
  test.each(examples)("%s", async (name) => {
    const at = (file: string): string => joinPath(golden, name, file);
    const oneLine = (file: string): string => readFileSync(at(file), "utf8").replace(/\r?\n$/, "");
    const { entries } = await decodeFolder({
      folder: at("sealed"),
      identityText: readFileSync(at("identity.txt"), "utf8"),
      passphrase: existsSync(at("passphrase.txt")) ? oneLine("passphrase.txt") : undefined,
      word: oneLine("word.txt"),
    });
    // Empty folders are left out: a repository does not keep them.
    const names = existsSync(at("content"))
      ? readdirSync(at("content"), { recursive: true, encoding: "utf8" })
      : [];
    const expected = names
      .map((path) => joinPath(at("content"), path))
      .filter((path) => statSync(path).isFile())
      .map((path) => ({
        path: relative(at("content"), path).split(sep).join("/").normalize("NFC"),
        bytes: new Uint8Array(readFileSync(path)),
      }));
    expect(entries.filter(({ path }) => !path.endsWith("/"))).toEqual(expected.toSorted(byPath));
  });
});
