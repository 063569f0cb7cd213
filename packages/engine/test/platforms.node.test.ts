import { createEngine } from "@chirograph/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine as createBrowserEngine } from "../src/browser/index.ts";
import { gather, inPieces } from "./bytes.ts";

// Node has WebCrypto too: both engines side by side, on whatever bytes come.
const engines = [createEngine(), createBrowserEngine()] as const;

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const aesKey = fc.oneof(bytes(16, 16), bytes(32, 32));

async function expectSame<Request>(
  request: fc.Arbitrary<Request>,
  call: (engine: (typeof engines)[number], request: Request) => Promise<unknown>,
  numRuns = 100,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(request, async (each) => {
      const [node, browser] = await Promise.all(engines.map((engine) => call(engine, each)));
      expect(browser).toEqual(node);
    }),
    { numRuns },
  );
}

describe("both engines give the same bytes for", () => {
  test("SHA-256", () =>
    expectSame(fc.array(bytes(0, 99), { maxLength: 4 }), (engine, parts) => engine.sha256(parts)));

  test("HKDF-Expand", () =>
    expectSame(
      fc.record({
        pseudorandomKey: bytes(1, 200),
        info: bytes(0, 99),
        lengthBytes: fc.integer({ min: 1, max: 300 }),
      }),
      (engine, request) => engine.hkdfExpandSha512(request),
    ));

  test("HKDF-Expand for many infos, which is that for each", () =>
    expectSame(
      fc.record({
        pseudorandomKey: bytes(1, 200),
        infos: fc.array(bytes(0, 99), { maxLength: 5 }),
        lengthBytes: fc.integer({ min: 1, max: 300 }),
      }),
      async (engine, request) => {
        const { infos, ...rest } = request;
        const each = await engine.hkdfExpandEachSha512(request);
        expect(each).toEqual(
          await Promise.all(infos.map((info) => engine.hkdfExpandSha512({ ...rest, info }))),
        );
        return each;
      },
    ));

  test("Argon2id", () =>
    expectSame(
      fc.record({
        password: bytes(1, 40),
        salt: bytes(8, 40),
        memoryKiB: fc.integer({ min: 32, max: 200 }),
        passes: fc.integer({ min: 1, max: 3 }),
        lanes: fc.integer({ min: 1, max: 4 }),
        lengthBytes: fc.integer({ min: 4, max: 100 }),
      }),
      (engine, request) => engine.argon2id(request),
      30,
    ));

  const run = fc.record({
    key: aesKey,
    baseNonce: bytes(12, 12),
    firstIndex: fc.integer({ min: 0, max: 2 ** 38 - 200 }),
    chunkBytes: fc.integer({ min: 1, max: 50 }),
    data: bytes(0, 200),
  });

  test("sealed chunks", () => expectSame(run, (engine, request) => engine.sealChunks(request)));

  test("X-Wing public keys", () =>
    expectSame(bytes(32, 32), (engine, seed) => engine.hpkePublicKey(seed), 30));

  test("sealed streams", () =>
    expectSame(
      fc.record({ key: aesKey, nonce: bytes(12, 12), data: bytes(0, 200) }),
      (engine, { key, nonce, data }) => gather(engine.gcmEncrypt({ key, nonce, data: inPieces(data, 7) })),
    ));

  test("Ed25519 keys and signatures", () =>
    expectSame(fc.record({ seed: bytes(32, 32), message: bytes(0, 99) }), async (engine, request) => [
      await engine.ed25519PublicKey(request.seed),
      await engine.ed25519Sign(request),
    ]));
});

test("what either engine seals the other opens", async () => {
  const [node, browser] = engines;
  const seed = node.randomBytes(32);
  const info = node.randomBytes(5);
  const plaintext = node.randomBytes(32);
  const publicKey = await node.hpkePublicKey(seed);
  for (const [sealer, opener] of [
    [node, browser],
    [browser, node],
  ] as const) {
    const message = (await sealer.hpkeSeal({ publicKey, info, plaintext }))!;
    expect(await opener.hpkeOpen({ ...message, seed, info })).toEqual(plaintext);
  }
});

test("a random public key is judged alike", () =>
  expectSame(
    fc.record({ publicKey: bytes(32, 32), message: bytes(0, 20), signature: bytes(64, 64) }),
    (engine, check) => engine.ed25519Verify(check),
    300,
  ));
