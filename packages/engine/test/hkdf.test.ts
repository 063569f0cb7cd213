import { createEngine } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { vectorsMissing } from "../../../test-support/vectors.ts";
import { fromHex, pattern, toHex } from "./bytes.ts";
import { wycheproof } from "./wycheproof.ts";

interface HkdfVector {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

const engine = createEngine();

/** HKDF-Extract, written once more with WebCrypto, which Node has too. */
async function extract(salt: Uint8Array<ArrayBuffer>, inputKey: Uint8Array<ArrayBuffer>) {
  const algorithm = { name: "HMAC", hash: "SHA-512" };
  const keyed = salt.length === 0 ? new Uint8Array(64) : salt;
  const key = await crypto.subtle.importKey("raw", keyed, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, inputKey));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

describe.skipIf(vectorsMissing)("HKDF-SHA-512 on the Wycheproof vectors", () => {
  test("whole, without a salt", async () => {
    const vectors = (await wycheproof<HkdfVector>("hkdf_sha512")).filter(({ salt }) => salt === "");
    expect(vectors).toHaveLength(22);
    for (const { ikm, info, size, okm, result, tcId } of vectors) {
      expect(result).toBe("valid");
      const output = await engine.hkdfSha512({
        inputKey: fromHex(ikm),
        info: fromHex(info),
        lengthBytes: size,
      });
      expect(toHex(output), `#${tcId}`).toBe(okm);
    }
  });

  test("its second half alone", async () => {
    const vectors = await wycheproof<HkdfVector>("hkdf_sha512");
    expect(vectors).toHaveLength(83);
    for (const { ikm, salt, info, size, okm, result, tcId } of vectors) {
      const pseudorandomKey = await extract(fromHex(salt), fromHex(ikm));
      const request = { pseudorandomKey, info: fromHex(info), lengthBytes: size };
      const output = await engine.hkdfExpandSha512(request).then(toHex, nameOf);
      expect(output, `#${tcId}`).toBe(result === "valid" ? okm : "RangeError");
    }
  });
});

test("HKDF is its two halves, for any length of output and info", async () => {
  const inputKey = pattern(48);
  const pseudorandomKey = await extract(new Uint8Array(0), inputKey);
  for (const [infoBytes, lengthBytes] of [
    [0, 1],
    [1, 63],
    [5, 64],
    [64, 65],
    [1025, 128],
    [5000, 129],
  ] as const) {
    const rest = { info: pattern(infoBytes), lengthBytes };
    expect(await engine.hkdfSha512({ inputKey, ...rest })).toEqual(
      await engine.hkdfExpandSha512({ pseudorandomKey, ...rest }),
    );
  }
});

test("HKDF takes an input key of no bytes", async () => {
  const pseudorandomKey = await extract(new Uint8Array(0), new Uint8Array(0));
  const rest = { info: pattern(4), lengthBytes: 32 };
  expect(await engine.hkdfSha512({ inputKey: new Uint8Array(0), ...rest })).toEqual(
    await engine.hkdfExpandSha512({ pseudorandomKey, ...rest }),
  );
});

test("Expand takes a short and a long key", async () => {
  const rest = { info: pattern(4), lengthBytes: 32 };
  const lengths = [1, 63, 64, 128, 129, 300];
  const outputs = await Promise.all(
    lengths.map((length) => engine.hkdfExpandSha512({ pseudorandomKey: pattern(length), ...rest })),
  );
  expect(new Set(outputs.map(toHex)).size).toBe(lengths.length);
});

test.each([0, -1, 16_321, 1.5, Number.NaN])("an output of %d bytes is refused", async (lengthBytes) => {
  const key = pattern(64);
  const info = pattern(1);
  await expect(engine.hkdfSha512({ inputKey: key, info, lengthBytes })).rejects.toThrow(RangeError);
  await expect(engine.hkdfExpandSha512({ pseudorandomKey: key, info, lengthBytes })).rejects.toThrow(
    RangeError,
  );
});

test("Expand refuses an empty key", async () => {
  const request = { pseudorandomKey: new Uint8Array(0), info: pattern(1), lengthBytes: 32 };
  await expect(engine.hkdfExpandSha512(request)).rejects.toThrow(RangeError);
  const each = { ...request, infos: [request.info] };
  await expect(engine.hkdfExpandEachSha512(each)).rejects.toThrow(RangeError);
});
