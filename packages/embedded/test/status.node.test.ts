import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { startWebDavServer, type WebDavServer } from "../../../test-support/servers/webdav.ts";
import {
  createEmbedded,
  type EmbeddedVault,
  openEmbedded,
  parseLocations,
  parsePrices,
  planVault,
  statusOf,
} from "../src/index.ts";
import { Bench } from "./bench.ts";

/** Of two folders, and one on a web server. */
describe.skipIf(missing.webDav !== undefined)("how the stores are", () => {
  const bench = new Bench();
  let server: WebDavServer;
  let remote: string;
  const prices = (): ReturnType<typeof parsePrices> => {
    const stores = {
      [pathToFileURL(bench.path("s1")).href]: 1000,
      [remote]: { gigabyteMonth: 1000, thousandRequests: 5 },
    };
    return parsePrices({ path: "prices.json", text: JSON.stringify({ currency: "EUR", stores }) });
  };

  beforeAll(async () => {
    server = await startWebDavServer();
    const { username, password } = server;
    remote = `webdav:${server.address.replace(/\/$/, "")}`;
    const credentials = bench.path("credentials.json");
    writeFileSync(credentials, JSON.stringify({ [remote]: { username, password } }), { mode: 0o600 });
    process.env["CHIROGRAPH_CREDENTIALS"] = credentials;
    const locations = parseLocations([
      ...["s1", "s2"].map((name) => pathToFileURL(bench.path(name)).href),
      remote,
    ]);
    const plan = { ...bench.plan("vault", ["s1", "s2"]), locations, ...planVault(locations, {}) };
    await createEmbedded(bench.engine, plan);
    return async () => {
      delete process.env["CHIROGRAPH_CREDENTIALS"];
      await server.stop();
    };
  });
  afterEach(() => void vi.useRealTimers());

  async function withVault<Result>(work: (vault: EmbeddedVault) => Promise<Result>): Promise<Result> {
    const vault = await openEmbedded(bench.engine, bench.path("vault"), "look");
    try {
      return await work(vault);
    } finally {
      await vault.close();
    }
  }

  test("a folder has no traffic and no health; a store on another machine has both", async () => {
    const { stores, currency, charts, unfinished } = await withVault((vault) => statusOf(vault, undefined));
    expect({ currency, charts, unfinished }).toEqual({ currency: null, charts: 0, unfinished: 0 });
    const [folder, , far] = stores;
    expect(folder).toMatchObject({ problem: null, isLeaving: false, traffic: null, health: null });
    expect(folder).toMatchObject({ objects: 0, sizeBytes: 0, monthlyCost: null, costsTraffic: false });
    expect(folder!.latencyMs).toBeGreaterThanOrEqual(0);
    expect(far).toMatchObject({ problem: null, health: "closed" });
    // It was opened, its header was read, and its latency asked for.
    expect(far!.traffic!.requests).toBeGreaterThanOrEqual(2);
    expect(far!.traffic!.readBytes).toBeGreaterThan(0);
    expect(far!.traffic).toMatchObject({ errors: 0, writtenBytes: 0 });
  });

  test("costs are of what is kept, and of requests where they were watched for ten minutes", async () => {
    await withVault(async (vault) => {
      const [first] = vault.keeping.settings.stores;
      const totals = vault.keeping.rows.totals.bind(vault.keeping.rows);
      vi.spyOn(vault.keeping.rows, "totals").mockImplementation(async () => ({
        ...(await totals()),
        stores: [{ store: first!.id, objects: 3, sizeBytes: 2e6, fragments: 3, owed: 0, condemned: 0 }],
      }));
      const soon = await statusOf(vault, prices());
      expect(soon.currency).toBe("EUR");
      expect(soon.stores.map(({ monthlyCost }) => monthlyCost)).toEqual([2, null, 0]);
      expect(soon.stores.map(({ costsTraffic }) => costsTraffic)).toEqual([false, false, false]);

      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 700_000 });
      const later = await statusOf(vault, prices());
      expect(later.stores.map(({ costsTraffic }) => costsTraffic)).toEqual([false, false, true]);
      const { requests } = later.stores[2]!.traffic!;
      const inMonth = (requests / 1000) * 5 * (((365.25 / 12) * 86_400) / 700);
      expect(later.stores[2]!.monthlyCost! / inMonth).toBeCloseTo(1, 1);
    });
  });

  test("a store that does not answer is away, without a latency, and its health tells", async () => {
    await withVault(async (vault) => {
      await server.kill();
      const { stores } = await statusOf(vault, undefined);
      expect(stores[2]).toMatchObject({ latencyMs: null });
      expect(stores[2]!.traffic!.errors).toBeGreaterThan(0);
      expect(stores[0]!.latencyMs).not.toBeNull();
    });
    const away = await withVault((vault) => statusOf(vault, undefined));
    expect(away.stores[2]!.problem).toEqual(expect.any(String));
    expect(away.stores[2]).toMatchObject({ latencyMs: null });
  });
});
