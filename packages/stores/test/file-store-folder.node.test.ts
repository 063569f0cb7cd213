import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { existsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFileStore, openFileStore } from "../src/file/file-store.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { TestFolder } from "./folders.ts";

const unavailable = refusal("unavailable");
const denied = refusal("denied");

/** A store in a folder for one test. */
class TestStore extends TestFolder {
  readonly store: Store;

  constructor(parent: string, store: Store) {
    super(parent);
    this.store = store;
  }

  get folder(): string {
    return join(this.path, "store");
  }

  static override async make(): Promise<TestStore> {
    const { path } = await TestFolder.make();
    return new TestStore(path, await createFileStore(join(path, "store")));
  }

  drafts(): Promise<string[]> {
    return readdir(join(this.folder, ".drafts"));
  }
}

async function expectUnavailable(store: Store): Promise<void> {
  await expect(store.head("abc")).rejects.toEqual(unavailable);
  await expect(readAll(store, "abc")).rejects.toEqual(unavailable);
  await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
  await expect(store.delete("abc")).rejects.toEqual(unavailable);
  await expect(store.put("abd", bodyOf(pattern(1)))).rejects.toEqual(unavailable);
  await expect(store.put("xyz", bodyOf(pattern(1)))).rejects.toEqual(unavailable);
}

describe("the folder of a store", () => {
  test("that is missing is not made, unless a store is created", async () => {
    const parent = await TestFolder.make();
    onTestFinished(() => parent.remove());
    const folder = join(parent.path, "store");
    await expect(openFileStore(folder)).rejects.toEqual(unavailable);
    expect(existsSync(folder)).toBe(false);
    const store = await createFileStore(folder);
    await store.put("vault", bodyOf(pattern(5)));
    expect(await readAll(await openFileStore(folder), "vault")).toEqual(pattern(5));
    expect(await readAll(await createFileStore(folder), "vault")).toEqual(pattern(5));
  });

  test("is not created where the folder around it is missing, nor where a file is", async () => {
    const parent = await TestFolder.make();
    onTestFinished(() => parent.remove());
    await expect(createFileStore(join(parent.path, "disk", "store"))).rejects.toEqual(unavailable);
    await writeFile(join(parent.path, "file"), "");
    await expect(createFileStore(join(parent.path, "file"))).rejects.toEqual(unavailable);
    await expect(openFileStore(join(parent.path, "file"))).rejects.toEqual(unavailable);
    expect(await readdir(parent.path)).toEqual(["file"]);
  });

  test("is private, and so is what lies in it", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    await made.store.put("abc", bodyOf(pattern(5)));
    const mode = async (...path: string[]): Promise<number> =>
      (await stat(join(made.folder, ...path))).mode & 0o777;
    expect([await mode(), await mode("ab"), await mode(".drafts")]).toEqual([0o700, 0o700, 0o700]);
    expect(await mode("ab", "abc")).toBe(0o600);
  });

  test("holds names by their first two characters, and nothing more", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    for (const name of ["v", "va", "vault", "v-1"]) await made.store.put(name, bodyOf(pattern(5)));
    const files = (await readdir(made.folder, { recursive: true })).toSorted();
    expect(files).toEqual([".drafts", "v", "v-", "v-/v-1", "v/v", "va", "va/va", "va/vault"]);
    expect((await stat(join(made.folder, "va", "vault"))).nlink).toBe(1);
  });

  test("that vanishes is noticed and not made again", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    const { store, folder } = made;
    await store.put("abc", bodyOf(pattern(5)));
    await rename(folder, `${folder}.away`);
    await expectUnavailable(store);
    expect(existsSync(folder)).toBe(false);
    await rename(`${folder}.away`, folder);
    expect(await readAll(store, "abc")).toEqual(pattern(5));
    await store.put("abd", bodyOf(pattern(6)));
  });

  const elsewhere = "/dev/shm";
  const otherDevice = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(tmpdir()).dev;
  test.skipIf(!otherDevice)("is not taken for the empty place of a disk that was taken away", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    const { store, folder } = made;
    await store.put("abc", bodyOf(pattern(5)));
    const empty = join(elsewhere, `chirograph-stores-${process.pid}`);
    await mkdir(empty);
    try {
      await rename(folder, `${folder}.away`);
      await symlink(empty, folder);
      await expectUnavailable(store);
      expect(await readdir(empty)).toEqual([]);
    } finally {
      await rm(empty, { recursive: true });
    }
  });

  test("may lose empty subfolders to somebody who tidies", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    await made.store.put("abc", bodyOf(pattern(5)));
    await rm(join(made.folder, "ab"), { recursive: true });
    await rm(join(made.folder, ".drafts"), { recursive: true });
    expect(await made.store.head("abc")).toBeNull();
    await made.store.delete("abc");
    await made.store.put("abc", bodyOf(pattern(6)));
    expect(await readAll(made.store, "abc")).toEqual(pattern(6));
  });
});

