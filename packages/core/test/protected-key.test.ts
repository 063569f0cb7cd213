import { createEngine } from "@chirograph/engine";
import { expect, test } from "vitest";
import { HIGHEST_COST } from "../src/argon2.ts";
import { formatProtectedKey, parseProtectedKey } from "../src/identity/protected-key.ts";

const engine = createEngine();
const publicHalf = Uint8Array.from({ length: 300 }, (_, index) => index);
const privateHalf = Uint8Array.from({ length: 500 }, (_, index) => index * 3);
const text = await formatProtectedKey(engine, { publicHalf, privateHalf }, "correct horse");

test("a key comes back with its passphrase, in whatever form of Unicode it is typed", async () => {
  const file = await parseProtectedKey(engine, text);
  expect(file.publicHalf).toEqual(publicHalf);
  expect(await file.unlock("correct horse")).toEqual(privateHalf);
  const composed = await formatProtectedKey(engine, { publicHalf, privateHalf }, "naïve".normalize("NFD"));
  const again = await parseProtectedKey(engine, composed);
  expect(await again.unlock("naïve".normalize("NFC"))).toEqual(privateHalf);
});

test("another passphrase opens nothing", async () => {
  const file = await parseProtectedKey(engine, text);
  await expect(file.unlock("correct horse ")).rejects.toMatchObject({ code: "wrong-passphrase" });
  await expect(file.unlock("")).rejects.toMatchObject({ code: "wrong-passphrase" });
});

test("a key file of which anything differs is refused", async () => {
  const lines = text.split("\n");
  const changed = text.replace(
    lines[3]!,
    lines[3]!.replace(/^./, (first) => (first === "A" ? "B" : "A")),
  );
  for (const bad of ["", text.slice(0, -1), `${text}\n`, changed, text.replaceAll("KEY", "IDENTITY")]) {
    await expect(parseProtectedKey(engine, bad)).rejects.toMatchObject({ code: "malformed" });
  }
});

test("a price outside the limits is refused before any work", async () => {
  const costly = { ...HIGHEST_COST, memoryKiB: HIGHEST_COST.memoryKiB + 1 };
  await expect(
    formatProtectedKey(engine, { publicHalf, privateHalf }, "correct horse", costly),
  ).rejects.toMatchObject({ code: "out-of-limits" });
});
