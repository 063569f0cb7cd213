import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readAll } from "@chirograph/stores";
import type { Id } from "@chirograph/vault";
import { connect, type Connection, routes } from "@chirograph/wire";
import { describe, expect, onTestFinished, test } from "vitest";
import { homeIn } from "../src/home/layout.ts";
import {
  ask,
  bearer,
  bytesOf,
  openVaultOf,
  type RawAnswer,
  reserveOn,
  startTestServer,
  type TestServer,
  testFolder,
} from "./running.ts";

const MIB = 1_048_576;

interface Sent {
  readonly server: TestServer;
  readonly path: string;
}

async function uploadOn(server: TestServer): Promise<Sent & { store: Id; object: Id }> {
  const { store, objects } = await reserveOn(server, 1);
  return { server, store, object: objects[0]!, path: `/api/v1/stores/${store}/uploads/${objects[0]!}` };
}

function begin({ server, path }: Sent, sizeBytes: unknown): Promise<RawAnswer> {
  const headers = { ...bearer(server), "content-type": "application/json" };
  return ask(server, path, { method: "POST", headers, body: JSON.stringify({ sizeBytes }) });
}

function send(
  { server, path }: Sent,
  offset: number | string,
  body: Uint8Array,
  more: { headers?: Record<string, string>; endsAfterMs?: number } = {},
): Promise<RawAnswer> {
  const { headers: own, ...rest } = more;
  const headers = {
    ...bearer(server),
    "content-type": "application/octet-stream",
    "upload-offset": `${offset}`,
    ...own,
  };
  return ask(server, path, { method: "PATCH", headers, body, ...rest });
}

describe("an upload", () => {
  test("goes part by part, and is an object with its last byte", async () => {
    const server = await startTestServer();
    const upload = await uploadOn(server);
    const bytes = bytesOf(250);
    expect((await begin(upload, 250)).json()).toEqual({ offset: 0, sizeBytes: 250, complete: false });
    expect((await send(upload, 0, bytes.subarray(0, 100))).json()).toMatchObject({
      offset: 100,
      complete: false,
    });
    expect((await begin(upload, 250)).json()).toMatchObject({ offset: 100, complete: false });
    const store = server.connection.store(upload.store);
    expect(await store.head(upload.object)).toBeNull();
    const last = await send(upload, 100, bytes.subarray(100));
    expect(last.json()).toEqual({ offset: 250, sizeBytes: 250, complete: true });
    expect(await readAll(store, upload.object)).toEqual(bytes);
    expect(await readdir(homeIn(server.home).uploads)).toEqual([]);
    // Whoever lost the answer goes on.
    expect((await begin(upload, 250)).json()).toEqual({ offset: 250, sizeBytes: 250, complete: true });
    expect((await begin(upload, 249)).json()).toMatchObject({ status: 409, code: "exists", source: "store" });
  });

  test("is refused where it is wrong, and goes on after that", async () => {
    const server = await startTestServer();
    const upload = await uploadOn(server);
    const bytes = bytesOf(250);
    expect((await send(upload, 0, bytes)).json()).toMatchObject({ status: 404, code: "unknown" });
    await begin(upload, 250);
    const wrong: [Promise<RawAnswer>, object][] = [
      [send(upload, 1, bytes.subarray(1)), { status: 409, code: "wrong-offset", source: "server" }],
      [send(upload, 0, bytesOf(251)), { status: 400, code: "wrong-length", source: "store" }],
      [send(upload, "x", bytes), { status: 400, code: "malformed" }],
      [send(upload, "-1", bytes), { status: 400, code: "malformed" }],
      [begin(upload, 251), { status: 400, code: "wrong-length", source: "store" }],
      [begin(upload, -1), { status: 400, code: "malformed" }],
      [begin(upload, 1.5), { status: 400, code: "malformed" }],
    ];
    for (const [asked, problem] of wrong) expect((await asked).json()).toMatchObject(problem);
    const large = { "content-length": `${routes.PART_BYTES + 1}` };
    expect((await send(upload, 0, new Uint8Array(), { headers: large })).status).toBe(413);
    expect((await send(upload, 0, bytes)).json()).toMatchObject({ complete: true });
  });

  test("of an unreserved name, or of more than there is room for, is not begun", async () => {
    const server = await startTestServer();
    const upload = await uploadOn(server);
    const path = upload.path.replace(/[0-9a-f]{32}$/, "0".repeat(32));
    expect((await begin({ server, path }, 10)).json()).toMatchObject({ status: 404, code: "unknown" });
    const answer = await begin(upload, Number.MAX_SAFE_INTEGER);
    expect(answer.json()).toMatchObject({ status: 507, code: "full", source: "store" });
    expect(await readdir(homeIn(server.home).uploads)).toEqual([]);
  });

  test("whose line is cut keeps what came", async () => {
    const server = await startTestServer();
    const upload = await uploadOn(server);
    const bytes = bytesOf(3000);
    await begin(upload, 3000);
    const cut = send(upload, 0, bytes.subarray(0, 1000), {
      headers: { "content-length": "3000" },
      endsAfterMs: 300,
    });
    await expect(cut).rejects.toThrow("cut");
    await expect.poll(async () => (await begin(upload, 3000)).json()).toMatchObject({ offset: 1000 });
    expect((await send(upload, 1000, bytes.subarray(1000))).json()).toMatchObject({ complete: true });
    expect(await readAll(server.connection.store(upload.store), upload.object)).toEqual(bytes);
  });

  test("takes one request at a time", async () => {
    const server = await startTestServer();
    const upload = await uploadOn(server);
    await begin(upload, 3000);
    const slow = send(upload, 0, bytesOf(1000), { headers: { "content-length": "3000" }, endsAfterMs: 3000 });
    slow.catch(() => undefined);
    const busy = { status: 409, code: "busy", source: "server" };
    await expect.poll(async () => (await begin(upload, 3000)).json()).toMatchObject(busy);
    expect((await send(upload, 0, bytesOf(3000))).json()).toMatchObject(busy);
    await expect(slow).rejects.toThrow("cut");
  });

  test("that is given up leaves nothing, whatever was given up", async () => {
    const server = await startTestServer();
    const upload = await uploadOn(server);
    await begin(upload, 250);
    await send(upload, 0, bytesOf(100));
    for (let round = 0; round < 2; round++) {
      const { status } = await ask(server, upload.path, { method: "DELETE", headers: bearer(server) });
      expect(status).toBe(204);
    }
    expect(await readdir(homeIn(server.home).uploads)).toEqual([]);
    expect((await begin(upload, 250)).json()).toMatchObject({ offset: 0 });
  });

  test("lies in a file that only its user reads", async () => {
    const server = await startTestServer();
    await begin(await uploadOn(server), 250);
    const { uploads } = homeIn(server.home);
    const [file] = await readdir(uploads);
    expect((await stat(`${uploads}/${file!}`)).mode & 0o777).toBe(0o600);
  });

  test("whose reservation is over is removed at the next start", async () => {
    const home = await testFolder();
    const first = await startTestServer({ home });
    const [left, kept] = [await uploadOn(first), await uploadOn(first)];
    await begin(left, 250);
    await begin(kept, 250);
    await first.close();
    const behind = await openVaultOf({ home });
    const { rows } = behind.keeping;
    await rows.forget(left.store, left.object);
    const target = { store: left.store, object: left.object };
    const until = await rows.reservedUntil(target);
    await rows.replace({
      added: [],
      moved: [],
      replaced: until === undefined ? [] : [target],
      reservations: [],
    });
    expect(await rows.reservedUntil(target)).toBeUndefined();
    await behind.close();
    await startTestServer({ home });
    const names = await readdir(homeIn(home).uploads);
    expect(names).toEqual([`${kept.store}-${kept.object}-250.part`]);
  });
});