describe("leftovers of processes that died", () => {
  test("are never shown, and go when they are old", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    const [old, young] = ["old", "young"].map((name) => join(made.folder, ".drafts", name));
    await writeFile(old!, "half");
    await writeFile(young!, "half");
    await utimes(old!, new Date(), new Date(Date.now() - 3_601_000));
    const store = await openFileStore(made.folder);
    expect(await made.drafts()).toEqual(["young"]);
    expect(await listAll(store)).toEqual([]);
  });

  test("are swept a thousand at a time", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    for (let index = 0; index < 1001; index++) {
      const path = join(made.folder, ".drafts", `${index}`);
      await writeFile(path, "");
      await utimes(path, 0, 0);
    }
    await openFileStore(made.folder);
    expect(await made.drafts()).toHaveLength(1);
    await openFileStore(made.folder);
    expect(await made.drafts()).toEqual([]);
  });

  test("a put whose draft was swept meanwhile fails, and leaves nothing", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    async function* swept(): AsyncGenerator<Uint8Array> {
      yield pattern(5);
      for (const name of await made.drafts()) await unlink(join(made.folder, ".drafts", name));
    }
    await expect(made.store.put("abc", { sizeBytes: 5, bytes: swept() })).rejects.toEqual(unavailable);
    expect(await made.store.head("abc")).toBeNull();
  });

  test("no put leaves any, however it ends", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    await made.store.put("abc", bodyOf(pattern(5)));
    await expect(made.store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(refusal("exists"));
    await expect(made.store.put("abd", { sizeBytes: 1, bytes: [] })).rejects.toEqual(refusal("wrong-length"));
    expect(await made.drafts()).toEqual([]);
  });
});

/** Whoever opens it to read waits for somebody who writes. */
function makePipe(path: string): void {
  const program = "mkfifo";
  execFileSync(program, [path]);
}

describe("what somebody else put into the folder", () => {
  test("is no object when it is no file, or lies where no object lies", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    const { store, folder } = made;
    await store.put("abc", bodyOf(pattern(5)));
    await mkdir(join(folder, "ab", "abfolder"));
    await symlink(join(folder, "ab", "abc"), join(folder, "ab", "ablink"));
    await symlink("nowhere", join(folder, "ab", "abbroken"));
    makePipe(join(folder, "ab", "abpipe"));
    for (const name of ["ab.tmp", "ABC", "cd", "ab c"]) await writeFile(join(folder, "ab", name), "");
    for (const name of ["abc", "vault", "zz", ".DS_Store"]) await writeFile(join(folder, name), "");
    await symlink(join(folder, "ab"), join(folder, "ac"));
    await mkdir(join(folder, "lost+found"));

    expect(await listAll(store)).toEqual([{ name: "abc", sizeBytes: 5 }]);
    for (const name of ["abfolder", "ablink", "abbroken", "abpipe", "zzz"]) {
      expect(await store.head(name)).toBeNull();
      await expect(readAll(store, name)).rejects.toEqual(refusal("not-found"));
    }
    for (const name of ["abfolder", "ablink", "abbroken", "abpipe"]) {
      await expect(store.put(name, bodyOf(pattern(1)))).rejects.toEqual(refusal("exists"));
    }
  });

  test("is not written through: a link in the place of a subfolder", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    const outside = join(made.path, "outside");
    await mkdir(outside);
    await symlink(outside, join(made.folder, "ab"));
    await expect(made.store.put("abc", bodyOf(pattern(1)))).rejects.toEqual(unavailable);
    expect(await readdir(outside)).toEqual([]);
  });

  test("an object that is cut short while it is read ends the reading", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    await made.store.put("abc", bodyOf(pattern(3_000_000)));
    const reading = (async () => {
      for await (const _ of made.store.get("abc")) await truncate(join(made.folder, "ab", "abc"), 10);
    })();
    await expect(reading).rejects.toEqual(unavailable);
  });
});

describe("without rights", () => {
  const somebody = 65_534;
  const isRoot = process.geteuid?.() === 0;

  /** Rights do not bind root, so root does it as somebody else. */
  async function asSomebody(made: TestStore, act: () => Promise<void>): Promise<void> {
    if (!isRoot) return act();
    for (const path of ["", ...(await readdir(made.path, { recursive: true }))]) {
      await chown(join(made.path, path), somebody, somebody);
    }
    process.seteuid!(somebody);
    try {
      await act();
    } finally {
      process.seteuid!(0);
    }
  }

  test("to write, a store is read only", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    await made.store.put("abc", bodyOf(pattern(5)));
    await asSomebody(made, async () => {
      const folders = ["ab", ".drafts", ""].map((name) => join(made.folder, name));
      for (const folder of folders) await chmod(folder, 0o500);
      const store = await openFileStore(made.folder);
      expect(await readAll(store, "abc")).toEqual(pattern(5));
      expect(await listAll(store)).toHaveLength(1);
      await expect(store.put("abd", bodyOf(pattern(1)))).rejects.toEqual(denied);
      await expect(store.delete("abc")).rejects.toEqual(denied);
      expect(await store.head("abc")).not.toBeNull();
      await chmod(join(made.folder, ".drafts"), 0o700);
      await expect(store.put("abd", bodyOf(pattern(1)))).rejects.toEqual(denied);
      await expect(store.put("xyz", bodyOf(pattern(1)))).rejects.toEqual(denied);
      expect(await made.drafts()).toEqual([]);
      for (const folder of folders) await chmod(folder, 0o700);
    });
  });

  test("to read, it refuses", async () => {
    const made = await TestStore.make();
    onTestFinished(() => made.remove());
    await made.store.put("abc", bodyOf(pattern(5)));
    await asSomebody(made, async () => {
      await chmod(join(made.folder, "ab", "abc"), 0);
      await expect(readAll(made.store, "abc")).rejects.toEqual(denied);
      await chmod(join(made.folder, "ab"), 0);
      await expect(made.store.head("abc")).rejects.toEqual(denied);
      await expect(made.store.list({ prefix: "", limit: 1 })).rejects.toEqual(denied);
      await chmod(join(made.folder, "ab"), 0o700);
      await chmod(dirname(made.folder), 0);
      await expect(openFileStore(made.folder)).rejects.toEqual(denied);
      await expect(made.store.head("abc")).rejects.toEqual(denied);
      await chmod(dirname(made.folder), 0o700);
    });
  });
});
