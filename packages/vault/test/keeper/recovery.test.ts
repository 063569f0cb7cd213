import { beforeAll, describe, expect, test } from "vitest";
import { toHex, type UnlockedChart } from "@chirograph/core";
import type { CommitRequest, Id } from "../../src/catalogue.ts";
import { openKeeper } from "../../src/keeper/keeper.ts";
import { storesToAcknowledge } from "../../src/keeper/intent.ts";
import {
  chartId,
  type Fault,
  makePeople,
  makeWorld,
  named,
  newChart,
  type People,
  refusal,
  statementRows,
  statementsIn,
  type StoredVersion,
  storeVersion,
  withFaults,
  type World,
} from "./fixtures.ts";

let people: People;
let unlocked: UnlockedChart;
beforeAll(async () => {
  people = await makePeople();
  unlocked = await newChart(people);
});

interface Prepared {
  readonly world: World;
  readonly request: CommitRequest;
  readonly stored: StoredVersion;
  readonly version: Id;
  readonly link: Uint8Array;
}

/** A vault that has the chart, and a commit of one version. */
async function prepare(stores: number, tolerate = 1): Promise<Prepared> {
  const world = makeWorld(people.ada, stores, { tolerate });
  const keeper = openKeeper(world.keeping);
  await keeper.commit({ reservations: [], links: unlocked.chart.links, versions: [] });
  const stored = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
  const { link } = await named(unlocked, people.ben, stored.sealed);
  const request = { reservations: [], links: [link], versions: [stored.version] };
  return { world, request, stored, version: toHex(stored.sealed.envelope.version), link };
}

/** A commit that was written down, and of which nothing else came. */
async function abandoned(): Promise<Prepared> {
  const prepared = await prepare(4);
  const dying = openKeeper(
    withFaults(prepared.world.keeping, (call) => (call === "put" ? "before" : "none")),
  );
  await expect(dying.commit(prepared.request)).rejects.toThrow(refusal("stores-missing"));
  return prepared;
}

/** Statement objects in the stores that hold this link. */
async function holding({ world, link }: Prepared) {
  const all = await statementsIn(world);
  return all.filter(({ statements }) => statements.links.some((bytes) => toHex(bytes) === toHex(link)));
}

async function isVisible({ world, version }: Prepared): Promise<boolean> {
  return (await openKeeper(world.keeping).find({ versions: [version] })).versions.length === 1;
}

/** Everything that an acknowledged commit promises. */
async function expectComplete(prepared: Prepared): Promise<void> {
  const { world, version } = prepared;
  expect(await isVisible(prepared)).toBe(true);
  expect(await world.keeping.rows.intents()).toEqual([]);
  const held = await holding(prepared);
  const rows = (await statementRows(world)).filter(({ store, name, state }) =>
    held.some((one) => one.store === store && one.object === name && state === "live"),
  );
  expect(rows.length).toBeGreaterThanOrEqual(storesToAcknowledge(world.keeping));
  const copies = held.filter(({ statements }) => statements.envelopes.length === 1);
  expect(copies.length).toBeGreaterThanOrEqual(world.keeping.settings.policy.tolerate + 1);
  // Whoever erases must know of every object with envelopes.
  for (const { store, object } of copies) {
    const row = (await statementRows(world)).find((one) => one.store === store && one.name === object);
    expect(row?.envelopes).toBe(true);
  }
  const found = await openKeeper(world.keeping).find({ versions: [version] });
  expect(found.versions[0]?.envelope).toBeDefined();
}

async function expectNowhere(prepared: Prepared): Promise<void> {
  expect(await isVisible(prepared)).toBe(false);
  expect(await holding(prepared)).toEqual([]);
  expect(await prepared.world.keeping.rows.intents()).toEqual([]);
}

