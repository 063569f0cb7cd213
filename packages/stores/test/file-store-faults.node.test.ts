import { readdir, utimes, writeFile } from "node:fs/promises";
import type * as FileSystem from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFileStore, openFileStore } from "../src/file/file-store.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { TestFolder } from "./folders.ts";

type Call =
  "make a draft" | "write" | "sync a file" | "sync a folder" | "link" | "read" | "rename" | "remove";

/** What the file system answers instead of doing it, as long as it stands here. */
const faults = vi.hoisted(() => new Map<Call, Error>());
/** What happens meanwhile. */
const during = vi.hoisted(() => new Map<Call, () => void>());
const writes = vi.hoisted(() => ({ most: Number.POSITIVE_INFINITY }));

vi.mock("node:fs/promises", async (importOriginal) => {
  const real = await importOriginal<typeof FileSystem>();
  const open = async (
    path: string,
    flags: string | number,
    mode?: number,
  ): Promise<FileSystem.FileHandle> => {
    const making = faulty("make a draft", real.open);
    const handle = await (flags === "wx" ? making : real.open)(path, flags, mode);
    const write = handle.write.bind(handle) as (...parts: unknown[]) => Promise<unknown>;
    const shortened = async (bytes: Uint8Array, offset: number, length: number): Promise<unknown> =>
      write(bytes, offset, Math.min(length, writes.most), null);
    const sync = handle.sync.bind(handle);
    return Object.assign(handle, {
      write: faulty("write", shortened),
      sync: faulty(flags === "r" ? "sync a folder" : "sync a file", sync),
      read: faulty("read", handle.read.bind(handle) as (...parts: unknown[]) => Promise<unknown>),
    });
  };
  return {
    ...real,
    open,
    link: faulty("link", real.link),
    rename: faulty("rename", real.rename),
    unlink: faulty("remove", real.unlink),
  };
});

