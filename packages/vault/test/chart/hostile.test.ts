import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Catalogue, Found, FoundVersion, Wanted } from "../../src/catalogue.ts";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import { VaultError } from "../../src/error.ts";
import {
  between,
  createSeen,
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
  type World,
} from "./fixtures.ts";

/** Two charts with two records each, one of them of two versions, and what the catalogue said when all was younger. */
interface Scene {
  readonly world: World;
  readonly chart: OpenChart;
  readonly other: OpenChart;
  readonly records: readonly string[];
  readonly versions: readonly string[];
  readonly foreign: { readonly record: string; readonly version: string };
  readonly young: Found;
}

let scene: Scene;

beforeAll(async () => {
  const world = makeWorld();
  const vault = world.client();
  const chart = await newChart(vault);
  const other = await newChart(vault);
  const first = await putOne(chart, pattern(1000));
  const young = await world.keeper.find({ charts: [{ chart: chart.id }], versions: [first.version] });
  const [second, third] = await putAll(chart, [
    sourceOf(pattern(2000), first.record),
    sourceOf(pattern(3000)),
  ]);
  const foreign = await putOne(other, pattern(4000));
  scene = {
    world,
    chart,
    other,
    records: [first.record, third!.record],
    versions: [first.version, second!.version, third!.version],
    foreign,
    young,
  };
});

/** What a hostile catalogue does to an answer. */
type Tamper = (found: Found, wanted: Wanted) => Found | Promise<Found>;

const ofOther = async (): Promise<FoundVersion> => {
  const { versions } = await scene.world.keeper.find({ versions: [scene.foreign.version] });
  return versions[0]!;
};

const onVersions =
  (change: (version: FoundVersion) => FoundVersion | Promise<FoundVersion>): Tamper =>
  async (found) => ({
    ...found,
    versions: await Promise.all(found.versions.map(async (version) => change(version))),
  });

const tampers: Readonly<Record<string, Tamper>> = {
  "answers nothing": () => ({ charts: [], records: [], versions: [] }),
  "withholds versions": (found) => ({ ...found, versions: [] }),
  "withholds envelopes": onVersions((version) => ({ ...version, envelope: undefined })),
  "withholds the chart": (found) => ({ ...found, charts: [] }),
  "withholds the document": (found) => ({
    ...found,
    charts: found.charts.map((chart) => ({ ...chart, document: undefined })),
  }),
  "swaps ids of versions": onVersions((version) => ({ ...version, version: scene.versions[0]! })),
  "gives another chart's envelope": onVersions(async (version) => ({
    ...version,
    envelope: (await ofOther()).envelope,
  })),
  "gives another version's envelope": onVersions(async (version) => {
    const { versions } = await scene.world.keeper.find({
      versions: [version.version === scene.versions[0] ? scene.versions[1]! : scene.versions[0]!],
    });
    return { ...version, envelope: versions[0]!.envelope };
  }),
  "gives another version's places": onVersions(async (version) => ({
    ...version,
    places: (await ofOther()).places,
  })),
  "gives no places": onVersions((version) => ({ ...version, places: [] })),
  "turns the places round": onVersions((version) => ({ ...version, places: version.places.toReversed() })),
  "moves the places": onVersions((version) => ({
    ...version,
    places: version.places.map((place) => (place === null ? null : { ...place, offset: place.offset + 1 })),
  })),
  "gives garbage for places": onVersions((version) => ({
    ...version,
    places: version.places.map((place) => ({
      ...place!,
      object: "../../etc",
      offset: Number.NaN,
      lengthBytes: -1,
    })),
  })),
  "names stores that there are not": onVersions((version) => ({
    ...version,
    places: version.places.map((place) => ({ ...place!, store: idOf(77) })),
  })),
  "flips a bit of the envelope": onVersions((version) => ({
    ...version,
    envelope: version.envelope?.map((byte, index) => (index === 200 ? byte ^ 1 : byte)),
  })),
  "gives another chart's document": async (found) => {
    const { charts } = await scene.world.keeper.find({ charts: [{ chart: scene.other.id }] });
    return { ...found, charts: found.charts.map((chart) => ({ ...chart, document: charts[0]!.document })) };
  },
  "gives an old document": (found) => ({
    ...found,
    charts: found.charts.map((chart) => ({ ...chart, document: scene.young.charts[0]!.document })),
  }),
  "flips a bit of the document": async (found) => {
    const { charts } = await scene.world.keeper.find({ charts: [{ chart: scene.chart.id }] });
    const document = charts[0]!.document!.map((byte, index) => (index === 5000 ? byte ^ 1 : byte));
    return { ...found, charts: found.charts.map((chart) => ({ ...chart, document })) };
  },
  "names another chart for a record": (found) => ({
    ...found,
    records: found.records.map((row) => ({ ...row, chart: scene.other.id })),
  }),
};

/** A catalogue that tampers with some of its answers, and counts how often. */
function hostile(tamper: Tamper, lies: readonly boolean[]): { catalogue: Catalogue; told: () => number } {
  const { keeper } = scene.world;
  let asked = 0;
  let told = 0;
  const find = async (wanted: Wanted): Promise<Found> => {
    const found = await keeper.find(wanted);
    if (lies[asked++ % lies.length] !== true) return found;
    const changed = await tamper(found, wanted);
    if (JSON.stringify(changed, plain) !== JSON.stringify(found, plain)) told++;
    return changed;
  };
  return { catalogue: between(keeper, { find }), told: () => told };
}

