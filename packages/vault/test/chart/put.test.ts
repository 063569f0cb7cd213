import { RIGHT_READ, Word } from "@chirograph/core";
import { createEngine, type Engine } from "@chirograph/engine";
import { describe, expect, it } from "vitest";
import type { Catalogue, CommitRequest, CommitResult } from "../../src/catalogue.ts";
import {
  between,
  engine,
  gather,
  idOf,
  makeWorld,
  newChart,
  pattern,
  people,
  putAll,
  putOne,
  read,
  refusal,
  sourceOf,
  word,
} from "./fixtures.ts";

const MIB = 1_048_576;

describe("a put and what is read again", () => {
  it.each([0, 1, 1023, 16_384, 65_536, MIB, MIB + 1, 5 * MIB])("gives %i bytes back", async (lengthBytes) => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const bytes = pattern(lengthBytes);
    const { record, version, storesMissing } = await putOne(chart, bytes);
    expect(storesMissing).toEqual([]);
    expect(await read(chart, record)).toEqual(bytes);
    const other = await world.client().unlock(chart.id, people.ben, word);
    const opened = await other.open(record);
    expect(opened).toMatchObject({ record, version, sizeBytes: lengthBytes, damagedStores: [] });
    expect(opened.inside.metadata.get("title")).toBe("Überweisung");
    expect(await gather(opened.content())).toEqual(bytes);
  });

  it("puts 300 notes of 8 KiB in one call, in order and in one object and commit", async () => {
    const world = makeWorld();
    const requests: CommitRequest[] = [];
    const commit = (request: CommitRequest): ReturnType<typeof world.keeper.commit> => {
      requests.push(request);
      return world.keeper.commit(request);
    };
    const chart = await newChart(world.client({ catalogue: between(world.keeper, { commit }) }));
    const results = await putAll(
      chart,
      Array.from({ length: 300 }, (_, index) => sourceOf(pattern(8192, index))),
    );
    expect(results.map(({ index }) => index)).toEqual(results.map((_, index) => index));
    expect(requests.map(({ versions, links }) => [versions.length, links.length])).toEqual([
      [0, 1],
      [300, 1],
    ]);
    // A statement object for each commit, and one with all fragments.
    for (const store of world.stores.values()) expect(await store.names()).toHaveLength(3);
    for (const index of [0, 150, 299]) {
      expect(await read(chart, results[index]!.record)).toEqual(pattern(8192, index));
    }
  });

  it("mixes small and large ones, and keeps their order", async () => {
    const chart = await newChart(makeWorld().client());
    const sizes = [10, 2 * MIB, 20, 3 * MIB, 30];
    const results = await putAll(
      chart,
      sizes.map((size) => sourceOf(pattern(size))),
    );
    for (const [index, { record }] of results.entries()) {
      expect((await chart.open(record)).sizeBytes).toBe(sizes[index]);
    }
  });

  it("gathers what comes one by one while commits are slow", async () => {
    const world = makeWorld();
    const sizes: number[] = [];
    const commit = async (request: CommitRequest): Promise<CommitResult> => {
      sizes.push(request.versions.length);
      await new Promise((resolve) => setTimeout(resolve, 150));
      return world.keeper.commit(request);
    };
    const chart = await newChart(world.client({ catalogue: between(world.keeper, { commit }) }));
    const puts: Promise<unknown>[] = [];
    for (let put = 0; put < 40; put++) {
      puts.push(putAll(chart, [sourceOf(pattern(20, put))]));
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await Promise.all(puts);
    // The chart's own, and a few with many versions.
    expect(sizes.length).toBeLessThan(16);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40);
  });

  it("shares one commit between charts that are written at the same time", async () => {
    const world = makeWorld();
    const requests: CommitRequest[] = [];
    const commit = (request: CommitRequest): ReturnType<typeof world.keeper.commit> => {
      requests.push(request);
      return world.keeper.commit(request);
    };
    const vault = world.client({ catalogue: between(world.keeper, { commit }) });
    const charts = [await newChart(vault), await newChart(vault), await newChart(vault)];
    requests.length = 0;
    await Promise.all(charts.map((chart) => putOne(chart, pattern(100))));
    expect(requests.map(({ versions, links }) => [versions.length, links.length])).toEqual([[3, 3]]);
  });

  it("keeps the versions of a record, the newest one current", async () => {
    const chart = await newChart(makeWorld().client());
    const { record, version: first } = await putOne(chart, pattern(10));
    const [second, third] = await putAll(chart, [
      sourceOf(pattern(20), record),
      sourceOf(pattern(30), record),
    ]);
    expect(chart.history(record).versions.map(({ version }) => version)).toEqual([
      first,
      second!.version,
      third!.version,
    ]);
    expect(await read(chart, record)).toHaveLength(30);
    expect(await read(chart, record, second!.version)).toHaveLength(20);
    await chart.erase(record, third!.version);
    expect(await read(chart, record)).toHaveLength(20);
    await expect(chart.open(record, third!.version)).rejects.toEqual(refusal("erased"));
    await chart.erase(record);
    await expect(chart.open(record)).rejects.toEqual(refusal("erased"));
  });

  it("refuses records and versions that do not exist", async () => {
    const chart = await newChart(makeWorld().client());
    const { record } = await putOne(chart, pattern(10));
    await expect(chart.open(idOf(1))).rejects.toEqual(refusal("unknown"));
    await expect(chart.open(record, idOf(1))).rejects.toEqual(refusal("unknown"));
    await expect(chart.open(record, "no id")).rejects.toEqual(refusal("unknown"));
    await expect(putOne(chart, pattern(10), idOf(1))).rejects.toEqual(refusal("unknown"));
    await expect(chart.erase(record, idOf(1))).rejects.toEqual(refusal("unknown"));
  });

  it("tells every attempt before its commit", async () => {
    const chart = await newChart(makeWorld().client());
    const attempts: string[] = [];
    const sources = [sourceOf(pattern(10)), sourceOf(pattern(2 * MIB))];
    const onSealed = ({ record, version }: { record: string; version: string }): void => {
      expect(chart.chart.state.recordOf.has(version)).toBe(false);
      attempts.push(`${record} ${version}`);
    };
    const results: string[] = [];
    for await (const { record, version } of chart.put(sources, { onSealed }))
      results.push(`${record} ${version}`);
    expect(attempts.toSorted()).toEqual(results.toSorted());
  });
});

