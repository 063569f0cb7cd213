import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathsIn } from "@chirograph/embedded";
import { evacuateStore } from "@chirograph/vault";
import { expect, test } from "vitest";
import { homeIn } from "../src/home/layout.ts";
import { openVaultOf, startTestServer } from "./running.ts";

test("a vault of folders: latency, and nothing of what only servers have", async () => {
  const server = await startTestServer();
  const { stores, ...whole } = await server.connection.status();
  expect(whole).toEqual({
    charts: 0,
    records: 0,
    versions: 0,
    erased: 0,
    unfinished: 0,
    losses: { incomplete: 0, tooFew: 0 },
    currency: null,
  });
  expect(stores).toHaveLength(8);
  for (const { latencyMs, ...store } of stores) {
    expect(latencyMs).toBeGreaterThanOrEqual(0);
    expect(store).toMatchObject({ problem: null, isLeaving: false, traffic: null, health: null });
    expect(store).toMatchObject({ monthlyCost: null, costsTraffic: false });
  }
});

test("a store that is away has no latency; one that is being evacuated is leaving", async () => {
  const server = await startTestServer();
  const { clouds } = homeIn(server.home);
  await rename(join(clouds, "2"), join(clouds, "2-away"));
  const vault = await openVaultOf(server);
  await evacuateStore(vault.keeping, vault.keeping.settings.stores[4]!.id, {});
  await vault.close();
  const { stores } = await server.connection.status();
  expect(stores[1]).toMatchObject({ problem: "cloud 2 is not there.", latencyMs: null });
  expect(stores.map(({ isLeaving }) => isLeaving)).toEqual(stores.map((_, index) => index === 4));
});

test("prices beside the vault are told in costs; wrong ones are named when the server starts", async () => {
  const server = await startTestServer();
  await server.close();
  const { prices } = pathsIn(homeIn(server.home).vault);
  await writeFile(prices, `{"currency": "EUR", "providers": {"own": 0.02, "Provider A": 0.1}}`);
  const priced = await startTestServer({ home: server.home });
  const { currency, stores } = await priced.connection.status();
  expect(currency).toBe("EUR");
  expect(stores.map(({ monthlyCost }) => monthlyCost)).toEqual([0, null, null, null, 0, 0, 0, 0]);
  await priced.close();
  await writeFile(prices, `{"currency": "EUR", "providers": {"own": -1}}`);
  await expect(startTestServer({ home: server.home })).rejects.toThrow(
    /prices\.json: providers\.own is no price/,
  );
});