describe("when one write fails", () => {
  // begin, two envelopes, two or three links, finish; and one that is never reached.
  const calls = Array.from({ length: 8 }, (_, index) => index);
  const faults: Fault[] = ["before", "after"];
  test.each(calls.flatMap((call) => faults.map((fault): [number, Fault] => [call, fault])))(
    "number %i (%s), a commit is acknowledged and complete, or completed later, or nowhere",
    async (failing, fault) => {
      for (const stores of [3, 5]) {
        const prepared = await prepare(stores);
        let count = 0;
        const keeping = withFaults(prepared.world.keeping, () => (count++ === failing ? fault : "none"));
        const result = await openKeeper(keeping)
          .commit(prepared.request)
          .catch(() => undefined);

        const isAcknowledged = result?.state === "committed";
        const isFinished = failing === stores + 1 && fault === "after";
        expect(await isVisible(prepared)).toBe(isAcknowledged || isFinished);
        if (isAcknowledged) await expectComplete(prepared);

        prepared.world.clock.now += 3001;
        const begun = (await prepared.world.keeping.rows.intents()).length;
        expect(await openKeeper(prepared.world.keeping).recover()).toBe(begun);
        if (failing === 0 && fault === "before") await expectNowhere(prepared);
        else await expectComplete(prepared);
      }
    },
  );

  test.each(calls)(
    "and everything after number %i too, recovery completes what was begun",
    async (failing) => {
      for (const fault of faults) {
        const prepared = await prepare(5);
        let count = 0;
        // The first of them may have happened; nobody lived to see the others.
        const dying = withFaults(prepared.world.keeping, () => {
          count++;
          return count <= failing ? "none" : count === failing + 1 ? fault : "before";
        });
        const acknowledged = await openKeeper(dying)
          .commit(prepared.request)
          .then(
            ({ state }) => state === "committed",
            () => false,
          );
        expect(acknowledged).toBe(failing > 6);
        prepared.world.clock.now += 3001;
        await openKeeper(prepared.world.keeping).recover();
        if (failing === 0 && fault === "before") await expectNowhere(prepared);
        else await expectComplete(prepared);
      }
    },
  );

  test("in the middle of a recovery, the next one completes it", async () => {
    for (const failing of calls) {
      const prepared = await prepare(5);
      const dying = (after: number) => {
        let count = 0;
        return openKeeper(withFaults(prepared.world.keeping, () => (count++ < after ? "none" : "before")));
      };
      await dying(1)
        .commit(prepared.request)
        .catch(() => undefined);
      prepared.world.clock.now += 3001;
      await dying(failing)
        .recover()
        .catch(() => undefined);
      await openKeeper(prepared.world.keeping).recover();
      await expectComplete(prepared);
    }
  });
});

describe("when stores are away", () => {
  test("another one stands in for those that should have the envelopes, and their rows say so", async () => {
    const prepared = await prepare(7, 2);
    let failed = 0;
    const keeping = withFaults(prepared.world.keeping, (call) =>
      call === "put" && failed++ < 2 ? "before" : "none",
    );
    const result = await openKeeper(keeping).commit(prepared.request);
    expect(result.state === "committed" && result.owed).toHaveLength(2);
    expect(
      (await holding(prepared)).filter(({ statements }) => statements.envelopes.length > 0),
    ).toHaveLength(3);
    await expectComplete(prepared);
  });

  test("and too few are left, the commit waits until they are back", async () => {
    const prepared = await prepare(4);
    const away = new Set([...prepared.world.stores.keys()].slice(0, 2));
    const keeping = withFaults(prepared.world.keeping, (_, store) =>
      store !== undefined && away.has(store) ? "before" : "none",
    );
    await expect(openKeeper(keeping).commit(prepared.request)).rejects.toThrow(refusal("stores-missing"));
    expect(await isVisible(prepared)).toBe(false);
    expect(await prepared.world.keeping.rows.intents()).toHaveLength(1);

    prepared.world.clock.now += 3001;
    expect(await openKeeper(keeping).recover()).toBe(0);
    expect(await isVisible(prepared)).toBe(false);
    expect(await openKeeper(prepared.world.keeping).recover()).toBe(1);
    await expectComplete(prepared);
  });

  test("and too few are left for T + 1 copies of the envelopes, the commit waits too", async () => {
    const prepared = await prepare(4, 3);
    const away = [...prepared.world.stores.keys()][0];
    const keeping = withFaults(prepared.world.keeping, (_, store) => (store === away ? "before" : "none"));
    await expect(openKeeper(keeping).commit(prepared.request)).rejects.toThrow(refusal("stores-missing"));
    prepared.world.clock.now += 3001;
    expect(await openKeeper(prepared.world.keeping).recover()).toBe(1);
    await expectComplete(prepared);
  });

  test("so many that nothing could be acknowledged, nothing is written down", async () => {
    const prepared = await prepare(4);
    const stores = new Map([...prepared.world.stores].slice(0, 2));
    const keeper = openKeeper({ ...prepared.world.keeping, stores });
    await expect(keeper.commit(prepared.request)).rejects.toThrow(refusal("stores-missing"));
    await expectNowhere(prepared);
  });
});