describe("a put with sources that fail", () => {
  it.each([1000, 2 * MIB])("leaves nothing of %i bytes, and gives what came before", async (lengthBytes) => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const before = await Promise.all([...world.stores.values()].map((store) => store.names()));
    const good = sourceOf(pattern(10));
    const bad = {
      content: () => ({
        ...({ shape: "file", kind: "text/plain", metadata: new Map() } as const),
        entries: [{ path: "x", bytes: lengthBytes + 10 }],
        data: broken(lengthBytes),
      }),
    };
    await expect(putAll(chart, [bad])).rejects.toThrow("the disk went away");
    expect(await Promise.all([...world.stores.values()].map((store) => store.names()))).toEqual(before);

    const put = chart.put([good, bad]);
    const first = await put.next();
    expect(first.value).toMatchObject({ index: 0 });
    await expect(put.next()).rejects.toThrow("the disk went away");
    expect(chart.records()).toHaveLength(1);
  });

  it("leaves nothing of a content that is longer or shorter than it says", async () => {
    const chart = await newChart(makeWorld().client());
    for (const claimed of [999, 1001]) {
      const content = {
        ...(await sourceOf(pattern(1000)).content()),
        entries: [{ path: "x", bytes: claimed }],
      };
      await expect(putAll(chart, [{ content: () => content }])).rejects.toEqual(refusal("wrong-length"));
    }
    expect(chart.records()).toEqual([]);
  });
});

