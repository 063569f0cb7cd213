// In a browser only: its locks and its database are the real ones. Its own files open in workers alone, so what is kept
// is kept in memory, as the vault behind is.
import { createIdentity } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { createMemoryStore } from "@chirograph/stores/memory";
import {
  type Catalogue,
  defaultPolicy,
  type Id,
  type Keep,
  type Kept,
  openKeeper,
  openVault,
  type VaultSettings,
} from "@chirograph/vault";
import { createMemoryRows } from "@chirograph/vault/memory";
import { WireError } from "@chirograph/wire";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Charts } from "../../src/worker/charts.ts";
import type { SourceFiles, TransferState } from "../../src/worker/contract.ts";
import { openDatabase } from "../../src/worker/database.ts";
import { IdentityKeeper } from "../../src/worker/identity-keeper.ts";
import { BegunTransfers } from "../../src/worker/transfers/begun.ts";
import { Transfers } from "../../src/worker/transfers/transfers.ts";

const WORD = "adk21937";
const LARGE = 2_000_000;
const engine = createEngine();

/** A worker's parts over a vault in memory, whose catalogue may be stood in for. */
async function makeTab(between: (catalogue: Catalogue) => Catalogue = (catalogue) => catalogue) {
  const founder = await createIdentity(engine);
  const stores = new Map(Array.from({ length: 4 }, (_, index) => [idOf(index + 1), createMemoryStore()]));
  const settings: VaultSettings = {
    vault: idOf(99),
    generation: 1,
    founder: founder.recipient,
    owners: [founder.recipient],
    stores: [...stores.keys()].map((id) => ({
      id,
      kind: "private-on-premise",
      provider: "",
      region: "",
      weight: 1,
    })),
    policy: defaultPolicy(4),
  };
  const catalogueKey = engine.randomBytes(32);
  const keeper = openKeeper({
    engine,
    rows: createMemoryRows(),
    settings,
    stores,
    catalogueKey,
    now: Date.now,
  });
  const database = await openDatabase();
  const identity = new IdentityKeeper(engine, database);
  const keep = memoryKeep();
  const marks = new Map();
  const vault = openVault({
    engine,
    catalogue: between(keeper),
    stores,
    seen: { recall: async (id) => marks.get(id), remember: async (id, mark) => void marks.set(id, mark) },
    keep,
    settings,
    now: Date.now,
  });
  const charts = new Charts(async () => vault, identity);
  const transfers = new Transfers(engine, { charts, begun: new BegunTransfers(database), keep });
  await identity.make("A", { kind: "passphrase", passphrase: "violet tractor seldom orbit" });
  const { id: chart } = await charts.create({ label: "A", word: WORD });
  return { charts, transfers, identity, database, keep, chart };
}

function memoryKeep(): Keep {
  const entries = new Set<Kept>();
  return {
    async begin(fragmentBytes) {
      const fragments = fragmentBytes.map((): Uint8Array[] => []);
      return {
        write: async (index, bytes) => void fragments[index]!.push(bytes.slice()),
        async finish(document) {
          const kept: Kept = {
            document,
            async *read(index) {
              yield* fragments[index]!;
            },
            drop: async () => void entries.delete(kept),
          };
          entries.add(kept);
          return kept;
        },
        abort: async () => undefined,
      };
    },
    kept: async () => [...entries],
  };
}

const idOf = (number: number): Id => number.toString(16).padStart(32, "0");

const source = (name: string, size: number): SourceFiles => ({
  name,
  shape: "file",
  kind: "application/octet-stream",
  files: [{ path: name, file: new File([new Uint8Array(size).fill(7)], name) }],
});

function stateOf(transfers: Transfers): (id: string) => TransferState | undefined {
  let seen: readonly { id: string; state: TransferState }[] = [];
  transfers.watch((views) => (seen = views));
  return (id) => seen.find((view) => view.id === id)?.state;
}

async function forgetAll(): Promise<void> {
  const database = await openDatabase();
  for (const name of ["identity", "seen", "session", "transfers", "vaults"] as const)
    await database.clear(name);
  database.close();
}

beforeEach(forgetAll);
afterEach(forgetAll);

