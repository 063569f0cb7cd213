import { rename } from "node:fs/promises";
import { join } from "node:path";
import { createIdentity, type Identity, type RecordContent, utf8, Word } from "@chirograph/core";
import { createEngine, type Engine } from "@chirograph/engine";
import { readAll } from "@chirograph/stores";
import { openFileStore } from "@chirograph/stores/file";
import {
  type Catalogue,
  type CommitRequest,
  type OpenChart,
  openVault,
  type PutResult,
  type Seen,
  type SeenChart,
  type Vault,
} from "@chirograph/vault";
import type { Job, JobKind } from "@chirograph/wire";
import { beforeAll, describe, expect, test } from "vitest";
import { homeIn } from "../src/home/layout.ts";
import { bytesOf, startTestServer, type TestServer } from "./running.ts";

const engine: Engine = createEngine();
const word: Word = new Word("adk21937");
let owner: Identity;
beforeAll(async () => {
  owner = await createIdentity(engine);
});

/** A vault as a client far from it has it. */
async function clientOf(
  { connection }: TestServer,
  change: (catalogue: Catalogue) => Catalogue = (catalogue) => catalogue,
): Promise<Vault> {
  const about = await connection.about();
  const marks = new Map<string, SeenChart>();
  const seen: Seen = {
    recall: async (chart) => marks.get(chart),
    remember: async (chart, mark) => void marks.set(chart, mark),
  };
  const { stores: settings, policy } = about;
  return openVault({
    engine,
    catalogue: change(connection.catalogue),
    stores: connection.stores(about),
    seen,
    settings: { stores: settings, policy },
    now: Date.now,
  });
}

async function put(chart: OpenChart, ...records: Uint8Array[]): Promise<PutResult[]> {
  const sources = records.map((bytes) => ({
    content: (): RecordContent => ({
      shape: "file",
      entries: [{ path: "scan.bin", bytes: bytes.length }],
      kind: "application/octet-stream",
      metadata: new Map(),
      data: piecesOf(bytes),
    }),
  }));
  return all(chart.put(sources));
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 65_536) yield bytes.subarray(offset, offset + 65_536);
}

async function contentOf(chart: OpenChart, record: string): Promise<Buffer> {
  const opened = await chart.open(record);
  return Buffer.concat(await all(opened.content()));
}

async function finished(server: TestServer, kind: JobKind): Promise<Job> {
  const { id } = await server.connection.startJob(kind);
  await expect
    .poll(async () => (await server.connection.job(id)).state, { timeout: 30_000 })
    .not.toBe("running");
  return server.connection.job(id);
}

/** Everything that lies under a store's folder, by name. */
async function objectsOn(server: TestServer, index: number): Promise<string[]> {
  const store = await openFileStore(join(homeIn(server.home).clouds, `${index}`));
  return (await store.list({ prefix: "", limit: 1000 })).map(({ name }) => name);
}

test("a vault over HTTP keeps records, opens them with two stores away, and is repaired", async () => {
  const server = await startTestServer();
  const vault = await clientOf(server);
  const chart = await vault.newChart({ owner, word, members: [], label: "Ada" });
  const small = utf8("a note");
  const large = bytesOf(30 * 1_048_576 + 17);
  const [first, second] = await put(chart, small, large);
  expect(first!.storesMissing).toEqual([]);
  expect(second!.storesMissing).toEqual([]);

  const { clouds } = homeIn(server.home);
  for (const index of [2, 5]) await rename(join(clouds, `${index}`), join(clouds, `${index}-away`));
  const other = await (await clientOf(server)).unlock(chart.id, owner, word);
  expect(other.label).toBe("Ada");
  expect(await contentOf(other, first!.record)).toEqual(Buffer.from(small));
  expect(Buffer.compare(await contentOf(other, second!.record), large)).toBe(0);
  expect((await finished(server, "verify")).report).toMatchObject({ checkedVersions: 2, lost: [] });

  await rename(join(clouds, "2-away"), join(clouds, "2"));
  await rename(join(clouds, "5-away"), join(clouds, "5"));
  const store = await openFileStore(join(clouds, "5"));
  for (const name of (await objectsOn(server, 5)).filter((each) => each !== "vault"))
    await store.delete(name);
  const repaired = await finished(server, "repair");
  expect(repaired).toMatchObject({ state: "done", problem: null });
  expect(repaired.report).toMatchObject({ writtenFragments: 2, lost: [], atRisk: [], unreachable: [] });
  expect((await finished(server, "verify")).report).toMatchObject({
    repairable: [],
    lost: [],
    unreachable: [],
  });
  expect(await server.connection.status()).toMatchObject({
    charts: 1,
    records: 2,
    versions: 2,
    erased: 0,
    unfinished: 0,
  });
});

