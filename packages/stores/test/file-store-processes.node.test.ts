import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createFileStore, openFileStore } from "../src/file/file-store.ts";
import { readAll } from "../src/read.ts";
import { bodyOf, listAll, pattern } from "./bodies.ts";
import { TestFolder } from "./folders.ts";

const script = fileURLToPath(new URL("put-process.ts", import.meta.url));

/** Starts a process and waits for its first word. */
async function start(...words: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "readable");
  return child;
}

test("four processes that race for the same names win each of them once", async () => {
  const folder = await TestFolder.make();
  onTestFinished(() => folder.remove());
  const path = join(folder.path, "store");
  const store = await createFileStore(path);
  const children = await Promise.all([1, 2, 3, 4].map((seed) => start("race", path, `${seed}`)));
  for (const child of children) child.stdin!.write("go");
  const answers = await Promise.all(children.map((child) => text(child.stdout!)));
  const won = answers.map((answer) => JSON.parse(answer.replace("ready\n", "")) as string[]);

  expect(won.flat().toSorted()).toEqual(Array.from({ length: 50 }, (_, round) => `race-${round}`).toSorted());
  for (const [index, names] of won.entries()) {
    for (const name of names) expect(await readAll(store, name)).toEqual(pattern(20_000, index + 1));
  }
  expect(await listAll(store)).toHaveLength(50);
  expect(await readdir(join(path, ".drafts"))).toEqual([]);
});

test("a process that is killed in the middle of a put leaves no object", async () => {
  const folder = await TestFolder.make();
  onTestFinished(() => folder.remove());
  const path = join(folder.path, "store");
  await createFileStore(path);
  const child = await start("forever", path);
  child.kill("SIGKILL");
  await once(child, "exit");

  expect(await readdir(join(path, ".drafts"))).toHaveLength(1);
  const store = await openFileStore(path);
  expect(await store.head("killed")).toBeNull();
  expect(await listAll(store)).toEqual([]);
  await store.put("killed", bodyOf(pattern(10)));
  expect(await readAll(store, "killed")).toEqual(pattern(10));
});