describe("stores that fail while something is put", () => {
  it.each([1000, 3 * MIB])("puts %i bytes with one store away", async (lengthBytes) => {
    const world = makeWorld({ policy: { tolerate: 2 } });
    const chart = await newChart(world.client());
    world.stores.get(idOf(2))!.isDown = true;
    const { record, storesMissing } = await putOne(chart, pattern(lengthBytes));
    expect(storesMissing).toEqual([idOf(2)]);
    expect(await read(chart, record)).toEqual(pattern(lengthBytes));
  });

  it("puts a large one when a store fails in the middle of it", async () => {
    const world = makeWorld({ policy: { tolerate: 2 } });
    const chart = await newChart(world.client());
    world.stores.get(idOf(3))!.putsFailAfter = 100_000;
    const { record, storesMissing } = await putOne(chart, pattern(4 * MIB));
    expect(storesMissing).toEqual([idOf(3)]);
    expect(await read(chart, record)).toEqual(pattern(4 * MIB));
  });

  it.each([1000, 3 * MIB])(
    "refuses %i bytes with too few stores, names them and leaves nothing",
    async (lengthBytes) => {
      const world = makeWorld({ policy: { tolerate: 2 } });
      const chart = await newChart(world.client());
      for (const id of [1, 2, 3]) world.stores.get(idOf(id))!.isDown = true;
      const put = putOne(chart, pattern(lengthBytes));
      await expect(put).rejects.toEqual(refusal("stores-missing", { stores: [1, 2, 3].map(idOf) }));
      expect(chart.records()).toEqual([]);
    },
  );

  it("counts a store as failed that says it has a large fragment before it was given all of it", async () => {
    const world = makeWorld({ policy: { tolerate: 2 } });
    const chart = await newChart(world.client());
    const hasty = world.stores.get(idOf(3))!;
    const put = hasty.put.bind(hasty);
    hasty.put = async (name, body, options) =>
      body.sizeBytes < 100_000 ? put(name, body, options) : undefined;
    const { record, storesMissing } = await putOne(chart, pattern(3 * MIB));
    expect(storesMissing).toEqual([idOf(3)]);
    expect(await read(chart, record)).toEqual(pattern(3 * MIB));
  });

  it("reads a large source no faster than the slowest store takes it", async () => {
    const world = makeWorld();
    // One thread beside this one, on every machine: two runs of 3 MiB, and a piece, are ahead of the slowest store.
    const chart = await newChart(world.client({ engine: createEngine({ threads: 1 }) }));
    let pulled = 0;
    let farthest = 0;
    const slow = world.stores.get(idOf(4))!.inner;
    const put = slow.put.bind(slow);
    slow.put = (name, body, options) => {
      if (body.sizeBytes < MIB) return put(name, body, options);
      async function* watched(): AsyncGenerator<Uint8Array> {
        let taken = 0;
        for await (const piece of body.bytes) {
          taken += piece.length;
          await new Promise((resolve) => setTimeout(resolve, 1));
          // Every fragment holds a k-th of the record.
          farthest = Math.max(farthest, pulled - 6 * taken);
          yield piece;
        }
      }
      return put(name, { ...body, bytes: watched() }, options);
    };
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 24; index++) {
        pulled += MIB;
        yield pattern(MIB, index);
      }
    }
    const content = {
      ...({ shape: "file", kind: "text/plain", metadata: new Map() } as const),
      entries: [{ path: "x", bytes: 24 * MIB }],
    };
    const [result] = await putAll(chart, [{ content: () => ({ ...content, data: source() }) }]);
    expect((await chart.open(result!.record)).sizeBytes).toBe(24 * MIB);
    expect(farthest).toBeLessThan(10 * MIB);
  });
});

