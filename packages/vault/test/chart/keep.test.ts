import { beforeEach, describe, expect, it } from "vitest";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import type { Keep, Kept } from "../../src/chart/put/keep.ts";
import {
  between,
  gather,
  makeWorld,
  newChart,
  pattern,
  people,
  putAll,
  putOne,
  read,
  refusal,
  sourceOf,
  TIME,
  word,
  type World,
} from "./fixtures.ts";

const LARGE = 3 * 1_048_576;
const DAY_MS = 24 * 3_600_000;

/** A keep in memory, of which a crash leaves what was finished. */
class MemoryKeep implements Keep {
  readonly entries = new Set<Kept>();
  drafts = 0;

  async begin(fragmentBytes: readonly number[]): ReturnType<Keep["begin"]> {
    const fragments = fragmentBytes.map((): Uint8Array[] => []);
    this.drafts++;
    return {
      write: async (index, bytes) => void fragments[index]!.push(bytes.slice()),
      finish: async (document) => {
        this.drafts--;
        const kept: Kept = {
          document,
          async *read(index) {
            yield* fragments[index]!;
          },
          drop: async () => void this.entries.delete(kept),
        };
        this.entries.add(kept);
        return kept;
      },
      abort: async () => void this.drafts--,
    };
  }

  async kept(): Promise<readonly Kept[]> {
    return [...this.entries];
  }
}

describe("a put by way of a keep", () => {
  let world: World;
  let keep: MemoryKeep;
  let chart: OpenChart;

  beforeEach(async () => {
    world = makeWorld();
    keep = new MemoryKeep();
    chart = await newChart(world.client({ keep }));
  });

  const goDown = (isDown: boolean): void => {
    for (const store of world.stores.values()) store.isDown = isDown;
  };
  const reopened = (): Promise<OpenChart> => world.client({ keep }).unlock(chart.id, people.ada, word);

  it("keeps large versions until they are committed, and small ones never", async () => {
    const sizes: number[] = [];
    const commit: World["keeper"]["commit"] = (request) => {
      sizes.push(keep.entries.size);
      return world.keeper.commit(request);
    };
    const watched = await world
      .client({ keep, catalogue: between(world.keeper, { commit }) })
      .unlock(chart.id, people.ada, word);
    for (const size of [1000, LARGE]) {
      const { record } = await putOne(watched, pattern(size));
      expect(await read(chart, record)).toEqual(pattern(size));
    }
    expect(sizes).toEqual([0, 1]);
    expect(keep.entries.size).toBe(0);
  });

  it("goes on with the same bytes when stores and client come back", async () => {
    goDown(true);
    await expect(putOne(chart, pattern(LARGE))).rejects.toEqual(refusal("stores-missing"));
    goDown(false);
    const again = await reopened();
    const { versions, spoilt } = await again.kept();
    expect(spoilt).toEqual([]);
    expect(versions[0]!.inside.entries).toEqual([{ path: "note.txt", bytes: LARGE }]);
    const result = await again.resume(versions[0]!);
    expect(result).toMatchObject({
      version: versions[0]!.version,
      record: versions[0]!.record,
      storesMissing: [],
    });
    expect(await read(again, result.record)).toEqual(pattern(LARGE));
    expect(keep.entries.size).toBe(0);
  });

  it("counts what a store has already, and puts it once", async () => {
    const third = [...world.stores.values()][2]!;
    third.putsFailAfter = 100_000;
    const second = [...world.stores.values()][1]!;
    second.putsFailAfter = 100_000;
    await expect(putOne(chart, pattern(LARGE))).rejects.toEqual(refusal("stores-missing"));
    for (const store of [second, third]) store.putsFailAfter = undefined;
    const before = (await [...world.stores.values()][0]!.names()).length;
    const again = await reopened();
    const { record } = await again.resume((await again.kept()).versions[0]!);
    expect(await read(again, record)).toEqual(pattern(LARGE));
    // One statement object more, and no fragment.
    expect(await [...world.stores.values()][0]!.names()).toHaveLength(before + 1);
  });

  it("tells what was committed although nobody heard so", async () => {
    const lost = new Error("the line was cut");
    const commit: World["keeper"]["commit"] = async (request) => {
      await world.keeper.commit(request);
      throw lost;
    };
    const cut = await world
      .client({ keep, catalogue: between(world.keeper, { commit }) })
      .unlock(chart.id, people.ada, word);
    await expect(putOne(cut, pattern(LARGE))).rejects.toBe(lost);
    const again = await reopened();
    const [kept] = (await again.kept()).versions;
    const { record, version } = await again.resume(kept!);
    expect(again.history(record).versions.map((one) => one.version)).toEqual([version]);
    expect(await read(again, record)).toEqual(pattern(LARGE));
    expect(keep.entries.size).toBe(0);
  });

  it("stops when it is told to, before sealing ends and while it sends", async () => {
    const reason = new Error("paused");
    const early = new AbortController();
    const sealing = putAll(chart, [sourceOf(pattern(LARGE))], {
      signal: early.signal,
      onSealedBytes: () => early.abort(reason),
    });
    // What the source gives after that is its own business; here it gives everything.
    await expect(sealing).rejects.toBe(reason);
    expect(keep.drafts).toBe(0);
    const late = new AbortController();
    const sending = putAll(chart, [sourceOf(pattern(LARGE))], {
      signal: late.signal,
      onSealed: () => late.abort(reason),
    });
    await expect(sending).rejects.toBe(reason);
    const { versions } = await chart.kept();
    for (const kept of versions) await chart.resume(kept);
    expect(chart.records()).toHaveLength(versions.length);
  });

  it.each(["a new epoch", "an old reservation"])("is stale behind %s", async (what) => {
    goDown(true);
    await expect(putOne(chart, pattern(LARGE))).rejects.toEqual(refusal("stores-missing"));
    goDown(false);
    if (what === "a new epoch") await chart.beginEpoch();
    else world.clock.now = TIME + DAY_MS + 1;
    const again = await reopened();
    const [kept] = (await again.kept()).versions;
    await expect(again.resume(kept!)).rejects.toEqual(refusal("stale"));
    expect(again.records()).toEqual([]);
  });

  it("tells what is spoilt, and leaves other charts' alone", async () => {
    goDown(true);
    await expect(putOne(chart, pattern(LARGE))).rejects.toEqual(refusal("stores-missing"));
    goDown(false);
    const [kept] = [...keep.entries];
    const other = await newChart(world.client({ keep }));
    expect(await other.kept()).toEqual({ versions: [], spoilt: [] });
    for (const at of [0, 30, kept!.document.length - 1]) {
      const document = kept!.document.slice();
      document[at]! ^= 1;
      keep.entries.clear();
      keep.entries.add({ ...kept!, document });
      const { versions, spoilt } = await chart.kept();
      // A reservation's id is believed: a wrong one is refused by whoever gave it.
      expect([versions.length, spoilt.length]).toEqual(at === 30 ? [1, 0] : [0, 1]);
    }
    keep.entries.clear();
    keep.entries.add({ ...kept!, document: kept!.document.slice(0, -1) });
    expect((await chart.kept()).spoilt).toHaveLength(1);
  });
});