describe("a transfer", () => {
  it.each([1000, LARGE])("of %i bytes whose commit came through unheard is not made twice", async (size) => {
    let isCut = true;
    const tab = await makeTab((catalogue) => ({
      reserve: (request) => catalogue.reserve(request),
      find: (wanted) => catalogue.find(wanted),
      page: (request) => catalogue.page(request),
      async commit(request) {
        const result = await catalogue.commit(request);
        if (!isCut || request.versions.length === 0) return result;
        isCut = false;
        throw new WireError("unreachable", "The server does not answer.");
      },
    }));
    const state = stateOf(tab.transfers);
    const [id] = await tab.transfers.put(tab.chart, [source("note", size)]);
    await vi.waitFor(() => expect(state(id!)).toBe("done"), { timeout: 60_000 });
    expect(tab.charts.get(tab.chart).records()).toHaveLength(1);
    expect(await tab.keep.kept()).toEqual([]);
    expect(await tab.database.getAll("transfers")).toEqual([]);
  });

  it("waits for its chart when that is closed, and goes on with the files that are there", async () => {
    const tab = await makeTab();
    const state = stateOf(tab.transfers);
    const names = Array.from({ length: 7 }, (_, index) => `note ${index}`);
    const ids = await tab.transfers.put(
      tab.chart,
      names.map((name) => source(name, 1000)),
    );
    tab.transfers.closeChart(tab.chart);
    tab.charts.close(tab.chart);
    const isWaiting = (id: string): boolean => ["needs-chart", "done"].includes(state(id) ?? "");
    await vi.waitFor(() => expect(ids.every(isWaiting)).toBe(true), { timeout: 60_000 });
    await tab.charts.open(tab.chart, WORD);
    await tab.transfers.adopt(tab.charts.get(tab.chart));
    await vi.waitFor(() => expect(ids.map(state)).toEqual(ids.map(() => "done")), { timeout: 60_000 });
    expect(tab.charts.get(tab.chart).records()).toHaveLength(7);
  });

  it("leaves sealed bytes alone that another tab has noted", async () => {
    const tab = await makeTab();
    const chart = tab.charts.get(tab.chart);
    const stop = new AbortController();
    const puts = chart.put([{ content: async () => contentOf(LARGE) }], {
      signal: stop.signal,
      onSealed: () => stop.abort(new Error("gone")),
    });
    await expect(puts.next()).rejects.toThrow("gone");
    const [kept] = (await chart.kept()).versions;
    await tab.database.put(
      "transfers",
      { chart: tab.chart, sizeBytes: LARGE, version: kept!.version },
      "theirs",
    );
    await tab.transfers.adopt(chart);
    expect(await tab.keep.kept()).toHaveLength(1);
    await tab.database.delete("transfers", "theirs");
    await tab.transfers.adopt(chart);
    expect(await tab.keep.kept()).toEqual([]);
  });

  it("ends although something else that is kept cannot be read", async () => {
    const tab = await makeTab();
    const draft = await tab.keep.begin([10]);
    await draft.finish(Uint8Array.of(1, 2, 3));
    const state = stateOf(tab.transfers);
    const [id] = await tab.transfers.put(tab.chart, [source("film", LARGE)]);
    tab.transfers.pause(id!);
    await vi.waitFor(() => expect(state(id!)).toBe("paused"), { timeout: 60_000 });
    await tab.transfers.cancel(id!);
    await vi.waitFor(() => expect(state(id!)).toBe("cancelled"), { timeout: 60_000 });
    expect(await tab.keep.kept()).toEqual([]);
  });
});

describe("locking", () => {
  it("while a chart is being opened keeps it shut", async () => {
    const tab = await makeTab();
    tab.charts.closeAll();
    const opening = tab.charts.open(tab.chart, WORD);
    tab.charts.closeAll();
    await expect(opening).rejects.toMatchObject({ code: "locked" });
    expect(tab.charts.has(tab.chart)).toBe(false);
  });

  it("while a lock is being added keeps the identity as it is", async () => {
    const tab = await makeTab();
    const before = await tab.database.get("identity", "mine");
    const adding = tab.identity.addLock({ kind: "passphrase", passphrase: "another one altogether" });
    tab.identity.lock();
    await expect(adding).rejects.toMatchObject({ code: "locked" });
    expect(await tab.database.get("identity", "mine")).toEqual(before);
    await tab.identity.unlock({ kind: "passphrase", passphrase: "violet tractor seldom orbit" });
    expect(tab.identity.isUnlocked).toBe(true);
  });
});

function contentOf(size: number) {
  return {
    shape: "file" as const,
    entries: [{ path: "film", bytes: size }],
    kind: "video/mp4",
    metadata: new Map<string, string>(),
    data: (async function* () {
      yield new Uint8Array(size);
    })(),
  };
}
