import type { SFTPWrapper } from "ssh2";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readAll } from "../src/read.ts";
import { openSftpStore, type SftpStore } from "../src/sftp/sftp-store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { bigBody, expectBigBody, MIB } from "./big-bodies.ts";
import { FakeSftp } from "./fake-sftp.ts";

const open = (server: FakeSftp, password = server.password): Promise<SftpStore> =>
  openSftpStore(
    {
      host: "127.0.0.1",
      user: server.user,
      port: server.port,
      hostKey: server.hostKey,
      path: "/store",
    },
    { password },
  );

describe("of a server with a will of its own", () => {
  let server: FakeSftp;
  let store: SftpStore;
  beforeEach(async () => {
    server = await FakeSftp.start();
    store = await open(server);
  });
  afterEach(async () => {
    await store.close();
    await server.stop();
  });
  const unavailable = refusal("unavailable");
  const paths = (): string[] => [...server.files.keys()].toSorted();

  test("nothing is promised where it makes no hard links", async () => {
    expect(store.promises.putIfAbsentIsAtomic).toBe(false);
    await store.put("ab-1", bodyOf(pattern(10)));
    await expect(store.put("ab-1", bodyOf(pattern(20)))).rejects.toEqual(refusal("exists"));
    expect(paths()).toEqual(["/store", "/store/.drafts", "/store/ab", "/store/ab/ab-1"]);
  });

  test("reads that give less than was asked for are put together", async () => {
    server.mostRead = 1000;
    await store.put("ab-1", bigBody(2 * MIB + 7));
    await expectBigBody(store, "ab-1", { offset: 0, lengthBytes: 2 * MIB + 7 });
    await expectBigBody(store, "ab-1", { offset: MIB - 1, lengthBytes: 3000 });
  });

  test("an object that ends too soon is refused", async () => {
    await store.put("ab-1", bodyOf(pattern(300_000)));
    server.instead.set("READ", (sftp, id) => sftp.status(id, 1));
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
    server.instead.set("READ", (sftp, id) => sftp.data(id, Buffer.alloc(0)));
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
  });

  test("more than was asked for is not taken", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    server.instead.set("READ", (sftp, id) => sftp.data(id, Buffer.alloc(11)));
    expect(await readAll(store, "ab-1")).toEqual(new Uint8Array(10));
  });

  test.each([
    ["WRITE", 3, "denied"],
    ["WRITE", 4, "unavailable"],
    ["CLOSE", 4, "unavailable"],
    ["RENAME", 3, "denied"],
    ["RENAME", 4, "unavailable"],
    ["OPEN", 3, "denied"],
    ["OPEN", 99, "unavailable"],
    ["MKDIR", 3, "denied"],
  ] as const)("a %s that is answered with %i leaves nothing", async (request, status, code) => {
    server.instead.set(request, (sftp, id) => sftp.status(id, status));
    await expect(store.put("ab-1", bigBody(3 * MIB))).rejects.toEqual(refusal(code));
    expect(paths().filter((path) => /-/.test(path))).toEqual([]);
    server.instead.clear();
    await store.put("ab-1", bodyOf(pattern(10)));
    expect(await readAll(store, "ab-1")).toEqual(pattern(10));
  });

  test("a body is left as soon as a write failed", async () => {
    let given = 0;
    server.instead.set("WRITE", (sftp, id) => sftp.status(id, 4));
    const body = bigBody(64 * MIB, (bytes) => (given = bytes));
    await expect(store.put("ab-1", body)).rejects.toEqual(unavailable);
    expect(given).toBeLessThan(16 * MIB);
  });

  describe("an answer of the wrong kind is refused:", () => {
    const kinds: [string, (sftp: SFTPWrapper, id: number) => void][] = [
      ["that it is done", (sftp, id) => sftp.status(id, 0)],
      ["a handle", (sftp, id) => sftp.handle(id, Buffer.of(0, 0, 0, 9))],
      ["names", (sftp, id) => sftp.name(id, [])],
      ["attributes", (sftp, id) => sftp.attrs(id, server.attributesOf("/store/ab/ab-1"))],
      ["data", (sftp, id) => sftp.data(id, Buffer.alloc(10))],
    ];
    test.each(kinds)("%s", async (kind, answer) => {
      await store.put("ab-1", bodyOf(pattern(10)));
      const calls: [string, string, () => Promise<unknown>][] = [
        ["OPEN", "a handle", () => readAll(store, "ab-1")],
        ["READ", "data", () => readAll(store, "ab-1")],
        ["LSTAT", "attributes", () => store.head("ab-1")],
        ["STAT", "attributes", () => store.list({ prefix: "", limit: 1 })],
        ["OPENDIR", "a handle", () => store.list({ prefix: "", limit: 1 })],
      ];
      for (const [request, right, call] of calls) {
        // A handle is bytes, as data are.
        if (right === kind || (request === "OPENDIR" && kind === "data")) continue;
        server.instead.set(request, answer);
        await expect(call()).rejects.toEqual(unavailable);
        server.instead.clear();
      }
      expect(await readAll(store, "ab-1")).toEqual(pattern(10));
    });
  });

  test("attributes that say nothing are refused", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    server.instead.set("LSTAT", (sftp, id) => sftp.attrs(id, {} as never));
    await expect(store.head("ab-1")).rejects.toEqual(unavailable);
  });

  test("a packet that is none ends the connection, and the next call opens another", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    for (const garbage of [
      Buffer.of(0xff, 0xff, 0xff, 0xff, 1),
      Buffer.of(0, 0, 0, 0),
      Buffer.of(0, 0, 0, 1, 250),
      Buffer.of(0, 0, 0, 5, 104, 0, 0, 0, 1),
    ]) {
      server.instead.set("LSTAT", (sftp) => sendRaw(sftp, garbage));
      await expect(store.head("ab-1")).rejects.toEqual(unavailable);
      server.instead.clear();
      expect(await store.head("ab-1")).toEqual({ name: "ab-1", sizeBytes: 10 });
    }
  });

  test("a folder without an end is left", async () => {
    server.files.set("/store/ab", null);
    server.endless = true;
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
  });

  test("a session that the server ends is opened again", async () => {
    await store.put("ab-1", bodyOf(pattern(10)));
    server.instead.set("LSTAT", (sftp) => sftp.end());
    await expect(store.head("ab-1")).rejects.toEqual(unavailable);
    server.instead.clear();
    expect(await store.head("ab-1")).toEqual({ name: "ab-1", sizeBytes: 10 });
    expect(await listAll(store)).toHaveLength(1);
  });
});

test.each([false, true])("a password opens a store, also where it is asked for: %s", async (keyboard) => {
  const server = await FakeSftp.start({ keyboard });
  onTestFinished(() => server.stop());
  const store = await open(server);
  await store.put("ab-1", bodyOf(pattern(10)));
  await store.close();
  const opening = open(server, "battery-staple");
  await expect(opening).rejects.toEqual(refusal("denied"));
  expect(await opening.catch(String)).not.toContain("battery-staple");
});

/** Bytes on the channel that are no packet of the protocol. */
function sendRaw(sftp: unknown, bytes: Buffer): void {
  const { _protocol: protocol, outgoing } = sftp as {
    _protocol: { channelData(channel: number, data: Buffer): void };
    outgoing: { id: number };
  };
  protocol.channelData(outgoing.id, bytes);
}