function faulty<Parts extends unknown[], Result>(
  call: Call,
  act: (...parts: Parts) => Promise<Result>,
): (...parts: Parts) => Promise<Result> {
  return async (...parts) => {
    during.get(call)?.();
    const fault = faults.get(call);
    if (fault !== undefined) throw fault;
    return act(...parts);
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the file system says so`), { code, errno: -1, syscall: "call" });
}

let folder: TestFolder;
let path: string;
let store: Store;
beforeEach(async () => {
  folder = await TestFolder.make();
  path = join(folder.path, "store");
  store = await createFileStore(path);
});
afterEach(async () => {
  faults.clear();
  during.clear();
  writes.most = Number.POSITIVE_INFINITY;
  await folder.remove();
});

const drafts = (): Promise<string[]> => readdir(join(path, ".drafts"));

describe("a put that the file system fails", () => {
  test.each([
    ["make a draft", "EROFS", "denied"],
    ["make a draft", "EACCES", "denied"],
    ["make a draft", "EMFILE", "unavailable"],
    ["make a draft", "ENOSPC", "full"],
    ["write", "ENOSPC", "full"],
    ["write", "EDQUOT", "full"],
    ["write", "EFBIG", "full"],
    ["write", "EIO", "unavailable"],
    ["sync a file", "EIO", "unavailable"],
    ["sync a file", "ENOSPC", "full"],
    ["link", "ENOSPC", "full"],
    ["link", "EACCES", "denied"],
    ["link", "ESTALE", "unavailable"],
    ["sync a folder", "EIO", "unavailable"],
  ] as const)("(%s: %s) is %s and leaves nothing", async (call, answer, code) => {
    // So that the subfolder is there, and only the put itself fails.
    await store.put("abc", bodyOf(pattern(5)));
    faults.set(call, systemError(answer));
    await expect(store.put("abd", bodyOf(pattern(5)))).rejects.toEqual(refusal(code));
    faults.clear();
    expect(await store.head("abd")).toBeNull();
    expect(await listAll(store)).toEqual([{ name: "abc", sizeBytes: 5 }]);
    expect(await drafts()).toEqual([]);
    await store.put("abd", bodyOf(pattern(6)));
  });

  test("in a new subfolder can be repeated", async () => {
    faults.set("sync a folder", systemError("EIO"));
    await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(refusal("unavailable"));
    faults.clear();
    await store.put("abc", bodyOf(pattern(5)));
    expect(await readAll(store, "abc")).toEqual(pattern(5));
  });

  test("with an error that is not the system's, passes it on", async () => {
    const defect = new TypeError("a defect");
    faults.set("write", defect);
    await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toBe(defect);
    expect(await drafts()).toEqual([]);
  });
});

test("a put that is cancelled while it is synced leaves nothing", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  during.set("sync a file", () => controller.abort(reason));
  const putting = store.put("abc", bodyOf(pattern(5)), { signal: controller.signal });
  await expect(putting).rejects.toBe(reason);
  expect(await store.head("abc")).toBeNull();
  expect(await drafts()).toEqual([]);
});

test("a new subfolder is synced into the store's folder, once", async () => {
  let syncs = 0;
  during.set("sync a folder", () => syncs++);
  await store.put("abc", bodyOf(pattern(5)));
  expect(syncs).toBe(2);
  await store.put("abd", bodyOf(pattern(5)));
  expect(syncs).toBe(3);
  // Another process cannot know whether the one that made it came so far.
  await (await openFileStore(path)).put("abe", bodyOf(pattern(5)));
  expect(syncs).toBe(5);
});

test("writes that take less than they are given are repeated", async () => {
  writes.most = 999;
  await store.put("abc", bodyOf(pattern(100_000)));
  expect(await readAll(store, "abc")).toEqual(pattern(100_000));
});

test("a file system that syncs no folders is taken as it is", async () => {
  faults.set("sync a folder", systemError("EINVAL"));
  await store.put("abc", bodyOf(pattern(5)));
  await store.delete("abc");
  expect(await store.head("abc")).toBeNull();
});

test("an object is not told to exist before that is durable", async () => {
  await store.put("abc", bodyOf(pattern(5)));
  faults.set("sync a folder", systemError("EIO"));
  await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(refusal("unavailable"));
});

test("a deletion that cannot be made durable fails, also when it is repeated", async () => {
  await store.put("abc", bodyOf(pattern(5)));
  faults.set("sync a folder", systemError("EIO"));
  await expect(store.delete("abc")).rejects.toEqual(refusal("unavailable"));
  await expect(store.delete("abc")).rejects.toEqual(refusal("unavailable"));
  faults.clear();
  await store.delete("abc");
});

test("a draft that cannot be removed does no harm", async () => {
  faults.set("remove", systemError("EIO"));
  await store.put("abc", bodyOf(pattern(5)));
  expect(await drafts()).toHaveLength(1);
  expect(await readAll(store, "abc")).toEqual(pattern(5));
});

test("a disk that cannot be read is unavailable", async () => {
  await store.put("abc", bodyOf(pattern(5)));
  faults.set("read", systemError("EIO"));
  await expect(readAll(store, "abc")).rejects.toEqual(refusal("unavailable"));
});

describe.each(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"])("without hard links (%s)", (answer) => {
  beforeEach(() => void faults.set("link", systemError(answer)));

  test("objects are put all the same, and less is promised", async () => {
    expect(store.promises.putIfAbsentIsAtomic).toBe(true);
    await store.put("abc", bodyOf(pattern(5)));
    expect(store.promises.putIfAbsentIsAtomic).toBe(false);
    await expect(store.put("abc", bodyOf(pattern(6)))).rejects.toEqual(refusal("exists"));
    expect(await readAll(store, "abc")).toEqual(pattern(5));
    expect(await drafts()).toEqual([]);
  });

  test("one of eight writers wins", async () => {
    const bodies = Array.from({ length: 8 }, (_, writer) => pattern(1000, writer));
    const outcomes = await Promise.allSettled(bodies.map((bytes) => store.put("abc", bodyOf(bytes))));
    const winners = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
    expect(winners).toHaveLength(1);
    expect(await readAll(store, "abc")).toEqual(bodies[winners[0]!]);
    expect(await drafts()).toEqual([]);
  });

  test("a claim that a dead process left holds its name until it is swept", async () => {
    const claim = join(path, ".drafts", "abc.claim");
    await writeFile(claim, "");
    await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(refusal("unavailable"));
    await utimes(claim, 0, 0);
    store = await openFileStore(path);
    await store.put("abc", bodyOf(pattern(5)));
  });

  test("a rename that fails leaves nothing", async () => {
    faults.set("rename", systemError("ENOSPC"));
    await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(refusal("full"));
    expect(await store.head("abc")).toBeNull();
    expect(await drafts()).toEqual([]);
  });
});