function plain(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value].join() : value;
}

const contents = [1000, 2000, 3000];

/** Opens everything; gives what was refused. */
async function openAll(catalogue: Catalogue): Promise<unknown[]> {
  const { chart, records, versions, world } = scene;
  const seen = createSeen();
  seen.marks.set(chart.id, (await markOf())!);
  const vault = world.client({ catalogue, seen });
  const refused: unknown[] = [];
  const attempt = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error)) throw error;
      refused.push(error);
    }
  };
  await attempt(async () => expect(await vault.chartOf(records[0]!)).toBe(chart.id));
  await attempt(async () => {
    const open = await vault.unlock(chart.id, people.ben, word);
    for (const [index, version] of versions.entries()) {
      const record = records[index === 2 ? 1 : 0]!;
      await attempt(async () => expect(await read(open, record, version)).toEqual(pattern(contents[index]!)));
    }
    await attempt(async () => expect(await read(open, records[0]!)).toEqual(pattern(2000)));
    await attempt(async () => {
      const { version, inside } = await open.describe(records[1]!);
      expect([version, inside.entries[0]!.bytes]).toEqual([versions[2], 3000]);
    });
  });
  return refused;
}

async function markOf(): ReturnType<ReturnType<typeof createSeen>["recall"]> {
  const seen = createSeen();
  await scene.world.client({ seen }).chart(scene.chart.id);
  return seen.marks.get(scene.chart.id);
}

describe("a hostile catalogue", () => {
  it("opens everything while it does not lie", async () => {
    const { catalogue, told } = hostile(tampers["answers nothing"]!, [false]);
    expect(await openAll(catalogue)).toEqual([]);
    expect(told()).toBe(0);
  });

  it.each(Object.keys(tampers))("%s: refused or right, and never other bytes", async (name) => {
    const { catalogue, told } = hostile(tampers[name]!, [true]);
    const refused = await openAll(catalogue);
    expect(told()).toBeGreaterThan(0);
    // Fragments are known by their content, so that it does not matter which is said to be which.
    expect(refused.length > 0).toBe(name !== "turns the places round");
  });

  it("lies now and then: refused or right, whatever it does", async () => {
    const names = fc.constantFrom(...Object.keys(tampers));
    const lies = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
    let lied = 0;
    await fc.assert(
      fc.asyncProperty(names, lies, async (name, when) => {
        const { catalogue, told } = hostile(tampers[name]!, when);
        await openAll(catalogue);
        lied += told();
      }),
      { numRuns: 40 },
    );
    expect(lied).toBeGreaterThan(20);
  });

  it("shows an older chart, or another genesis, to whoever has seen more", async () => {
    const { chart, world, young } = scene;
    const seen = createSeen();
    const old = between(world.keeper, {
      find: async () => young,
    });
    const stranger = world.client({ catalogue: old });
    expect((await stranger.chart(chart.id)).heads).not.toEqual(chart.chart.heads);
    await world.client({ seen }).chart(chart.id);
    await expect(world.client({ catalogue: old, seen }).chart(chart.id)).rejects.toEqual(
      refusal("rolled-back"),
    );
    seen.marks.set(chart.id, { ...seen.marks.get(chart.id)!, genesis: "00".repeat(32) });
    await expect(world.client({ seen }).chart(chart.id)).rejects.toEqual(refusal("rolled-back"));
    const empty = between(world.keeper, { find: async () => ({ charts: [], records: [], versions: [] }) });
    await expect(world.client({ catalogue: empty, seen }).chart(chart.id)).rejects.toEqual(
      refusal("rolled-back"),
    );
    await expect(world.client({ catalogue: empty }).chart(chart.id)).rejects.toEqual(refusal("unknown"));
  });

  it("names another chart for a record, and is found out", async () => {
    const { catalogue } = hostile(tampers["names another chart for a record"]!, [true]);
    await expect(scene.world.client({ catalogue }).chartOf(scene.records[0]!)).rejects.toEqual(
      refusal("forged"),
    );
    await expect(scene.world.client().chartOf(idOf(5))).rejects.toEqual(refusal("unknown"));
  });

  it("gives reservations that do not fit, and nothing is put", async () => {
    const { chart, world } = scene;
    const reserve: Catalogue["reserve"] = async (request) => ({
      ...(await world.keeper.reserve(request)),
      targets: [],
    });
    const open = await world
      .client({ catalogue: between(world.keeper, { reserve }) })
      .unlock(chart.id, people.ben, word);
    for (const size of [10, 2_000_000]) {
      await expect(putOne(open, pattern(size))).rejects.toBeInstanceOf(VaultError);
    }
  });

  it("moves fragments to where garbage lies: they count as damaged", async () => {
    const { world, chart, records, versions } = scene;
    const { catalogue } = hostile(
      onVersions((version) => ({
        ...version,
        places: version.places.map((place, index) =>
          place === null || index !== 0 ? place : { ...place, offset: place.offset + 7 },
        ),
      })),
      [true],
    );
    const open = await world.client({ catalogue }).unlock(chart.id, people.ben, word);
    const opened = await open.open(records[0]!, versions[0]);
    expect(await gather(opened.content())).toEqual(pattern(1000));
    expect(opened.damagedStores).toHaveLength(1);
  });
});
