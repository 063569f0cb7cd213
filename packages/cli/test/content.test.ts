// What is sealed is what was found: a file that became another one in between is refused, small or large.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  readdirSync,
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

/** The content as it is read after something was done to what was found; what is wrong comes while it is read. */
async function readAfter(happens: () => void): Promise<{ kind: string; bytes: Buffer; read: number }> {
  const found = await findContent(path);
  happens();
  let read = 0;
  const content = await recordContent(found, { add: (bytes) => (read += bytes) });
  const pieces: Uint8Array[] = [];
  for await (const piece of content.data) pieces.push(Uint8Array.from(piece));
  return { kind: content.kind, bytes: Buffer.concat(pieces), read };
}

/** How many files this process has open. */
const openFiles = (): number => readdirSync("/proc/self/fd").length;

describe.each([1, 5000, 65_536, 65_537, 3_000_000])("a file of %i bytes", (sizeBytes) => {
  const bytes = Buffer.alloc(sizeBytes, "a note\n");
  const changed = { message: expect.stringContaining("changed while it was read") as unknown };
  beforeEach(() => writeFileSync(path, bytes));

  test("is read whole, and every byte is counted", async () => {
    expect(await readAfter(() => undefined)).toEqual({ kind: "text/plain", bytes, read: sizeBytes });
  });

  test("is read to where it is wanted", async () => {
    const content = await recordContent(await findContent(path), { add: () => undefined });
    const pieces: AsyncIterator<Uint8Array, unknown, Uint8Array | undefined> =
      content.data[Symbol.asyncIterator]();
    const all: Uint8Array[] = [];
    let there = 0;
    const room = new Uint8Array(new SharedArrayBuffer(100_001)).subarray(1);
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next(room)) {
      if (next.value.buffer === room.buffer) there++;
      all.push(Uint8Array.from(next.value));
    }
    // The first piece is asked for without any memory.
    expect(there).toBe(all.length - 1);
    expect(Buffer.concat(all)).toEqual(bytes);
  });

  test("is read no further when whoever counts its bytes wants no more, and is closed", async () => {
    const before = openFiles();
    const enough = new Error("enough");
    const stops = (): never => {
      throw enough;
    };
    const content = await recordContent(await findContent(path), { add: stops });
    await expect(content.data[Symbol.asyncIterator]().next()).rejects.toBe(enough);
    await expect(readAfter(() => appendFileSync(path, "more"))).rejects.toMatchObject(changed);
    expect(openFiles()).toBe(before);
  });

  test("is refused when the same bytes were written to it again", async () => {
    const later = new Date(Date.now() + 5000);
    const again = (): void => {
      writeFileSync(path, bytes);
      utimesSync(path, later, later);
    };
    await expect(readAfter(again)).rejects.toMatchObject(changed);
  });

  test("is refused when it grew, or another took its place", async () => {
    await expect(readAfter(() => appendFileSync(path, "more"))).rejects.toMatchObject(changed);
    const other = join(folder, "other");
    writeFileSync(other, bytes);
    await expect(readAfter(() => renameSync(other, path))).rejects.toMatchObject(changed);
  });

  test("that is gone is told of while it is read, like all that goes wrong then", async () => {
    const found = await findContent(path);
    rmSync(path);
    const { data } = await recordContent(found, { add: () => undefined });
    await expect(data[Symbol.asyncIterator]().next()).rejects.toMatchObject({ reason: "noInput" });
  });

  test("is refused when it shrank", async () => {
    await expect(readAfter(() => truncateSync(path, sizeBytes - 1))).rejects.toMatchObject(changed);
  });

  test("is refused when it is gone, a link or a pipe", async () => {
    const moved = join(folder, "moved");
    const linkToItself = (): void => {
      renameSync(path, moved);
      symlinkSync(moved, path);
    };
    await expect(readAfter(linkToItself)).rejects.toMatchObject(changed);
    rmSync(path);
    renameSync(moved, path);
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
