import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { Store } from "@chirograph/stores";
import { openFileStore } from "@chirograph/stores/file";
import { behaviours, hostileStore } from "@chirograph/stores/hostile";
import { createMemoryStore } from "@chirograph/stores/memory";
import { HEADER_NAME } from "@chirograph/vault";
import { describe, expect, test } from "vitest";
import { headerState } from "../src/headers.ts";
import {
  Connections,
  createEmbedded,
  type Location,
  openEmbedded,
  openStore,
  pathsIn,
  reindexEmbedded,
} from "../src/index.ts";
import { Bench } from "./bench.ts";

const bench = new Bench();
const { engine } = bench;

describe("a new vault", () => {
  test("is whole, private, and opens", async () => {
    const { settings } = await createEmbedded(engine, bench.plan("vault", ["a1", "a2", "a3"]));
    expect(readdirSync(bench.path("vault")).toSorted()).toEqual([
      "catalogue.key",
      "catalogue.sqlite",
      "vault.json",
    ]);
    expect(statSync(bench.path("vault")).mode & 0o777).toBe(0o700);
    expect(statSync(pathsIn(bench.path("vault")).key).mode & 0o777).toBe(0o600);
    const vault = await openEmbedded(engine, bench.path("vault"), "work");
    expect(vault.config.settings).toEqual(settings);
    expect(vault.away).toEqual([]);
    expect(await vault.keeping.rows.totals()).toMatchObject({ charts: 0 });
    await vault.close();
  });

  test("never takes the place of another, nor its stores", async () => {
    const before = readFileSync(pathsIn(bench.path("vault")).config);
    await expect(createEmbedded(engine, bench.plan("vault", ["x1"]))).rejects.toMatchObject({
      code: "exists",
    });
    await expect(createEmbedded(engine, bench.plan("new", ["x1", "a2"]))).rejects.toMatchObject({
      code: "exists",
    });
    expect(existsSync(bench.path("new"))).toBe(false);
    expect(existsSync(bench.path("x1"))).toBe(false);
    expect(readFileSync(pathsIn(bench.path("vault")).config).equals(before)).toBe(true);
  });

  test("that was cut short goes on when it is asked for again, and only then", async () => {
    const plan = bench.plan("cut", ["b1", "b2"]);
    await createEmbedded(engine, plan);
    // As it was just before its last steps.
    const { config, unfinishedConfig, catalogue } = pathsIn(plan.folder);
    renameSync(config, unfinishedConfig);
    rmSync(catalogue);
    const id = readVaultId(unfinishedConfig);
    await expect(
      createEmbedded(engine, { ...plan, stores: plan.stores.map((store) => ({ ...store, region: "eu" })) }),
    ).rejects.toMatchObject({ code: "exists" });
    // What became of a store meanwhile is told with its name.
    renameSync(bench.path("b1"), bench.path("b1-away"));
    writeFileSync(bench.path("b1"), "no folder");
    await expect(createEmbedded(engine, plan)).rejects.toMatchObject({
      name: "EmbeddedError",
      code: "io",
      message: expect.stringContaining(plan.locations[0]!),
    });
    rmSync(bench.path("b1"));
    renameSync(bench.path("b1-away"), bench.path("b1"));
    expect((await createEmbedded(engine, plan)).settings.vault).toBe(id);
    expect(existsSync(unfinishedConfig)).toBe(false);
  });
});

describe("a catalogue's key", () => {
  test("that others may read is not used", async () => {
    const { key } = pathsIn(bench.path("vault"));
    chmodSync(key, 0o640);
    await expect(openEmbedded(engine, bench.path("vault"), "look")).rejects.toMatchObject({
      code: "exposed",
    });
    chmodSync(key, 0o600);
    const text = readFileSync(key, "latin1").trim().split(":")[1]!;
    writeFileSync(key, "chirograph-catalogue-key-1:0\n");
    const error = await openEmbedded(engine, bench.path("vault"), "look").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "malformed", hint: expect.stringContaining("reindex") });
    expect(String(error)).not.toContain(text);
    writeFileSync(key, `chirograph-catalogue-key-1:${text}\n`);
  });
});

test("a vault's lost folder is made again from its stores", async () => {
  const plan = bench.plan("lost", ["c1", "c2"]);
  const { settings } = await createEmbedded(engine, plan);
  rmSync(plan.folder, { recursive: true });
  const stores = new Map(
    await Promise.all(
      plan.locations.map(async (location, index) => {
        return [await openFileStore(bench.path(`c${index + 1}`)), location] as const;
      }),
    ),
  );
  const report = await reindexEmbedded(engine, { folder: plan.folder, stores, identity: bench.founder });
  expect(report).toMatchObject({ settings: { vault: settings.vault }, problems: [] });
  const vault = await openEmbedded(engine, plan.folder, "work");
  expect(vault.config.places.map(({ location }) => location)).toEqual(plan.locations);
  expect(vault.away).toEqual([]);
  await vault.close();
});

test.each(["acknowledge, then lose", "flip a bit", "long answer"])(
  "what a store says of its header a second time neither stops a reindex nor is kept: %s",
  async (name) => {
    const plan = bench.plan(
      `again ${name}`,
      ["d1", "d2", "d3"].map((store) => `${store} ${name}`),
    );
    await createEmbedded(engine, plan);
    const { places } = (await openEmbedded(engine, plan.folder, "look")).config;
    rmSync(plan.folder, { recursive: true });
    const behaviour = behaviours.find((one) => one.name === name)!;
    const stores = new Map<Store, Location>();
    for (const location of plan.locations) {
      const store = (await openStore(new Connections(), location)) as Store;
      const scope = {
        names: (object: string) => object === HEADER_NAME,
        calls: ["get", "head"],
        after: 2,
      } as const;
      stores.set(stores.size === 0 ? hostileStore(store, behaviour, { scope }) : store, location);
    }
    await reindexEmbedded(engine, { folder: plan.folder, stores, identity: bench.founder });
    const vault = await openEmbedded(engine, plan.folder, "work");
    expect(vault.config.places).toEqual(places);
    await vault.close();
  },
);

test("a header that does not end is not read for ever", async () => {
  const header = pattern(500);
  const inner = createMemoryStore();
  await inner.put(HEADER_NAME, { sizeBytes: header.length, bytes: [header] });
  const endless = hostileStore(
    inner,
    behaviours.find(({ name }) => name === "long answer")!,
  );
  expect(await headerState(endless, { id: "0".repeat(32), location: undefined, header })).toBe("unreadable");
});

function pattern(lengthBytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => index);
}

test("a store that is not there is told of in words", async () => {
  expect(await openStore(new Connections(), bench.plan("v", ["gone"]).locations[0])).toBe("is not there");
});

function readVaultId(config: string): string {
  return (JSON.parse(readFileSync(config, "utf8")) as { vault: string }).vault;
}
