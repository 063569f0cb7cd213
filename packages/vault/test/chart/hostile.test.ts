import { fromHex, RIGHT_READ, RIGHT_WRITE, Word } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Catalogue, Found, FoundVersion, Reservation, Target, Wanted } from "../../src/catalogue.ts";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import type { Vault } from "../../src/chart/vault.ts";
import { VaultError } from "../../src/error.ts";
import {
  between,
  createSeen,
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
  TIME,
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

type Tampered = (given: Reservation) => Reservation;

function onTargets(change: (target: Target) => Target): Tampered {
  return (given) => ({ ...given, targets: given.targets.map((row) => row.map(change)) });
}

/** Fragments dealt to the first so many stores, one after the other. */
function dealt(row: readonly Target[], used: number): Target[] {
  return row.map((_, index) => ({
    store: idOf(1 + (index % used)),
    object: idOf(0xabc000 + 16 * used + (index % used)),
  }));
}

function cloud(provider: string) {
  return { kind: "public", provider } as const;
}

const objects = new Map<string, string>();

/** An object's name, the same for the same key. */
function objectFor(key: string): string {
  const known = objects.get(key) ?? idOf(0xabd000 + objects.size);
  objects.set(key, known);
  return known;
}

function namesOf({ stores }: World): Promise<string[][]> {
  return Promise.all([...stores.values()].map((store) => store.names()));
}

/** A catalogue that changes one value in its answer to one question, and is honest otherwise. */
function lyingOnce(
  keeper: Catalogue,
  lie: { place: number; how: number; question: number },
  onLie: () => void,
): Catalogue {
  let asked = 0;
  const answer = async <T>(honest: Promise<T>): Promise<T> => {
    const found = await honest;
    if (asked++ !== lie.question) return found;
    const values = countValues(found);
    if (values === 0) return found;
    onLie();
    return withOther(found, { left: lie.place % values }, lie.how) as T;
  };
  return {
    reserve: (request) => answer(keeper.reserve(request)),
    find: (wanted) => answer(keeper.find(wanted)),
    page: (request) => answer(keeper.page(request)),
    // Whether it was committed only the catalogue itself can say.
    commit: (request) => keeper.commit(request),
  };
}

function countValues(value: unknown): number {
  if (isLeaf(value)) return 1;
  const inside = Object.values(value as object).reduce<number>((sum, each) => sum + countValues(each), 0);
  return Array.isArray(value) ? inside + 1 : inside;
}

/** The value with its n-th part replaced by another of its type. */
function withOther(value: unknown, at: { left: number }, how: number): unknown {
  const isIt = (isLeaf(value) || Array.isArray(value)) && at.left-- === 0;
  if (isIt) return otherThan(value, how);
  if (isLeaf(value)) return value;
  if (Array.isArray(value)) return value.map((each) => withOther(each, at, how));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, each]) => [name, withOther(each, at, how)]),
  );
}

function isLeaf(value: unknown): boolean {
  return typeof value !== "object" || value === null || value instanceof Uint8Array;
}

function otherThan(value: unknown, how: number): unknown {
  if (Array.isArray(value)) return [[], value.toReversed(), [...value, ...value], value.slice(1)][how % 4];
  if (value instanceof Uint8Array) {
    const flipped = value.map((byte, index) => (index === how % value.length ? byte ^ 1 : byte));
    return [flipped, value.subarray(0, how % value.length), new Uint8Array()][how % 3];
  }
  if (typeof value === "number") return [0, -1, value + 1, value * 2, Number.MAX_SAFE_INTEGER][how % 5];
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return value;
  const { chart, other, records, versions, foreign } = scene;
  const ids = [chart.id, other.id, ...records, ...versions, foreign.record, foreign.version];
  return ["", idOf(1), idOf(77), `${value}0`, ...ids][how % (4 + ids.length)];
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

async function refusedOr<T>(task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

async function listed(vault: Vault): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of vault.charts()) ids.push(id);
  return ids;
}