test("a fragment that was altered after its upload is not committed", async () => {
  const server = await startTestServer();
  let spoil = false;
  const vault = await clientOf(server, (catalogue) => ({
    ...catalogue,
    async commit(request: CommitRequest) {
      const { object, store } = request.versions[0]?.places[0] ?? {};
      if (spoil && object !== undefined && store !== undefined) await alter(server, store, object);
      return catalogue.commit(request);
    },
  }));
  const chart = await vault.newChart({ owner, word, members: [] });
  const [whole] = await put(chart, bytesOf(2_000_000));
  spoil = true;
  for (const bytes of [bytesOf(100), bytesOf(2_000_000)]) {
    await expect(put(chart, bytes)).rejects.toMatchObject({
      name: "VaultError",
      code: "malformed",
      stores: [expect.any(String)] as unknown,
    });
  }
  const other = await (await clientOf(server)).unlock(chart.id, owner, word);
  expect(other.records().map(({ record }) => record)).toEqual([whole!.record]);
});

/** Changes one byte of an object, behind the server's back. */
async function alter(server: TestServer, store: string, object: string): Promise<void> {
  const { stores } = await server.connection.about();
  const index = stores.findIndex(({ id }) => id === store) + 1;
  const folder = await openFileStore(join(homeIn(server.home).clouds, `${index}`));
  const bytes = await readAll(folder, object);
  bytes[50]! ^= 1;
  await folder.delete(object);
  await folder.put(object, { sizeBytes: bytes.length, bytes: [bytes] });
}

test("what a tombstone names is deleted from the stores, without being asked for", async () => {
  const server = await startTestServer();
  const chart = await (await clientOf(server)).newChart({ owner, word, members: [] });
  const [gone, kept] = await put(chart, bytesOf(2_000_000), utf8("kept"));
  const before = (await objectsOn(server, 1)).length;
  await chart.erase(gone!.record);
  await expect
    .poll(async () => (await server.connection.jobs()).find(({ kind }) => kind === "erasures"), {
      timeout: 60_000,
    })
    .toMatchObject({ state: "done", report: { erased: [gone!.version], unfinished: [] } });
  expect((await objectsOn(server, 1)).length).toBeLessThanOrEqual(before);
  const { stores, erased } = await server.connection.status();
  expect(erased).toBe(1);
  expect(stores.every(({ fragments, condemned }) => fragments === 1 && condemned === 0)).toBe(true);
  expect(await contentOf(chart, kept!.record)).toEqual(Buffer.from("kept"));
  await expect(chart.open(gone!.record)).rejects.toMatchObject({ code: "erased" });
});

describe("long work", () => {
  test("runs once of a kind, and is stopped", async () => {
    const server = await startTestServer();
    const chart = await (await clientOf(server)).newChart({ owner, word, members: [] });
    await put(chart, ...Array.from({ length: 12 }, (_, index) => bytesOf(1_200_000, index)));
    const { connection } = server;
    const [first, again] = await Promise.all([connection.startJob("verify"), connection.startJob("verify")]);
    expect(again.id).toBe(first.id);
    await connection.stopJob(first.id);
    await expect.poll(async () => (await connection.job(first.id)).state).not.toBe("running");
    expect(["stopped", "done"]).toContain((await connection.job(first.id)).state);
    const next = await finished(server, "verify");
    expect(next.id).not.toBe(first.id);
    expect(next.report).toMatchObject({ checkedVersions: 12, repairable: [], lost: [] });
    expect((await connection.jobs()).map(({ id }) => id)).toEqual([next.id]);
    await expect(connection.job(first.id)).rejects.toMatchObject({ name: "WireError", code: "unknown" });
  });

  test("that a start finds undone goes on", async () => {
    const server = await startTestServer();
    const chart = await (await clientOf(server)).newChart({ owner, word, members: [] });
    const [gone] = await put(chart, utf8("gone"));
    const { clouds } = homeIn(server.home);
    await rename(join(clouds, "3"), join(clouds, "3-away"));
    await chart.erase(gone!.record);
    await expect
      .poll(async () => (await server.connection.jobs())[0]?.report, { timeout: 20_000 })
      .toMatchObject({ unfinished: [gone!.version] });
    await server.close();
    await rename(join(clouds, "3-away"), join(clouds, "3"));
    const next = await startTestServer({ home: server.home });
    await expect
      .poll(async () => (await next.connection.jobs())[0]?.report, { timeout: 20_000 })
      .toMatchObject({ erased: [gone!.version], unfinished: [] });
  });
});

test("errors of the rooms come as they were thrown there", async () => {
  const server = await startTestServer();
  const { catalogue } = server.connection;
  await expect(catalogue.reserve({ fragments: 3, versions: 1, layout: "alone" })).rejects.toMatchObject({
    name: "WireError",
    code: "malformed",
  });
  const nonsense = { reservations: [], links: [bytesOf(10)], versions: [] };
  await expect(catalogue.commit(nonsense)).rejects.toMatchObject({
    name: "ChirographError",
    code: "malformed",
  });
  expect(server.said.join("")).not.toContain("failed");
});