interface Child {
  readonly connection: Connection;
  kill(): Promise<void>;
}

async function startChild(home: string): Promise<Child> {
  const file = fileURLToPath(new URL("children/serve.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(kill);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const address = new URL(line.toString().trim());
  const token = address.hash.slice("#token=".length);
  return { connection: connect({ origin: address.origin, token }), kill };
}

test("an upload goes on behind a server that was killed in the middle of it", async () => {
  const home = await testFolder();
  const first = await startChild(home);
  const { targets } = await first.connection.catalogue.reserve({
    fragments: 8,
    versions: 1,
    layout: "alone",
  });
  const { store, object } = targets[0]![0]!;
  const bytes = bytesOf(30 * MIB);
  const killed = Promise.withResolvers<void>();
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let offset = 0; offset < bytes.length; offset += MIB) {
      // The third part is on its way a moment after its last piece was taken.
      if (offset === 12 * MIB) setTimeout(() => void first.kill().then(killed.resolve), 10);
      yield bytes.subarray(offset, offset + MIB);
    }
  }
  const end = new AbortController();
  const remote = first.connection.store(store, { keepOnAbort: true, patience: "until-aborted" });
  const put = remote.put(object, { sizeBytes: bytes.length, bytes: body() }, { signal: end.signal });
  await Promise.race([killed.promise, put]);
  end.abort(new Error("the page is closed"));
  await expect(put).rejects.toThrow("the page is closed");

  const second = (await startChild(home)).connection.store(store);
  const { uploads } = homeIn(home);
  const [spooled] = await readdir(uploads);
  const { size } = await stat(`${uploads}/${spooled!}`);
  expect(size).toBeGreaterThanOrEqual(8 * MIB);
  expect(size).toBeLessThan(bytes.length);
  await second.put(object, { sizeBytes: bytes.length, bytes: [bytes] });
  expect(Buffer.compare(await readAll(second, object), bytes)).toBe(0);
  expect(await readdir(uploads)).toEqual([]);
});
