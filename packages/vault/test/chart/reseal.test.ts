import { describe, expect, it } from "vitest";
import { VaultError } from "../../src/error.ts";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import {
  between,
  makeWorld,
  newChart,
  pattern,
  people,
  putAll,
  putOne,
  read,
  refusal,
  sourceOf,
  type World,
  word,
} from "./fixtures.ts";

const MIB = 1_048_576;

interface Filled {
  readonly world: World;
  readonly chart: OpenChart;
  readonly records: readonly string[];
  readonly sizes: readonly (readonly number[])[];
}

/** Records of one to three versions, small and large. */
async function filled(): Promise<Filled> {
  const world = makeWorld();
  const chart = await newChart(world.client());
  const sizes = [[0], [100, 200], [3 * MIB, 40], [1000, 2 * MIB, 3000], [5]];
  const records: string[] = [];
  for (const [first, ...others] of sizes) {
    const { record } = await putOne(chart, pattern(first!));
    await putAll(
      chart,
      others.map((size) => sourceOf(pattern(size), record)),
    );
    records.push(record);
  }
  return { world, chart, records, sizes };
}

async function expectAll({ chart, records, sizes }: Filled, epoch: number): Promise<void> {
  for (const [index, record] of records.entries()) {
    const alive = chart.history(record).versions.filter(({ erased }) => !erased);
    expect(alive.map((version) => version.epoch)).toEqual(sizes[index]!.map(() => epoch));
    for (const [position, { version }] of alive.entries()) {
      expect(await read(chart, record, version)).toEqual(pattern(sizes[index]![position]!));
    }
  }
}

describe("sealing everything again", () => {
  it("keeps content, order, time and kind, and puts tombstones on what was", async () => {
    const scene = await filled();
    const { chart, world, records } = scene;
    const before = await Promise.all(records.map((record) => chart.describe(record)));
    world.clock.now += 1000;
    const progress: number[] = [];
    const report = await chart.reseal((done) => progress.push(done.records));
    expect(report).toMatchObject({ records: 5, versions: 9 });
    expect(progress).toEqual([1, 2, 3, 4, 5]);
    await expectAll(scene, report.epoch);
    const after = await Promise.all(records.map((record) => chart.describe(record)));
    for (const [index, { card, inside, version }] of after.entries()) {
      expect(card).toMatchObject({ time: before[index]!.card.time, kind: before[index]!.card.kind });
      expect(inside.metadata).toEqual(before[index]!.inside.metadata);
      expect(version).not.toBe(before[index]!.version);
    }
    for (const record of records) {
      const { versions } = chart.history(record);
      expect(versions.slice(0, versions.length / 2).every(({ erased }) => erased)).toBe(true);
    }
  });

  it("goes on where it was cut short, and is done when nothing is left", async () => {
    const scene = await filled();
    const { chart, world } = scene;
    const dying = between(world.keeper, {
      async reserve(request) {
        if (request.layout === "alone") throw new VaultError("stores-missing", "gone");
        return world.keeper.reserve(request);
      },
    });
    const first = await world.client({ catalogue: dying }).unlock(chart.id, people.ada, word);
    await expect(first.reseal()).rejects.toEqual(refusal("stores-missing"));

    await chart.refresh();
    const epochs = chart.chart.state.epochs.length;
    const report = await chart.reseal(undefined, { epochBegun: true });
    // Records of small versions alone were done before.
    expect(report).toMatchObject({ records: 2, versions: 5 });
    expect(chart.chart.state.epochs).toHaveLength(epochs);
    await expectAll(scene, report.epoch);
    expect(await chart.reseal(undefined, { epochBegun: true })).toMatchObject({ records: 0, versions: 0 });
  });

  it("takes in what others put meanwhile, and keeps it newest", async () => {
    const { chart, world, records } = await filled();
    const ben = await world.client().unlock(chart.id, people.ben, word);
    let put: Promise<unknown> | undefined;
    const slow = between(world.keeper, {
      async reserve(request) {
        await (put ??= putOne(ben, pattern(777), records[1]));
        return world.keeper.reserve(request);
      },
    });
    const ada = await world.client({ catalogue: slow }).unlock(chart.id, people.ada, word);
    await ada.reseal();
    expect(await read(ada, records[1]!)).toEqual(pattern(777));
    expect(ada.history(records[1]!).versions.filter(({ erased }) => !erased)).toHaveLength(3);
  });
});
