// One place under two names would lose two fragments at once.
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Store } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { startWebDavServer, type WebDavServer } from "../../../test-support/servers/webdav.ts";
import { requireDistinctStores } from "../src/distinct-stores.ts";
import { createEmbedded, type EmbeddedPlan, parseLocations, planVault } from "../src/index.ts";
import { Bench } from "./bench.ts";

const bench = new Bench();

function planOver(vault: string, values: readonly string[]): EmbeddedPlan {
  const locations = parseLocations(values);
  const { founder } = bench;
  return { folder: bench.path(vault), founder, owners: [], locations, ...planVault(locations, {}) };
}

async function isEmpty(store: Store): Promise<boolean> {
  return (await store.list({ prefix: "", limit: 1 })).length === 0;
}

describe("stores under several names", () => {
  test("are told apart, and nothing stays on them", async () => {
    const stores = [1, 2, 3].map(() => createMemoryStore());
    await requireDistinctStores(new Map(stores.map((store, index) => [`s3:bucket-${index}`, store])));
    expect(await Promise.all(stores.map(isEmpty))).toEqual([true, true, true]);
  });

  test("that are one are named, and nothing stays", async () => {
    const [one, other] = [createMemoryStore(), createMemoryStore()];
    const all = new Map([
      ["s3:bucket", one],
      ["s3:other", other],
      ["s3:bucket?region=eu-central-1", one],
    ]);
    await expect(requireDistinctStores(all)).rejects.toMatchObject({
      code: "invalid",
      message: "The stores s3:bucket and s3:bucket?region=eu-central-1 are one place.",
    });
    expect(await isEmpty(one)).toBe(true);
    expect(await isEmpty(other)).toBe(true);
  });

  test("of which one takes nothing: it is named", async () => {
    const store = createMemoryStore();
    vi.spyOn(store, "put").mockRejectedValue(await refusal(store));
    const all = new Map([
      ["s3:bucket", createMemoryStore()],
      ["s3:full", store],
    ]);
    await expect(requireDistinctStores(all)).rejects.toMatchObject({
      code: "io",
      message: expect.stringContaining("s3:full"),
    });
  });
});

function refusal(store: Store): Promise<unknown> {
  return store.head("NO NAME").catch((error: unknown) => error);
}

test("two folders to be made that are one are refused before anything is made", async () => {
  mkdirSync(bench.path("disk"));
  symlinkSync(bench.path("disk"), bench.path("link"));
  const values = ["disk/a", "link/a"].map((name) => pathToFileURL(bench.path(name)).href);
  await expect(createEmbedded(bench.engine, planOver("v1", values))).rejects.toMatchObject({
    code: "invalid",
  });
  expect(readdirSync(bench.path("disk"))).toEqual([]);
});

describe.skipIf(missing.webDav)("a folder of a web server", () => {
  let server: WebDavServer;
  beforeAll(async () => {
    server = await startWebDavServer();
    const path = bench.path("credentials.json");
    const { username, password } = server;
    const entries = ["127.0.0.1", "localhost"].map((host) => {
      return [`webdav:http://${host}:${new URL(server.address).port}`, { username, password }];
    });
    writeFileSync(path, JSON.stringify(Object.fromEntries(entries)));
    chmodSync(path, 0o600);
    vi.stubEnv("CHIROGRAPH_CREDENTIALS", path);
  });
  afterAll(async () => {
    await server.stop();
    vi.unstubAllEnvs();
  });

  test.each([
    ["the host and its number", (address: string) => address.replace("127.0.0.1", "localhost")],
    ["the server and the folder itself", () => pathToFileURL(server.folder).href],
  ])("under two names is refused with nothing written: %s", async (title, other) => {
    const address = `webdav:${server.address}`;
    const plan = planOver(title, [address, other(address)]);
    await expect(createEmbedded(bench.engine, plan)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("are one place"),
    });
    expect(existsSync(plan.folder)).toBe(false);
    const files = readdirSync(server.folder, { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile())).toEqual([]);
  });
});
