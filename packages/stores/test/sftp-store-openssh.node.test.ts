import { execFile, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { startSftpServer, type SftpServer } from "../../../test-support/servers/sftp.ts";
import { readAll } from "../src/read.ts";
import {
  openSftpStore,
  type SftpCredentials,
  type SftpPlace,
  type SftpStore,
} from "../src/sftp/sftp-store.ts";
import { bigBody, MIB } from "./big-bodies.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { TestFolder } from "./folders.ts";

const run = promisify(execFile);
const unavailable = refusal("unavailable");

describe.skipIf(missing.sftp)("on OpenSSH", () => {
  let server: SftpServer;
  let place: SftpPlace;
  let store: SftpStore;
  beforeEach(async () => {
    server = await startSftpServer();
    place = { ...server, path: server.folder };
    store = await openSftpStore(place, server);
  });
  afterEach(async () => {
    await store.close();
    await server.stop();
  });

  const drafts = (): Promise<string[]> => readdir(join(server.folder, ".drafts"));
  const otherKey = `SHA256:${"A".repeat(43)}`;
  const reopened = async (
    changed: Partial<SftpPlace>,
    credentials: SftpCredentials = server,
  ): Promise<void> => {
    const opened = await openSftpStore({ ...place, ...changed }, credentials);
    await opened.close();
  };

  describe("a host key", () => {
    test("that nobody named is refused, and shown", async () => {
      const { hostKey: _, ...unknown } = place;
      const opening = openSftpStore(unknown, server);
      await expect(opening).rejects.toEqual(refusal("denied"));
      expect(await opening.catch(String)).toContain(server.hostKey);
    });

    test("that is another one is refused, and both are shown", async () => {
      const opening = reopened({ hostKey: otherKey });
      await expect(opening).rejects.toEqual(refusal("denied"));
      expect(await opening.catch(String)).toContain(server.hostKey);
      expect(await opening.catch(String)).toContain(otherKey);
    });

    test.each(["", "SHA256:", "MD5:00", likeAKey("="), `ssh-ed25519 ${"A".repeat(43)}`])(
      "%j is none",
      async (hostKey) => {
        await expect(reopened({ hostKey })).rejects.toEqual(refusal("invalid"));
      },
    );
  });

  describe("a user", () => {
    test("with another key is denied", async () => {
      const folder = await keyFolder();
      await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
      const privateKey = await readFile(join(folder, "key"), "utf8");
      await expect(reopened({}, { privateKey })).rejects.toEqual(refusal("denied"));
      await expect(reopened({}, { password: "correct-horse" })).rejects.toEqual(refusal("denied"));
    });

    test("with a key under a passphrase is let in by both together", async () => {
      const folder = await keyFolder();
      await writeFile(join(folder, "key"), server.privateKey, { mode: 0o600 });
      await run("ssh-keygen", ["-q", "-p", "-P", "", "-N", "battery-staple", "-f", join(folder, "key")]);
      const privateKey = await readFile(join(folder, "key"), "utf8");
      await reopened({}, { privateKey, passphrase: "battery-staple" });
      for (const credentials of [{ privateKey }, { privateKey, passphrase: "battery-stable" }]) {
        const opening = reopened({}, credentials);
        await expect(opening).rejects.toEqual(refusal("invalid"));
        expect(await opening.catch(String)).not.toContain("battery");
      }
    });

    test("with something that is no key is refused, and it is not shown", async () => {
      for (const privateKey of ["", "hunter2-hunter2", server.privateKey.slice(0, 200)]) {
        const opening = reopened({}, { privateKey });
        await expect(opening).rejects.toEqual(refusal("invalid"));
        expect(await opening.catch((error: Error) => `${error} ${String(error.cause)}`)).not.toContain(
          "hunter2",
        );
      }
    });

    test("with an agent is let in by it", async () => {
      const folder = await keyFolder();
      const agent = join(folder, "agent");
      const running = spawn("ssh-agent", ["-D", "-a", agent], { stdio: "ignore" });
      onTestFinished(() => void running.kill());
      await writeFile(join(folder, "key"), server.privateKey, { mode: 0o600 });
      await expect(reopened({}, { agent: join(folder, "nothing") })).rejects.toEqual(refusal("denied"));
      const environment = { ...process.env, SSH_AUTH_SOCK: agent };
      await vi.waitFor(() => run("ssh-add", ["-q", join(folder, "key")], { env: environment }), 30_000);
      await reopened({}, { agent });
    });
  });

  describe("a place", () => {
    test.each([
      [{ host: "" }, "invalid"],
      [{ host: "user@host" }, "invalid"],
      [{ port: 0 }, "invalid"],
      [{ port: 65_536 }, "invalid"],
      [{ user: "" }, "invalid"],
      [{ path: "" }, "invalid"],
      [{ path: "/nothing/is/here" }, "unavailable"],
      [{ path: "/etc/passwd" }, "unavailable"],
    ] as const)("%j is refused: %s", async (changed, code) => {
      await expect(reopened(changed)).rejects.toEqual(refusal(code));
    });

    test("where nobody listens is not reached", async () => {
      await server.kill();
      await expect(reopened({})).rejects.toEqual(unavailable);
    });
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
    expect(await drafts()).toHaveLength(1);

    await server.startAgain();
    expect(await store.head("ab-put")).toBeNull();
    const reading = (async () => {
      for await (const _ of store.get("ab-large")) await server.kill();
    })();
    await expect(reading).rejects.toEqual(unavailable);

    await server.startAgain();
    await store.put("ab-put", bodyOf(pattern(10)));
    expect((await listAll(store)).map(({ name }) => name)).toEqual(["ab-large", "ab-put"]);
    expect(await drafts()).toEqual([]);
    expect(store.promises.putIfAbsentIsAtomic).toBe(true);
  });

  test("many calls share the one connection that is opened again", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    await server.startAgain();
    const calls = Array.from({ length: 10 }, () => readAll(store, "ab-1"));
    // The first may still meet the connection that is gone.
    await Promise.allSettled(calls);
    const again = await Promise.all(Array.from({ length: 10 }, () => readAll(store, "ab-1")));
    expect(again).toEqual(Array.from({ length: 10 }, () => pattern(10)));
    const served = await server.sessions();
    expect(served.length).toBeLessThanOrEqual(2);
  });

  describe("a server that hangs is left when the caller cancels:", () => {
    const reason = new Error("enough");
    const calls: [string, (signal: AbortSignal) => Promise<unknown>][] = [
      ["a put", (signal) => store.put("ab-2", bodyOf(pattern(10)), { signal })],
      ["a large put", (signal) => store.put("ab-2", bigBody(24 * MIB), { signal })],
      ["a get", (signal) => readAll(store, "ab-1", undefined, { signal })],
      ["a head", (signal) => store.head("ab-1", { signal })],
      ["a list", (signal) => store.list({ prefix: "", limit: 1 }, { signal })],
      ["a delete", (signal) => store.delete("ab-1", { signal })],
    ];
    test.each(calls)("%s", async (_, call) => {
      await store.put("ab-1", bodyOf(pattern(1000)));
      const sessions = await server.sessions();
      expect(sessions.length).toBeGreaterThan(0);
      for (const pid of sessions) process.kill(pid, "SIGSTOP");
      const controller = new AbortController();
      const outcome = call(controller.signal).catch((error: unknown) => error);
      setTimeout(() => controller.abort(reason), 200);
      const began = performance.now();
      expect(await outcome).toBe(reason);
      expect(performance.now() - began).toBeLessThan(60_000);
      for (const pid of sessions) process.kill(pid, "SIGCONT");
      // It goes on, and nothing is left of the put.
      await vi.waitFor(async () => expect(await drafts()).toEqual([]), 60_000);
      expect(await store.head("ab-2")).toBeNull();
    });
  });

  test("drafts that died are removed when it is opened, and younger ones stay", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    const age = { old: 3700, young: 3500, "of tomorrow": -86_400 };
    for (const [name, seconds] of Object.entries(age)) {
      const path = join(server.folder, ".drafts", name);
      await writeFile(path, "half");
      await utimes(path, Date.now() / 1000, Date.now() / 1000 - seconds);
    }
    await reopened({});
    expect((await drafts()).toSorted()).toEqual(["of tomorrow", "young"]);
    expect(await readAll(store, "ab-1")).toEqual(pattern(10));
  });

  test("what somebody tidied away is made again: an empty subfolder, the folder of drafts", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    await store.delete("ab-1");
    await rm(join(server.folder, "ab"), { recursive: true });
    await rm(join(server.folder, ".drafts"), { recursive: true });
    await store.put("ab-2", bodyOf(pattern(20)));
    expect(await readAll(store, "ab-2")).toEqual(pattern(20));
  });

  test("folders, links and files that are not the store's are left alone", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    const ab = join(server.folder, "ab");
    await mkdir(join(ab, "ab-folder"));
    await symlink(join(ab, "ab-1"), join(ab, "ab-link"));
    await run("mkfifo", [join(ab, "ab-pipe")]);
    await writeFile(join(ab, "Not one.txt"), "");
    await writeFile(join(ab, "ac-elsewhere"), "");
    await mkdir(join(server.folder, "long-folder"));
    expect(await listAll(store)).toEqual([{ name: "ab-1", sizeBytes: 10 }]);
    for (const name of ["ab-folder", "ab-link", "ab-pipe"]) {
      expect(await store.head(name)).toBeNull();
      await expect(readAll(store, name)).rejects.toEqual(refusal("not-found"));
      await expect(store.put(name, bodyOf(pattern(1)))).rejects.toEqual(refusal("exists"));
    }
  });

  test("what it writes is private to the user, and no draft outlives its put", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    const { stdout } = await run("find", [server.folder, "-mindepth", "1", "-printf", "%m %n %P\n"]);
    expect(stdout.trim().split("\n").toSorted()).toEqual(["600 1 ab/ab-1", "700 2 .drafts", "700 2 ab"]);
  });

  test("a folder that is moved away is missed, and a put does not make another", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    await rename(server.folder, `${server.folder}-away`);
    await expect(store.put("cd-1", bodyOf(pattern(10)))).rejects.toEqual(unavailable);
    await expect(store.head("ab-1")).rejects.toEqual(unavailable);
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
    await expect(store.delete("ab-1")).rejects.toEqual(unavailable);
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
    await rename(`${server.folder}-away`, server.folder);
    await store.put("cd-1", bodyOf(pattern(10)));
    expect(await listAll(store)).toHaveLength(2);
  });

  test("a server that lets nobody write denies it, and is read", async () => {
    const readOnly = await startSftpServer({ readOnly: true });
    onTestFinished(() => readOnly.stop());
    await mkdir(join(readOnly.folder, "ab"));
    await writeFile(join(readOnly.folder, "ab", "ab-1"), pattern(10));
    const reader = await openSftpStore({ ...readOnly, path: readOnly.folder }, readOnly);
    onTestFinished(() => reader.close());
    await expect(reader.put("ab-2", bodyOf(pattern(10)))).rejects.toEqual(refusal("denied"));
    await expect(reader.delete("ab-1")).rejects.toEqual(refusal("denied"));
    expect(await readAll(reader, "ab-1")).toEqual(pattern(10));
    expect(await listAll(reader)).toHaveLength(1);
  });

  test("a store that was closed serves nobody, and closing again does nothing", async () => {
    await store.close();
    await store.close();
    await expect(store.head("ab-1")).rejects.toEqual(unavailable);
    await expect(store.put("ab-1", bodyOf(pattern(10)))).rejects.toEqual(unavailable);
  });
});

/** A fingerprint with something behind it. */
function likeAKey(end: string): string {
  return `SHA256:${"A".repeat(43)}${end}`;
}

async function keyFolder(): Promise<string> {
  const folder = await TestFolder.make();
  onTestFinished(() => folder.remove());
  return folder.path;
}
