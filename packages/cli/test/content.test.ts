// What is sealed is what was found: a file that became another one in between is refused, small or large.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordContent } from "../src/inputs/content.ts";
import { findContent } from "../src/inputs/walk.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "content-"));
  path = join(folder, "note.txt");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The content as it is read after something was done to what was found. */
async function readAfter(happens: () => void): Promise<{ kind: string; bytes: Buffer; read: number }> {
  const found = await findContent(path);
  happens();
  let read = 0;
  const content = await recordContent(found, { add: (bytes) => (read += bytes) });
  const pieces: Uint8Array[] = [];
  for await (const piece of content.data) pieces.push(Uint8Array.from(piece));
  return { kind: content.kind, bytes: Buffer.concat(pieces), read };
}

describe.each([1, 5000, 65_536, 65_537, 3_000_000])("a file of %i bytes", (sizeBytes) => {
  const bytes = Buffer.alloc(sizeBytes, "a note\n");
  const changed = { message: expect.stringContaining("changed while it was read") as unknown };
  beforeEach(() => writeFileSync(path, bytes));

  test("is read whole, and every byte is counted", async () => {
    expect(await readAfter(() => undefined)).toEqual({ kind: "text/plain", bytes, read: sizeBytes });
  });

  test("is refused when it grew, or another took its place", async () => {
    await expect(readAfter(() => appendFileSync(path, "more"))).rejects.toMatchObject(changed);
    const other = join(folder, "other");
    writeFileSync(other, bytes);
    await expect(readAfter(() => renameSync(other, path))).rejects.toMatchObject(changed);
  });

  test("is refused when it shrank", async () => {
    await expect(readAfter(() => truncateSync(path, sizeBytes - 1))).rejects.toMatchObject(changed);
  });

  test("is refused when it is gone, a link or a pipe", async () => {
    await expect(readAfter(() => rmSync(path))).rejects.toMatchObject({ reason: "noInput" });
    for (const put of [
      () => symlinkSync(folder, path),
      () => execFileSync("bash", ["-c", `mkfifo '${path}'`]),
    ]) {
      writeFileSync(path, bytes);
      const replace = (): void => {
        rmSync(path);
        put();
      };
      await expect(readAfter(replace)).rejects.toThrow();
      rmSync(path);
    }
  });
});

test("an empty file is a record of no bytes", async () => {
  writeFileSync(path, "");
  expect(await readAfter(() => undefined)).toMatchObject({ bytes: Buffer.alloc(0), read: 0 });
});
