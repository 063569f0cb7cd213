import { rename } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@chirograph/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeContract } from "../../stores/test/contract.ts";
import { homeIn } from "../src/home/layout.ts";
import { NamedStore } from "./named-store.ts";
import { ask, bearer, bytesOf, openVaultOf, reserveOn, startTestServer, type TestServer } from "./running.ts";

const cleanUps: (() => Promise<void>)[] = [];
const cleanUp = (work: () => Promise<void>): void => void cleanUps.unshift(work);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, cleanUp);
});
afterAll(async () => {
  for (const work of cleanUps) await work();
});

for (const [what, options] of [
  ["in one request", {}],
  ["in parts", { partBytes: 65_536 }],
] as const) {
  storeContract(`A store over HTTP, ${what},`, async () => {
    const own = await startTestServer({}, cleanUp);
    const behind = await openVaultOf(own);
    return { store: await NamedStore.of(own, behind.keeping.rows, options), close: () => behind.close() };
  });
}

describe("an object is refused", () => {
  const octets = { "content-type": "application/octet-stream" };

  test("under a name that nobody reserved for this store", async () => {
    const { targets } = await server.connection.catalogue.reserve({
      fragments: 8,
      versions: 1,
      layout: "alone",
    });
    const [first, second] = targets[0]!;
    const body = { sizeBytes: 3, bytes: [bytesOf(3)] };
    const elsewhere = server.connection.store(second!.store);
    for (const partBytes of [100, 1]) {
      const store = server.connection.store(second!.store, { partBytes });
      await expect(store.put(first!.object, body)).rejects.toMatchObject({
        name: "StoreError",
        code: "denied",
      });
      await expect(store.put("0".repeat(32), body)).rejects.toMatchObject({ code: "denied" });
    }
    expect(await elsewhere.head(first!.object)).toBeNull();
    const answer = await ask(server, `/api/v1/stores/${second!.store}/objects/${first!.object}`, {
      method: "PUT",
      headers: { ...bearer(server), ...octets },
      body: bytesOf(3),
    });
    expect(answer.json()).toMatchObject({ status: 404, code: "unknown", source: "server" });
  });

  test("that is too large for one request, before it is read", async () => {
    const { store, objects } = await reserveOn(server, 1);
    const { status, headers, text } = await ask(server, `/api/v1/stores/${store}/objects/${objects[0]!}`, {
      method: "PUT",
      headers: { ...bearer(server), ...octets, "content-length": `${routes.PART_BYTES + 1}` },
    }).catch((error: unknown) => {
      throw error;
    });
    expect(status).toBe(413);
    expect(text).toContain("too-large");
    expect(headers["content-type"]).toContain("problem");
  });

  test("of which nobody says how long it is", async () => {
    const { store, objects } = await reserveOn(server, 1);
    const answer = await ask(server, `/api/v1/stores/${store}/objects/${objects[0]!}`, {
      method: "PUT",
      headers: { ...bearer(server), ...octets, "transfer-encoding": "chunked" },
      body: bytesOf(3),
    });
    expect(answer.json()).toMatchObject({ status: 400, code: "malformed" });
  });

  test("whose store is away", async () => {
    const own = await startTestServer();
    const { store, objects } = await reserveOn(own, 1);
    const { clouds } = homeIn(own.home);
    const index = (await own.connection.about()).stores.findIndex(({ id }) => id === store) + 1;
    await rename(join(clouds, `${index}`), join(clouds, "away"));
    const put = own.connection.store(store).put(objects[0]!, { sizeBytes: 3, bytes: [bytesOf(3)] });
    await expect(put).rejects.toMatchObject({ name: "StoreError", code: "unavailable" });
    const told = (await own.connection.status()).stores.find((each) => each.store === store);
    expect(told!.problem).toBe(`cloud ${index} is not there.`);
    await rename(join(clouds, "away"), join(clouds, `${index}`));
    expect((await own.connection.status()).stores.every(({ problem }) => problem === null)).toBe(true);
    await own.connection.store(store).put(objects[0]!, { sizeBytes: 3, bytes: [bytesOf(3)] });
  });
});

test("a put that is cut short leaves nothing", async () => {
  const { store, objects } = await reserveOn(server, 1);
  const path = `/api/v1/stores/${store}/objects/${objects[0]!}`;
  const cut = await ask(server, path, {
    method: "PUT",
    headers: { ...bearer(server), "content-type": "application/octet-stream", "content-length": "100" },
    body: bytesOf(40),
    endsAfterMs: 200,
  }).catch((error: unknown) => error);
  expect(cut).toBeInstanceOf(Error);
  expect(await server.connection.store(store).head(objects[0]!)).toBeNull();
});

describe("a range", () => {
  const bytes = bytesOf(1000);
  let path: string;
  beforeAll(async () => {
    const { store, objects } = await reserveOn(server, 1);
    await server.connection.store(store).put(objects[0]!, { sizeBytes: 1000, bytes: [bytes] });
    path = `/api/v1/stores/${store}/objects/${objects[0]!}`;
  });

  test.each([
    ["bytes=0-0", "bytes 0-0/1000", "1"],
    ["bytes=10-19", "bytes 10-19/1000", "10"],
    ["bytes=0-999", "bytes 0-999/1000", "1000"],
  ])("%s is given", async (range, contentRange, length) => {
    const answer = await ask(server, path, { headers: { ...bearer(server), range } });
    expect(answer).toMatchObject({
      status: 206,
      headers: { "content-range": contentRange, "content-length": length, "accept-ranges": "bytes" },
    });
  });

  test.each([
    "bytes=0-1000",
    "bytes=1000-1000",
    "bytes=5-4",
    "bytes=5-",
    "bytes=-5",
    "bytes=0-1,3-4",
    "lines=0-1",
    "bytes=0x1-2",
    "",
  ])("%j is refused", async (range) => {
    const answer = await ask(server, path, { headers: { ...bearer(server), range } });
    expect(answer.json()).toMatchObject({ status: 416, code: "out-of-range", source: "store" });
  });

  test("is not sent in pieces of a whole: without one, all is", async () => {
    const answer = await ask(server, path, { headers: bearer(server) });
    expect(answer).toMatchObject({ status: 200, headers: { "content-length": "1000" } });
    const head = await ask(server, path, { method: "HEAD", headers: bearer(server) });
    expect(head).toMatchObject({ status: 200, text: "", headers: { "content-length": "1000" } });
  });
});