describe("several writers of one chart", () => {
  it("loses nothing of eight clients over one keeper", async () => {
    const world = makeWorld();
    const first = await newChart(world.client());
    const charts = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        world.client().unlock(first.id, index % 2 === 0 ? people.ada : people.ben, word),
      ),
    );
    const { record } = await putOne(first, pattern(5));
    const put = await Promise.all(
      charts.map(async (chart, index) => [
        ...(await putAll(chart, [sourceOf(pattern(100 + index)), sourceOf(pattern(200 + index))])),
        await putOne(chart, pattern(300 + index), await known(chart, record)),
      ]),
    );
    await first.refresh();
    const versions = first.records().flatMap((each) => each.versions.map(({ version }) => version));
    expect(new Set(versions)).toEqual(new Set([...put.flat().map(({ version }) => version), versions[0]]));
    expect(versions).toHaveLength(25);
    for (const [index, [one, two, three]] of put.entries()) {
      expect(await read(first, one!.record)).toEqual(pattern(100 + index));
      expect(await read(first, two!.record)).toEqual(pattern(200 + index));
      expect(await read(first, record, three!.version)).toEqual(pattern(300 + index));
    }
  });

  it("loses nothing of eight open charts of one client", async () => {
    const vault = makeWorld().client();
    const first = await newChart(vault);
    const charts = await Promise.all(
      Array.from({ length: 8 }, () => vault.unlock(first.id, people.ben, word)),
    );
    const results = await Promise.all(charts.map((chart, index) => putOne(chart, pattern(100 + index))));
    for (const [index, { record }] of results.entries()) {
      expect(await read(first, record)).toEqual(pattern(100 + index));
    }
  });

  it("seals again when an epoch began between sealing and commit", async () => {
    const world = makeWorld();
    const first = await newChart(world.client());
    const second = await world.client().unlock(first.id, people.ben, word);
    const sealed: string[] = [];
    const onSealed = async ({ version }: { version: string }): Promise<void> => {
      if (sealed.push(version) <= 1) await first.beginEpoch();
    };
    const results = [];
    for (const size of [1000, 2 * MIB]) {
      sealed.length = 0;
      for await (const result of second.put([sourceOf(pattern(size))], { onSealed })) results.push(result);
      expect(sealed).toHaveLength(2);
      expect(results.at(-1)!.version).toBe(sealed[1]);
      expect(await read(first, results.at(-1)!.record)).toEqual(pattern(size));
    }
  });

  it("commits two charts together whichever comes first, while one of them is being changed", async () => {
    const world = makeWorld();
    const held = Promise.withResolvers<void>();
    let isHeld = false;
    const commit: Catalogue["commit"] = async (request) => {
      if (isHeld && request.versions.length === 0) await held.promise;
      return world.keeper.commit(request);
    };
    const vault = world.client({ catalogue: between(world.keeper, { commit }) });
    const [one, other] = [await newChart(vault), await newChart(vault)];
    isHeld = true;
    const changed = other.setLabel("slow");
    const first = [putOne(one, pattern(10)), putOne(other, pattern(20))];
    await pause(100);
    const second = [putOne(other, pattern(30)), putOne(one, pattern(40))];
    await pause(100);
    held.resolve();
    await changed;
    expect(await Promise.all([...first, ...second])).toHaveLength(4);
  });

  it("does not let a chart that opens no more take those down that are committed with it", async () => {
    const world = makeWorld();
    const vault = world.client();
    const [one, other] = [await newChart(vault), await newChart(vault)];
    const rival = await world.client().unlock(one.id, people.ada, word);
    const lost = vault.unlock(one.id, people.ben, word);
    const onSealed = (): Promise<void> => rival.changeWord(new Word("qwertzui"));
    const [late, good] = await Promise.allSettled([
      putAll(await lost, [sourceOf(pattern(10))], { onSealed }),
      putOne(other, pattern(20)),
    ]);
    expect(late).toMatchObject({ status: "rejected", reason: refusal("not-for-you") });
    expect(good.status).toBe("fulfilled");
    expect(other.records()).toHaveLength(1);
  });

  it("gives up when it is always too late", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const commit = async (): Promise<{ state: "conflict"; charts: string[] }> => ({
      state: "conflict",
      charts: [chart.id],
    });
    const late = await world
      .client({ catalogue: between(world.keeper, { commit }) })
      .unlock(chart.id, people.ada, word);
    await expect(putOne(late, pattern(10))).rejects.toEqual(refusal("busy"));
    await expect(late.share(people.cleo.recipient, RIGHT_READ)).rejects.toEqual(refusal("busy"));
  });

  it("does not let one version that breaks a rule take others with it", async () => {
    const world = makeWorld();
    const first = await newChart(world.client());
    const { record } = await putOne(first, pattern(10));
    const second = await world.client().unlock(first.id, people.ben, word);
    const outcome = putAll(
      second,
      [sourceOf(pattern(20)), sourceOf(pattern(30), record), sourceOf(pattern(40))],
      {
        onSealed: async ({ index }) => {
          if (index === 1) await first.erase(record);
        },
      },
    );
    await expect(outcome).rejects.toEqual(refusal("not-permitted"));
    await first.refresh();
    const sizes = await Promise.all(
      first
        .records()
        .filter(({ erased }) => !erased)
        .map(async (each) => (await first.open(each.record)).sizeBytes),
    );
    expect(sizes.toSorted((left, right) => left - right)).toEqual([20, 40]);
  });
});

it("finds the one version that breaks a rule among a hundred with few tries", async () => {
  const world = makeWorld();
  const first = await newChart(world.client());
  const { record } = await putOne(first, pattern(10));
  let signed = 0;
  const ed25519Sign: Engine["ed25519Sign"] = (request) => {
    signed++;
    return engine.ed25519Sign(request);
  };
  const vault = world.client({ engine: { ...engine, ed25519Sign } });
  const second = await vault.unlock(first.id, people.ben, word);
  const sources = Array.from({ length: 100 }, (_, index) =>
    index === 63 ? sourceOf(pattern(9), record) : sourceOf(pattern(20)),
  );
  const onSealed = async ({ index }: { index: number }): Promise<void> => {
    if (index === 63) await first.erase(record);
  };
  await expect(putAll(second, sources, { onSealed })).rejects.toEqual(refusal("not-permitted"));
  await first.refresh();
  expect(first.records()).toHaveLength(100);
  // A hundred envelopes, and for the link twice as many tries as there are halvings.
  expect(signed).toBeLessThan(100 + 20);
});

async function known(chart: Awaited<ReturnType<typeof newChart>>, record: string): Promise<string> {
  await chart.refresh();
  expect(chart.chart.state.records.has(record)).toBe(true);
  return record;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

async function* broken(lengthBytes: number): AsyncGenerator<Uint8Array> {
  yield pattern(lengthBytes);
  throw new Error("the disk went away");
}
