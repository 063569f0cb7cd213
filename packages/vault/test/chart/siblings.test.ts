import { RIGHT_READ, toHex } from "@chirograph/core";
import { beforeAll, describe, expect, it } from "vitest";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import { createVault } from "../../src/keeper/create.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import {
  createSeen,
  engine,
  makeWorld,
  newChart,
  pattern,
  people,
  putOne,
  read,
  refusal,
  word,
  type World,
} from "./fixtures.ts";

/** One more catalogue over the same stores, made from what lies there now. */
async function reindexed(world: World): Promise<ReturnType<typeof openKeeper>> {
  const keeping = world.otherKeeper();
  const { stores, problems, proven } = await reindexVault(engine, {
    stores: [...world.stores.values()],
    identity: people.ada,
    rows: keeping.rows,
  });
  expect({ stores: stores.size, problems, proven }).toEqual({ stores: 5, problems: [], proven: true });
  return openKeeper(keeping);
}

describe("two catalogues over the same stores", () => {
  let world: World;
  let first: OpenChart;
  let second: OpenChart;
  let shared: string;

  beforeAll(async () => {
    world = makeWorld();
    const { settings, catalogueKey } = world.keeping;
    await createVault(engine, { stores: world.stores, settings, founder: people.ada, catalogueKey });
    first = await newChart(world.client());
    shared = (await putOne(first, pattern(10))).record;
    const other = world.client({ catalogue: await reindexed(world) });
    second = await other.unlock(first.id, people.ben, word);
  });

  it("know what was there before", async () => {
    expect(await read(second, shared)).toEqual(pattern(10));
  });

  it("make siblings of a chart: a client sees both, and the next write makes one of them", async () => {
    const left = await putOne(first, pattern(20));
    await putOne(first, pattern(21), shared);
    const right = await putOne(second, pattern(30));
    await putOne(second, pattern(31), shared);

    const seen = createSeen();
    const vault = world.client({ catalogue: await reindexed(world), seen });
    const joined = await vault.unlock(first.id, people.ada, word);
    expect(joined.chart.heads).toHaveLength(2);
    expect(seen.marks.get(first.id)!.heads).toEqual(joined.chart.heads.map(toHex));
    expect(await read(joined, left.record)).toEqual(pattern(20));
    expect(await read(joined, right.record)).toEqual(pattern(30));
    expect(joined.history(shared).versions).toHaveLength(3);

    const next = await putOne(joined, pattern(40), shared);
    expect(joined.chart.heads).toHaveLength(1);
    expect(await read(joined, shared, next.version)).toEqual(pattern(40));
    expect(await joined.merge()).toBe(false);
  });

  it("are joined by merge alone; a reader whom one side removed is out, and whoever saw both is not shown one", async () => {
    const left = world.client({ catalogue: await reindexed(world) });
    const right = world.client({ catalogue: await reindexed(world) });
    const one = await left.unlock(first.id, people.ada, word);
    const two = await right.unlock(first.id, people.ada, word);
    await one.revoke(people.ben.recipient.member);
    await two.share(people.cleo.recipient, RIGHT_READ);
    await putOne(two, pattern(50));

    const seen = createSeen();
    const keeper = await reindexed(world);
    const joined = await world.client({ catalogue: keeper, seen }).unlock(first.id, people.ada, word);
    expect(joined.chart.state.members.size).toBe(1);
    expect(await joined.merge()).toBe(true);
    expect(joined.chart.heads).toHaveLength(1);
    const { record } = await putOne(joined, pattern(60));
    expect(await read(joined, record)).toEqual(pattern(60));
    await two.refresh();
    await expect(world.client({ seen }).chart(first.id)).rejects.toEqual(refusal("rolled-back"));
    const ben = await world.client({ catalogue: keeper }).unlock(first.id, people.ben, word);
    await expect(ben.open(record)).rejects.toEqual(refusal("not-for-you"));
  });
});