async function refuseAll(): Promise<never> {
  throw new VaultError("busy", "Nothing was wrong before the commit.");
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

  it.each([
    ["tells k too low", (given: Reservation) => ({ ...given, tolerate: 6 })],
    ["tells no number", (given: Reservation) => ({ ...given, tolerate: "2" as unknown as number })],
    ["tolerates less than nothing", (given: Reservation) => ({ ...given, tolerate: -1 })],
    ["puts everything on one store", onTargets((target) => ({ ...target, store: idOf(1) }))],
    ["names no store", onTargets((target) => ({ ...target, store: "../1" }))],
    ["names the header", onTargets((target) => ({ ...target, object: "vault" }))],
  ])("%s where fragments go: nothing is put", async (_, tamper) => {
    const { chart, world } = scene;
    const before = await namesOf(world);
    const reserve: Catalogue["reserve"] = async (request) => tamper(await world.keeper.reserve(request));
    const open = await world
      .client({ catalogue: between(world.keeper, { reserve }), settings: world.keeping.settings })
      .unlock(chart.id, people.ben, word);
    for (const size of [10, 2_000_000]) {
      await expect(putOne(open, pattern(size))).rejects.toBeInstanceOf(VaultError);
    }
    expect(await namesOf(world)).toEqual(before);
  });

  it("is held to what it says of losses by a client that does not know the policy", async () => {
    const { chart, world } = scene;
    const reserve: Catalogue["reserve"] = async (request) =>
      onTargets((target) => ({ ...target, store: idOf(1) }))(await world.keeper.reserve(request));
    const catalogue = between(world.keeper, { reserve });
    const open = await world.client({ catalogue }).unlock(chart.id, people.ben, word);
    await expect(putOne(open, pattern(10))).rejects.toEqual(refusal("policy"));
  });

  it("leaves out a region that the policy asks for, and is refused by whoever knows the policy", async () => {
    const { chart, world } = scene;
    const { stores, policy } = world.keeping.settings;
    const settings = {
      stores: stores.map((store) => ({ ...store, region: store.id === idOf(5) ? "north" : "south" })),
      policy: { ...policy, regions: 2 },
    };
    for (const used of [5, 4]) {
      const onFirst: Tampered = (given) => ({
        ...given,
        targets: given.targets.map((row) => dealt(row, used)),
      });
      const reserve: Catalogue["reserve"] = async (request) => onFirst(await world.keeper.reserve(request));
      const catalogue = between(world.keeper, { reserve, commit: refuseAll });
      const open = await world.client({ catalogue, settings }).unlock(chart.id, people.ben, word);
      await expect(putOne(open, pattern(10))).rejects.toEqual(refusal(used === 5 ? "busy" : "policy"));
    }
  });

  const house = { kind: "private-on-premise", provider: "" } as const;
  const hosted = { kind: "private-hosted", provider: "a" } as const;
  it.each([
    {
      name: "gives one provider's stores enough",
      rules: { providerBelowNeeded: true },
      of: [cloud("a"), cloud("A"), hosted, house, house],
      right: [2, 1, 1, 2, 2],
      wrong: [2, 2, 2, 1, 1],
    },
    {
      name: "lets more go with a provider than may be lost",
      rules: { tolerateProviders: 1 },
      of: [cloud("a"), cloud("a"), house, house, house],
      right: [1, 1, 2, 2, 2],
      wrong: [2, 1, 2, 2, 1],
    },
    {
      name: "gives public clouds enough, with a hosted store that one of them runs",
      rules: { publicBelowNeeded: true, providerBelowNeeded: true },
      of: [cloud("a"), hosted, cloud("b"), house, house],
      right: [2, 1, 2, 2, 1],
      wrong: [2, 2, 2, 1, 1],
    },
  ])("$name, and is refused by whoever knows the policy", async ({ name, rules, of, right, wrong }) => {
    const { chart, world } = scene;
    const { stores, policy } = world.keeping.settings;
    const settings = {
      stores: stores.map((store, index) => ({ ...store, ...of[index]! })),
      policy: { ...policy, ...rules },
    };
    for (const counts of [right, wrong]) {
      const holders = counts.flatMap((count, index) => Array<string>(count).fill(stores[index]!.id));
      const reserve: Catalogue["reserve"] = async (request) => {
        const given = await world.keeper.reserve(request);
        const row = holders.map((store) => ({
          store,
          object: objectFor(`${name}/${store}/${counts.join()}`),
        }));
        return { ...given, targets: [row] };
      };
      const catalogue = between(world.keeper, { reserve, commit: refuseAll });
      const open = await world.client({ catalogue, settings }).unlock(chart.id, people.ben, word);
      await expect(putOne(open, pattern(10))).rejects.toEqual(refusal(counts === right ? "busy" : "policy"));
    }
  });

  it("changes any one thing in what it answers to a reader: refused or right", async () => {
    let lied = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(4), async (place, how, question) => {
        const catalogue = lyingOnce(scene.world.keeper, { place, how, question }, () => lied++);
        await openAll(catalogue);
      }),
      { numRuns: 120 },
    );
    expect(lied).toBeGreaterThan(60);
  });

  it("changes any one thing in what it answers to a writer: what is read later is what was put", async () => {
    let lied = 0;
    const world = makeWorld();
    const first = await newChart(world.client());
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(3), async (place, how, question) => {
        const catalogue = lyingOnce(world.keeper, { place, how, question }, () => lied++);
        const bytes = pattern(100 + (place % 1000), how);
        const put = await refusedOr(async () =>
          putOne(await world.client({ catalogue }).unlock(first.id, people.ben, word), bytes),
        );
        await first.refresh();
        const back = put === undefined ? bytes : await read(first, put.record, put.version);
        expect(back).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
    expect(lied).toBeGreaterThan(10);
    for (const { record } of first.records()) await read(first, record);
  });

  it("founds a chart of its own under a known id: a mark or the word tells, a standing unlock alone does not", async () => {
    const { chart, world } = scene;
    const foreign = makeWorld();
    const randomBytes: Engine["randomBytes"] = (lengthBytes) =>
      lengthBytes === 16 ? fromHex(chart.id)! : engine.randomBytes(lengthBytes);
    const members = [{ recipient: people.ben.recipient, rights: RIGHT_READ | RIGHT_WRITE }];
    const plan = { owner: people.dora, word: new Word("qwertzui"), members };
    const founded = await foreign.client({ engine: { ...engine, randomBytes } }).newChart(plan);
    expect(founded.id).toBe(chart.id);
    await founded.allowStanding(people.ben.recipient, TIME + 1000);

    const seen = createSeen();
    await world.client({ seen }).chart(chart.id);
    const warned = foreign.client({ seen });
    await expect(warned.unlockStanding(chart.id, people.ben)).rejects.toEqual(refusal("rolled-back"));
    const unwarned = foreign.client();
    await expect(unwarned.unlock(chart.id, people.ben, word)).rejects.toEqual(refusal("not-for-you"));
    expect((await unwarned.unlockStanding(chart.id, people.ben)).chart.state.owner).toEqual(
      people.dora.recipient.signing,
    );
  });

  it("shows two branches to two questions at once, and is held to both", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { links } = chart.chart;
    const documents = await Promise.all(
      ["one", "other"].map(async (label) => {
        const own = makeWorld();
        await own.keeper.commit({ reservations: [], links, versions: [] });
        await (await own.client().unlock(chart.id, people.ada, word)).setLabel(label);
        return own.keeper.find({ charts: [{ chart: chart.id }] });
      }),
    );
    let asked = 0;
    const find: Catalogue["find"] = async () => documents[asked++ % 2]!;
    const vault = world.client({ catalogue: between(world.keeper, { find }) });
    await Promise.all([vault.chart(chart.id), vault.chart(chart.id)]);
    await expect(vault.chart(chart.id)).rejects.toEqual(refusal("rolled-back"));
    await expect(vault.chart(chart.id)).rejects.toEqual(refusal("rolled-back"));
  });

  it.each([
    ["names no ids", ["\u001b[2J"]],
    ["goes back", [idOf(2), idOf(1)]],
    ["names one twice", [idOf(2), idOf(2)]],
  ])("%s in its list of charts, and is found out", async (_, ids) => {
    const row = { record: undefined, erased: false };
    const page: Catalogue["page"] = async () => ({ rows: ids.map((id) => ({ ...row, id, chart: id })) });
    const vault = scene.world.client({ catalogue: between(scene.world.keeper, { page }) });
    await expect(listed(vault)).rejects.toEqual(refusal("forged"));
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
