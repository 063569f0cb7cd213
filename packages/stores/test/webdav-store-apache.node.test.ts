import { mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { startWebDavServer, type WebDavServer } from "../../../test-support/servers/webdav.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { openWebDavStore } from "../src/webdav/webdav-store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { bigBody, MIB } from "./big-bodies.ts";

const unavailable = refusal("unavailable");

describe.skipIf(missing.webDav)("on Apache", () => {
  let server: WebDavServer;
  let store: Store;
  beforeEach(async () => {
    server = await startWebDavServer();
    store = await openWebDavStore({ url: server.address }, server);
  });
  afterEach(() => server.stop());

  test("a wrong password is denied, and not shown", async () => {
    const opening = openWebDavStore({ url: server.address }, { username: "store", password: "wrong-horse" });
    await expect(opening).rejects.toEqual(refusal("denied"));
    expect(await opening.catch(String)).not.toContain("wrong-horse");
    await expect(openWebDavStore({ url: server.address })).rejects.toEqual(refusal("denied"));
  });

  test("a server that is killed fails what is in flight; started again, it serves on", async () => {
    await store.put("ab-large", bigBody(24 * MIB));
    async function* killing(): AsyncGenerator<Uint8Array> {
      yield* bigBody(12 * MIB).bytes;
      await server.kill();
      yield* bigBody(12 * MIB).bytes;
    }
    const body = { sizeBytes: 24 * MIB, bytes: killing() };
    await expect(store.put("ab-put", body)).rejects.toEqual(unavailable);
    await expect(store.head("ab-large")).rejects.toEqual(unavailable);
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);

    await server.startAgain();
    expect(await store.head("ab-put")).toBeNull();
    const reading = (async () => {
      for await (const _ of store.get("ab-large")) await server.kill();
    })();
    await expect(reading).rejects.toEqual(unavailable);

    await server.startAgain();
    await store.put("ab-put", bodyOf(pattern(10)));
    expect((await listAll(store)).map(({ name }) => name)).toEqual(["ab-large", "ab-put"]);
  });

  test("drafts that died are removed when it is opened, and younger ones stay", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    const drafts = join(server.folder, ".drafts");
    const age = { old: 3700, young: 3500, "of tomorrow": -86_400 };
    for (const [name, seconds] of Object.entries(age)) {
      await writeFile(join(drafts, name), "half");
      await utimes(join(drafts, name), Date.now() / 1000, Date.now() / 1000 - seconds);
    }
    await openWebDavStore({ url: server.address }, server);
    expect((await readdir(drafts)).toSorted()).toEqual(["of tomorrow", "young"]);
    expect(await readAll(store, "ab-1")).toEqual(pattern(10));
  });

  test("what somebody tidied away is made again: an empty subfolder, the folder of drafts", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    await store.delete("ab-1");
    await rm(join(server.folder, "ab"), { recursive: true });
    await store.put("ab-2", bodyOf(pattern(20)));
    expect(await readAll(store, "ab-2")).toEqual(pattern(20));
    await rm(join(server.folder, ".drafts"), { recursive: true });
    // The first one finds out.
    await expect(store.put("ab-3", bodyOf(pattern(30)))).rejects.toEqual(unavailable);
    await store.put("ab-3", bodyOf(pattern(30)));
    expect(await readAll(store, "ab-3")).toEqual(pattern(30));
  });

  test("folders and files that are not the store's are left alone", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    await mkdir(join(server.folder, "ab", "ab-folder"));
    await writeFile(join(server.folder, "ab", "Not one.txt"), "");
    await writeFile(join(server.folder, "ab", "ac-elsewhere"), "");
    await writeFile(join(server.folder, "zz"), "");
    await mkdir(join(server.folder, "long-folder"));
    expect(await listAll(store)).toEqual([{ name: "ab-1", sizeBytes: 10 }]);
    expect(await store.head("ab-folder")).toBeNull();
    await expect(readAll(store, "ab-folder")).rejects.toEqual(refusal("not-found"));
  });

  test("a folder that is moved away is missed, and a put does not make another", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    await rename(server.folder, `${server.folder}-away`);
    await expect(store.put("cd-1", bodyOf(pattern(10)))).rejects.toEqual(unavailable);
    await expect(store.head("ab-1")).rejects.toEqual(unavailable);
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
    await rename(`${server.folder}-away`, server.folder);
    await store.put("cd-1", bodyOf(pattern(10)));
    expect(await listAll(store)).toHaveLength(2);
  });
});