describe("an intent that somebody left", () => {
  test("is left alone while its lease lasts", async () => {
    const prepared = await abandoned();
    expect(await openKeeper(prepared.world.keeping).recover()).toBe(0);
    expect(await prepared.world.keeping.rows.intents()).toHaveLength(1);
  });

  test("is finished by the next commit to its chart, which then has a conflict", async () => {
    const prepared = await abandoned();
    const { keeping, stores, clock } = prepared.world;
    const keeper = openKeeper(keeping);
    const rival = await storeVersion(keeper, stores, unlocked, { author: people.ada });
    const { link } = await named(unlocked, people.ada, rival.sealed);
    const commit = keeper.commit({ reservations: [], links: [link], versions: [rival.version] });
    clock.now += 3001;
    expect(await commit).toEqual({ state: "conflict", charts: [chartId(unlocked.chart)] });
    await expectComplete(prepared);
  });

  test("does not hold up commits to other charts", async () => {
    const prepared = await abandoned();
    const keeper = openKeeper(prepared.world.keeping);
    const other = await newChart(people);
    const rival = await named(unlocked, people.ben, prepared.stored.sealed);
    const held = keeper.commit({ ...prepared.request, links: [rival.link] });
    const free = await keeper.commit({ reservations: [], links: other.chart.links, versions: [] });
    expect(free.state).toBe("committed");
    prepared.world.clock.now += 3001;
    expect((await held).state).toBe("conflict");
  });

  test("whose lease never ends makes others give up", { timeout: 30_000 }, async () => {
    const prepared = await abandoned();
    const keeper = openKeeper(prepared.world.keeping);
    expect(await keeper.commit(prepared.request)).toMatchObject({ state: "conflict" });
  });

  test("is finished although a store with its envelopes was lost since", async () => {
    const prepared = await prepare(4);
    const { keeping, stores, clock } = prepared.world;
    const unheard = withFaults(keeping, (call) => (call === "finish" ? "before" : "none"));
    await expect(openKeeper(unheard).commit(prepared.request)).rejects.toThrow("finish failed");
    const lost = (await holding(prepared)).find(({ statements }) => statements.envelopes.length > 0)!.store;
    clock.now += 3001;
    const left = new Map([...stores].filter(([id]) => id !== lost));
    expect(await openKeeper({ ...keeping, stores: left }).recover()).toBe(1);
    await expectComplete(prepared);
    const copies = (await holding(prepared)).filter(({ statements }) => statements.envelopes.length > 0);
    expect(copies.filter(({ store }) => store !== lost)).toHaveLength(2);
  });

  test("that another process finishes meanwhile keeps its objects as they are", async () => {
    const prepared = await prepare(4);
    const { keeping, stores, clock } = prepared.world;
    const unheard = withFaults(keeping, (call) => (call === "finish" ? "before" : "none"));
    await expect(openKeeper(unheard).commit(prepared.request)).rejects.toThrow("finish failed");
    const lost = (await holding(prepared)).find(({ statements }) => statements.envelopes.length > 0)!.store;
    clock.now += 3001;

    let looks = 0;
    const intents = async () => {
      if (++looks === 2) await openKeeper(keeping).recover();
      return keeping.rows.intents();
    };
    const rows = new Proxy(keeping.rows, {
      get(target, method) {
        if (method === "intents") return intents;
        const value: unknown = Reflect.get(target, method);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const left = new Map([...stores].filter(([id]) => id !== lost));
    await openKeeper({ ...keeping, rows, stores: left }).recover();
    expect(looks).toBeGreaterThan(1);
    await expectComplete(prepared);
    expect(
      (await holding(prepared)).filter(({ statements }) => statements.envelopes.length > 0),
    ).toHaveLength(2);
  });

  test("is finished once when two recover at the same time", async () => {
    const prepared = await abandoned();
    prepared.world.clock.now += 3001;
    await Promise.all([1, 2].map(() => openKeeper(prepared.world.keeping).recover()));
    await expectComplete(prepared);
    expect(await holding(prepared)).toHaveLength(4);
  });
});
