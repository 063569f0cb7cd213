// What was found out about a bucket by racing for it is found out once, and by nobody who only looks.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Store } from "@chirograph/stores";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { type RgwCluster, startRgw } from "../../../test-support/servers/rgw.ts";
import {
  Connections,
  createEmbedded,
  type EmbeddedPlan,
  type Location,
  openEmbedded,
  openStore,
  parseLocations,
  pathsIn,
  planVault,
  type Purpose,
  readConfig,
  reindexEmbedded,
} from "../src/index.ts";
import { Bench } from "./bench.ts";

const bench = new Bench();
let known: unknown;
const asked: string[] = [];
let cluster: RgwCluster;
let between: Server;
let plan: EmbeddedPlan;

/** Hands everything on, and notes what is asked. */
function listenBefore(address: string): Server {
  const { hostname, port } = new URL(address);
  return createServer((asking, answer) => {
    const { method = "", url: path, headers } = asking;
    asked.push(method);
    const onward = request({ hostname, port, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asking.pipe(onward);
  });
}

async function prepare(): Promise<void> {
  cluster = await startRgw();
  const [rgw] = cluster.servers;
  await rgw!.createBucket("bucket");
  between = listenBefore(rgw!.address);
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  const endpoint = `s3:http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  const path = bench.path("credentials.json");
  const { accessKeyId, secretAccessKey } = rgw!.credentials;
  writeFileSync(path, JSON.stringify({ [endpoint]: { accessKeyId, secretAccessKey } }));
  chmodSync(path, 0o600);
  vi.stubEnv("CHIROGRAPH_CREDENTIALS", path);
  const locations = parseLocations([`${endpoint}/bucket`]);
  const { founder } = bench;
  plan = { folder: bench.path("vault"), founder, owners: [], locations, ...planVault(locations, {}) };
  await createEmbedded(bench.engine, plan);
}

async function writesOf(purpose: Purpose): Promise<number> {
  asked.length = 0;
  const vault = await openEmbedded(bench.engine, plan.folder, purpose);
  expect(vault.away).toEqual([]);
  await vault.close();
  return asked.filter((method) => ["PUT", "POST", "DELETE"].includes(method)).length;
}

function change(edit: (store: Record<string, unknown>) => void): void {
  const { config } = pathsIn(plan.folder);
  const document = JSON.parse(readFileSync(config, "utf8")) as { stores: Record<string, unknown>[] };
  edit(document.stores[0]!);
  writeFileSync(config, JSON.stringify(document));
}

async function arbitrationNow(): Promise<unknown> {
  return (await readConfig(bench.engine, plan.folder)).places[0]!.arbitration;
}

describe.skipIf(missing.rgw)("what a bucket makes of several writers", () => {
  beforeAll(prepare);
  afterAll(async () => {
    between.closeAllConnections();
    await new Promise((resolve) => between.close(resolve));
    await cluster.stop();
    vi.unstubAllEnvs();
  });

  test("a new vault keeps it, and so does one that is made again", async () => {
    expect(await arbitrationNow()).toEqual({ put: expect.any(String), complete: expect.any(String) });
    known = await arbitrationNow();
    rmSync(plan.folder, { recursive: true });
    const connections = new Connections();
    const location = plan.locations[0]!;
    const stores = new Map<Store, Location>([[(await openStore(connections, location)) as Store, location]]);
    await reindexEmbedded(bench.engine, { folder: plan.folder, stores, identity: bench.founder });
    await connections.close();
    expect(await arbitrationNow()).toEqual(known);
    expect(await writesOf("work")).toBe(0);
  });

  test("it counts for its location alone", async () => {
    change((store) => {
      store["location"] = `${plan.locations[0]}?region=eu-central-1`;
    });
    expect(await arbitrationNow()).toBeUndefined();
    change((store) => {
      store["location"] = plan.locations[0];
    });
    expect(await arbitrationNow()).toEqual(known);
  });

  test("whoever only looks writes nothing, though nothing is known", async () => {
    change((store) => {
      delete store["arbitration"];
    });
    expect(await writesOf("look")).toBe(0);
    expect(await writesOf("work")).toBeGreaterThan(0);
  });
});