describe("an answer that is lost", () => {
  it.each(["put", "large put", "change", "new chart"])("does not repeat a %s", async (what) => {
    const world = makeWorld();
    let isLossy = false;
    const commit: World["keeper"]["commit"] = async (request) => {
      const result = await world.keeper.commit(request);
      if (!isLossy) return result;
      isLossy = false;
      // Whoever tries the same again meets his own work.
      return world.keeper.commit(request);
    };
    const client = world.client({ catalogue: between(world.keeper, { commit }) });
    isLossy = what === "new chart";
    const chart = await newChart(client);
    const { generation } = chart.chart.state;
    isLossy = true;
    if (what === "put") await putOne(chart, pattern(1000));
    if (what === "large put") await putOne(chart, pattern(LARGE));
    if (what === "change" || what === "new chart") await chart.share(people.cleo.recipient, 1);
    for (const { record, versions } of chart.records()) {
      expect(versions).toHaveLength(1);
      expect((await read(chart, record)).length).toBeGreaterThanOrEqual(1000);
    }
    await chart.refresh();
    expect(chart.chart.state.generation).toBe(generation + 1);
  });
});

describe("what people see of a version", () => {
  it("the marks, as the word reads them, and the sealed bytes as they were cut", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    for (const size of [1000, LARGE]) {
      const pieces: Uint8Array[] = [];
      const [result] = await putAll(chart, [sourceOf(pattern(size))], {
        onSealedBytes: (index, bytes) => {
          expect(index).toBe(0);
          pieces.push(bytes.slice());
        },
      });
      const sealed = await gather(iterate(pieces));
      const opened = await chart.open(result!.record);
      expect(opened.sealedBytes).toBe(sealed.length);
      expect(await opened.sealed(0, opened.sealedBytes)).toEqual(sealed);
      expect(await opened.sealed(5, 700)).toEqual(sealed.slice(5, 700));

      const fragments = await chart.fragments(result!.record);
      expect(fragments.map(({ own, next }) => [own, next])).toEqual(
        fragments.map((_, index) => [index, (index + 1) % fragments.length]),
      );
      expect(new Set(fragments.map(({ store }) => store)).size).toBe(world.stores.size);
    }
  });

  it("the sealed bytes with a store away, too", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(LARGE));
    const whole = await chart.open(record);
    const sealed = await whole.sealed(0, whole.sealedBytes);
    for (const store of world.stores.values()) {
      store.isDown = true;
      const opened = await chart.open(record);
      expect(await opened.sealed(0, opened.sealedBytes)).toEqual(sealed);
      store.isDown = false;
    }
  });

  it("of many records at once, without those that do not open", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const results = await putAll(
      chart,
      Array.from({ length: 300 }, (_, index) => sourceOf(pattern(10 + index))),
    );
    let questions = 0;
    const find: World["keeper"]["find"] = (wanted) => {
      questions++;
      return world.keeper.find(wanted);
    };
    const other = await world
      .client({ catalogue: between(world.keeper, { find }) })
      .unlock(chart.id, people.ben, word);
    await chart.erase(results[7]!.record);
    await other.refresh();
    questions = 0;
    const described = await other.describeAll(results.map(({ record }) => record));
    expect(questions).toBe(2);
    expect(described.size).toBe(299);
    expect(described.get(results[9]!.record)!.inside.entries[0]!.bytes).toBe(19);
  });
});

describe("a slow store", () => {
  it("gets a spare beside it, and nobody waits for it", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(5000));
    const [first] = world.stores.values();
    const { promise: never } = Promise.withResolvers<never>();
    first!.get = async function* () {
      yield await never;
    };
    const heard: string[] = [];
    const opened = await chart.open(record, undefined, {
      onFragment: ({ store, state }) => heard.push(`${state} ${Number.parseInt(store, 16)}`),
    });
    expect(await gather(opened.content())).toEqual(pattern(5000));
    expect(heard).toContain("asked 1");
    expect(heard).not.toContain("arrived 1");
    expect(heard.filter((event) => event.startsWith("arrived")).length).toBeGreaterThanOrEqual(opened.needed);
  });
});

async function* iterate(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
