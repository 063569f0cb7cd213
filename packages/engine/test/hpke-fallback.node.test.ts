import { afterEach, expect, test, vi } from "vitest";
import { pattern, utf8 } from "./bytes.ts";

const seed = pattern(32, 1);
const info = utf8("an older platform");
const plaintext = pattern(32, 9);

/** The shared code as a platform loads it whose WebCrypto has none of these key formats. */
async function hpkeWithout(...formats: string[]) {
  vi.resetModules();
  const importKey = crypto.subtle.importKey.bind(crypto.subtle);
  const refused = vi.spyOn(crypto.subtle, "importKey").mockImplementation((async (
    format: string,
    ...rest: unknown[]
  ) => {
    if (formats.includes(format)) throw new DOMException(`${format} is not supported`, "NotSupportedError");
    return Reflect.apply(importKey, crypto.subtle, [format, ...rest]);
  }) as typeof crypto.subtle.importKey);
  return { hpke: await import("../src/hpke.ts"), refused };
}

afterEach(() => vi.restoreAllMocks());

test.each([
  ["ML-KEM", ["raw-seed"]],
  ["ChaCha20-Poly1305", ["raw-secret"]],
  ["ML-KEM and ChaCha20-Poly1305", ["raw-seed", "raw-secret"]],
])("without %s the fallback takes its place", async (_, formats) => {
  const { hpke, refused } = await hpkeWithout(...formats);
  const publicKey = await hpke.hpkePublicKey(seed);
  const message = (await hpke.hpkeSeal({ publicKey, info, plaintext }))!;
  expect(await hpke.hpkeOpen({ ...message, seed, info })).toEqual(plaintext);
  for (const format of formats)
    expect(refused).toHaveBeenCalledWith(format, ...Array.from({ length: 4 }, () => expect.anything()));

  const wrong = { ...message, seed: pattern(32, 2), info };
  expect(await hpke.hpkeOpen(wrong)).toBeNull();
});

test("a failure that is no lack of support is not taken for one", async () => {
  vi.resetModules();
  vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("out of memory", "OperationError"));
  const { hpkeSuite } = await import("../src/hpke.ts");
  await expect(hpkeSuite()).rejects.toThrow(DOMException);
});
