import {
  appendLink,
  eraseRecord,
  parseChart,
  parseLink,
  removeMember,
  RIGHT_READ,
  RIGHT_WRITE,
  setMember,
  toHex,
} from "@chirograph/core";
import { readAll, type Store } from "@chirograph/stores";
import { beforeAll, describe, expect, test } from "vitest";
import type { CommitRequest, Place } from "../../src/catalogue.ts";
import { type Keeper, openKeeper } from "../../src/keeper/keeper.ts";
import {
  chartId,
  engine,
  makePeople,
  makeWorld,
  named,
  newChart,
  newRecordId,
  type People,
  refusal,
  statementRows,
  statementsIn,
  storeVersion,
  TIME,
  withFaults,
  type World,
} from "./fixtures.ts";

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

/** A vault with one chart, and a version of it that is ready to be committed. */
async function ready(stores = 4) {
  const world = makeWorld(people.ada, stores);
  const keeper = openKeeper(world.keeping);
  const unlocked = await newChart(people);
  const first = { reservations: [], links: unlocked.chart.links, versions: [] };
  await keeper.commit(first);
  const stored = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
  const next = await named(unlocked, people.ben, stored.sealed);
  const request: CommitRequest = { reservations: [], links: [next.link], versions: [stored.version] };
  return { world, keeper, unlocked, stored, next, request, chart: chartId(unlocked.chart), first };
}

/** Stores that take a while, so that commits gather behind each other. */
function slowly({ keeping }: World): World["keeping"] {
  const stores = Array.from(keeping.stores, ([id, store]): [string, Store] => [
    id,
    {
      ...withFaults(keeping, () => "none").stores.get(id)!,
      put: async (...put) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 150);
        });
        return store.put(...put);
      },
    },
  ]);
  return { ...keeping, stores: new Map(stores) };
}

/** Commits at the same time; they reach the queue in their order. */
async function inOrder(keeper: Keeper, requests: readonly CommitRequest[]): Promise<string[]> {
  const answers: Promise<{ state: string }>[] = [];
  for (const request of requests) {
    answers.push(keeper.commit(request));
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  return (await Promise.all(answers)).map(({ state }) => state);
}

async function expectNothingWritten(world: World): Promise<void> {
  expect(await statementsIn(world)).toHaveLength(world.stores.size);
  expect(await world.keeping.rows.intents()).toEqual([]);
  expect(await world.keeping.rows.totals()).toMatchObject({ versions: 0 });
}

describe("a commit", () => {
  test("puts links on every store and envelopes on T + 1, and then is found", async () => {
    const { world, keeper, next, request, chart, stored } = await ready();
    const result = await keeper.commit(request);
    expect(result).toMatchObject({ state: "committed", owed: [] });
    expect(result.state === "committed" && result.stored.toSorted()).toEqual([...world.stores.keys()]);

    const link = toHex(next.link);
    const holding = (await statementsIn(world)).filter(({ statements }) =>
      statements.links.some((bytes) => toHex(bytes) === link),
    );
    expect(new Set(holding.map(({ store }) => store)).size).toBe(4);
    expect(holding.filter(({ statements }) => statements.envelopes.length === 1)).toHaveLength(2);

    const version = toHex(stored.sealed.envelope.version);
    const record = toHex(stored.sealed.envelope.record);
    const found = await keeper.find({ charts: [{ chart }], records: [record], versions: [version] });
    expect(found.records).toEqual([{ record, chart }]);
    expect(found.versions).toEqual([
      { version, record, chart, envelope: stored.version.envelope, places: stored.version.places },
    ]);
    expect(found.charts[0]?.heads).toEqual([toHex(next.unlocked.chart.state.lastHash)]);
    const { document } = found.charts[0]!;
    expect((await parseChart(engine, document!)).state).toEqual(next.unlocked.chart.state);
    // Another process has not checked the links yet, and finds the same.
    expect((await openKeeper(world.keeping).find({ charts: [{ chart }] })).charts).toEqual(found.charts);
    const again = await keeper.find({ charts: [{ chart, heads: found.charts[0]!.heads }] });
    expect(again.charts[0]?.document).toBeUndefined();
    expect(await keeper.page({ of: "versions", limit: 10 })).toEqual({
      rows: [{ id: version, chart, record, erased: false }],
    });
  });

  test("knows the sizes of the objects that it fills", async () => {
    const { world, keeper, request } = await ready();
    await keeper.commit(request);
    for (const row of await world.keeping.rows.pageObjects({ kind: "fragment", limit: 1000 })) {
      expect(await world.stores.get(row.store)!.head(row.name)).toEqual({
        name: row.name,
        sizeBytes: row.sizeBytes,
      });
    }
  });

  test("of a chart that has moved on is a conflict, and so is the same commit again", async () => {
    const { keeper, request, unlocked, world, chart } = await ready();
    const other = await storeVersion(keeper, world.stores, unlocked, { author: people.ada });
    const rival = await named(unlocked, people.ada, other.sealed);
    const results = await Promise.all([
      keeper.commit(request),
      keeper.commit({ reservations: [], links: [rival.link], versions: [other.version] }),
    ]);
    expect(results.map(({ state }) => state).toSorted()).toEqual(["committed", "conflict"]);
    expect(await keeper.commit(request)).toEqual({ state: "conflict", charts: [chart] });
  });

  test("of several charts shares one batch, and several links of one chart follow each other", async () => {
    const world = makeWorld(people.ada, 3);
    const keeper = openKeeper(world.keeping);
    const links: Uint8Array[] = [];
    const versions = [];
    for (let count = 0; count < 2; count++) {
      const unlocked = await newChart(people);
      const stored = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
      const next = await named(unlocked, people.ben, stored.sealed);
      links.push(...next.unlocked.chart.links);
      versions.push(stored.version);
    }
    expect(await keeper.commit({ reservations: [], links, versions })).toMatchObject({ state: "committed" });
    expect(await statementsIn(world)).toHaveLength(3);
    expect(await world.keeping.rows.totals()).toMatchObject({ charts: 2, versions: 2 });
  });

  test("that erases hides the envelope", async () => {
    const { keeper, request, next, stored, world } = await ready();
    await keeper.commit(request);
    const { envelope } = stored.sealed;
    const step = { signer: people.ada, time: TIME };
    const erased = await eraseRecord(engine, next.unlocked, { record: envelope.record }, step);
    await keeper.commit({ reservations: [], links: [erased.chart.links.at(-1)!], versions: [] });
    const found = await keeper.find({ versions: [toHex(envelope.version)] });
    expect(found.versions[0]?.envelope).toBeUndefined();
    expect(await world.keeping.rows.pageErased({ limit: 10 })).toHaveLength(1);
  });

  test("that erases one version leaves the others", async () => {
    const { world, keeper, request, next, stored } = await ready();
    await keeper.commit(request);
    const { record, version } = stored.sealed.envelope;
    const plan = { author: people.ben, record };
    const second = await storeVersion(keeper, world.stores, next.unlocked, plan);
    const after = await named(next.unlocked, people.ben, second.sealed);
    await keeper.commit({ reservations: [], links: [after.link], versions: [second.version] });
    const step = { signer: people.ada, time: TIME };
    const erased = await eraseRecord(engine, after.unlocked, { record, version }, step);
    await keeper.commit({ reservations: [], links: [erased.chart.links.at(-1)!], versions: [] });
    const rows = await world.keeping.rows.pageErased({ limit: 10 });
    expect(rows.map((row) => row.version)).toEqual([toHex(version)]);
  });

  test("that comes together with others joins their batch", async () => {
    const world = makeWorld(people.ada, 3);
    const keeper = openKeeper(world.keeping);
    const charts = await Promise.all(Array.from({ length: 6 }, () => newChart(people)));
    const results = await Promise.all(
      charts.map(({ chart }) => keeper.commit({ reservations: [], links: chart.links, versions: [] })),
    );
    expect(results.every(({ state }) => state === "committed")).toBe(true);
    const batches = new Set((await statementRows(world)).map(({ batch }) => batch));
    expect(batches.size).toBeLessThanOrEqual(3);
  });

  test("of a chart that continues another that is still on its way follows it", async () => {
    const { world, unlocked } = await ready();
    const keeper = openKeeper(slowly(world));
    const chain: CommitRequest[] = [];
    let before = unlocked;
    for (let count = 0; count < 4; count++) {
      const stored = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
      const next = await named(before, people.ben, stored.sealed);
      chain.push({ reservations: [], links: [next.link], versions: [stored.version] });
      before = next.unlocked;
    }
    const other = await newChart(people);
    const answers = await inOrder(keeper, [
      { reservations: [], links: other.chart.links, versions: [] },
      ...chain,
    ]);
    expect(answers).toEqual(Array(5).fill("committed"));
    expect(await world.keeping.rows.totals()).toMatchObject({ charts: 2, versions: 4 });
  });

  test("to one chart by many at once, behind a slow one, comes through once", async () => {
    const { world, unlocked } = await ready();
    const keeper = openKeeper(slowly(world));
    const other = await newChart(people);
    const requests: CommitRequest[] = [{ reservations: [], links: other.chart.links, versions: [] }];
    for (let count = 0; count < 5; count++) {
      const stored = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
      const { link } = await named(unlocked, people.ben, stored.sealed);
      requests.push({ reservations: [], links: [link], versions: [stored.version] });
    }
    const answers = await inOrder(keeper, requests);
    expect(answers.toSorted()).toEqual([...Array(2).fill("committed"), ...Array(4).fill("conflict")]);
    expect(await world.keeping.rows.heads(chartId(unlocked.chart))).toHaveLength(1);
  });

  test("by keepers that take turns is checked against what the others wrote", async () => {
    const { world, unlocked } = await ready();
    const keepers = [openKeeper(world.keeping), openKeeper(world.keeping)];
    let before = unlocked;
    for (const keeper of [...keepers, ...keepers]) {
      const stored = await storeVersion(keeper, world.stores, before, { author: people.ben });
      const next = await named(before, people.ben, stored.sealed);
      const request = { reservations: [], links: [next.link], versions: [stored.version] };
      expect((await keeper.commit(request)).state).toBe("committed");
      before = next.unlocked;
    }
    expect(await world.keeping.rows.totals()).toMatchObject({ versions: 4 });
  });

  test("that names all heads of a forked chart merges them; one that names some of them is a conflict", async () => {
    const { world, unlocked, chart } = await ready();
    const step = (time: number) => ({ signer: people.ada, time });
    const [left, right] = await Promise.all([
      setMember(engine, unlocked, { recipient: people.cleo.recipient, rights: RIGHT_READ }, step(TIME)),
      setMember(engine, unlocked, { recipient: people.cleo.recipient, rights: RIGHT_WRITE }, step(TIME)),
    ]);
    // As `reindex` finds it where two catalogues went on.
    const links = await Promise.all([left, right].map((own) => parseLink(engine, own.chart.links.at(-1)!)));
    await world.keeping.rows.restore({
      links: links.map(({ hash, generation, previous, bytes }) => ({
        chart,
        hash: toHex(hash),
        generation,
        previous: previous.map(toHex),
        bytes,
        batch: "0".repeat(32),
      })),
      versions: [],
      erased: [],
      objects: [],
    });
    const keeper = openKeeper(world.keeping);
    const found = (await keeper.find({ charts: [{ chart }] })).charts[0]!;
    expect(found.heads).toHaveLength(2);
    const joined = await parseChart(engine, found.document!);
    const merged = await appendLink(engine, joined, { ...step(TIME), changes: [] });
    const one = await removeMember(engine, left, people.ben.recipient.member, step(TIME + 1));
    const commit = (link: Uint8Array) => keeper.commit({ reservations: [], links: [link], versions: [] });
    expect(await commit(one.chart.links.at(-1)!)).toEqual({ state: "conflict", charts: [chart] });
    expect((await commit(merged.links.at(-1)!)).state).toBe("committed");
    expect((await keeper.find({ charts: [{ chart }] })).charts[0]!.heads).toHaveLength(1);
  });

  test("by eight writers of one chart who try again comes through, all of them", async () => {
    const { keeper, unlocked, world, chart } = await ready();
    let latest = unlocked;
    const write = async (): Promise<void> => {
      const author = people.ben;
      const stored = await storeVersion(keeper, world.stores, unlocked, { author });
      for (let tries = 0; tries < 20; tries++) {
        const next = await named(latest, author, stored.sealed);
        const result = await keeper.commit({
          reservations: [],
          links: [next.link],
          versions: [stored.version],
        });
        if (result.state === "committed") return;
        latest = await rebased(latest);
      }
      throw new Error("never came through");
    };
    const rebased = async (before: typeof unlocked): Promise<typeof unlocked> => {
      const found = await keeper.find({ charts: [{ chart }] });
      return { ...before, chart: await parseChart(engine, found.charts[0]!.document!) };
    };
    await Promise.all(Array.from({ length: 8 }, write));
    expect(await world.keeping.rows.totals()).toMatchObject({ versions: 8 });
    expect((await world.keeping.rows.links(chart)).map(({ generation }) => generation)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });
});

describe("a hostile commit", () => {
  const placeFaults: [string, (place: Place) => Place | null][] = [
    ["a store that is none", (place) => ({ ...place, store: "f".repeat(32) })],
    ["a name outside the grammar", (place) => ({ ...place, object: "vault" })],
    ["a path", (place) => ({ ...place, object: "../../etc/passwd" })],
    ["a negative offset", (place) => ({ ...place, offset: -1 })],
    ["half an offset", (place) => ({ ...place, offset: 0.5 })],
    ["an offset beyond all numbers", (place) => ({ ...place, offset: Number.MAX_SAFE_INTEGER })],
    ["another length", (place) => ({ ...place, lengthBytes: place.lengthBytes + 1 })],
  ];
  test.each(placeFaults)("that places a fragment at %s is refused", async (_, fault) => {
    const { world, keeper, request } = await ready();
    const [version] = request.versions;
    const places = version!.places.map((place, index) => (index === 3 ? fault(place!) : place));
    const versions = [{ ...version!, places }];
    await expect(keeper.commit({ ...request, versions })).rejects.toThrow(refusal("malformed"));
    await expectNothingWritten(world);
  });

  const requestFaults: [
    string,
    string,
    (own: Awaited<ReturnType<typeof ready>>) => Promise<Partial<CommitRequest>>,
  ][] = [
    ["lacks the version that its link names", "malformed", async () => ({ versions: [] })],
    [
      "brings a version twice",
      "malformed",
      async ({ request }) => ({ versions: [request.versions[0]!, request.versions[0]!] }),
    ],
    [
      "brings a version that no link names",
      "malformed",
      async ({ request, keeper, world, unlocked }) => {
        const more = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
        return { versions: [...request.versions, more.version] };
      },
    ],
    [
      "brings another envelope for a version",
      "malformed",
      async ({ keeper, world, unlocked }) => {
        const other = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
        return { versions: [other.version] };
      },
    ],
    [
      "brings an envelope of somebody who did not sign the link",
      "mismatch",
      async ({ keeper, world, unlocked }) => {
        const other = await storeVersion(keeper, world.stores, unlocked, { author: people.ada });
        const next = await named(unlocked, people.ben, other.sealed);
        return { links: [next.link], versions: [other.version] };
      },
    ],
    [
      "puts all fragments on one store",
      "policy",
      async ({ request }) => ({
        versions: request.versions.map(({ envelope, places }) => ({
          envelope,
          places: places.map((place, index) => ({
            ...place!,
            store: places[0]!.store,
            offset: index * place!.lengthBytes,
          })),
        })),
      }),
    ],
    [
      "lays fragments over each other",
      "malformed",
      async ({ request }) => ({
        versions: request.versions.map(({ envelope, places }) => ({
          envelope,
          places: places.map((place) => ({ ...place!, offset: 1 })),
        })),
      }),
    ],
    [
      "has too few places",
      "malformed",
      async ({ request }) => ({
        versions: request.versions.map(({ envelope, places }) => ({ envelope, places: places.slice(1) })),
      }),
    ],
    [
      "stored too few fragments",
      "stores-missing",
      async ({ request }) => ({
        versions: request.versions.map(({ envelope, places }) => ({
          envelope,
          places: places.map((place, index) => (index < 2 ? null : place)),
        })),
      }),
    ],
    ["has no link", "malformed", async () => ({ links: [], versions: [] })],
    ["has a link that is none", "malformed", async () => ({ links: [new Uint8Array(100)] })],
    [
      "has a link with a wrong signature",
      "bad-signature",
      async ({ request }) => {
        const link = request.links[0]!.slice();
        link[link.length - 1]! ^= 1;
        return { links: [link] };
      },
    ],
    [
      "has an envelope with a wrong signature",
      "bad-signature",
      async ({ request }) => {
        const envelope = request.versions[0]!.envelope.slice();
        envelope[envelope.length - 1]! ^= 1;
        return { versions: [{ ...request.versions[0]!, envelope }] };
      },
    ],
    [
      "has a record id of no chart",
      "forged",
      async ({ keeper, world, unlocked }) => {
        const record = await newRecordId(new Uint8Array(16).fill(9));
        const other = await storeVersion(keeper, world.stores, unlocked, { author: people.ben, record });
        const next = await named(unlocked, people.ben, other.sealed);
        return { links: [next.link], versions: [other.version] };
      },
    ],
    [
      "has two links of a chart that do not follow each other",
      "malformed",
      async ({ request, keeper, world, unlocked }) => {
        const more = await storeVersion(keeper, world.stores, unlocked, { author: people.ben });
        const { link } = await named(unlocked, people.ben, more.sealed);
        return { links: [...request.links, link], versions: [...request.versions, more.version] };
      },
    ],
    ["names a reservation that is none", "malformed", async () => ({ reservations: ["%"] })],
  ];
  test.each(requestFaults)("that %s is refused", async (_, code, change) => {
    const own = await ready();
    const request = { ...own.request, ...(await change(own)) };
    await expect(own.keeper.commit(request)).rejects.toThrow(refusal(code));
    await expectNothingWritten(own.world);
  });

  test("by somebody who may not write is refused", async () => {
    const { world, keeper, unlocked } = await ready();
    const stored = await storeVersion(keeper, world.stores, unlocked, { author: people.cleo });
    // In her own copy of the chart she has rights, so that she can sign what continues the real one.
    const { state } = unlocked.chart;
    const cleo = { recipient: people.cleo.recipient, rights: RIGHT_READ | RIGHT_WRITE };
    const members = new Map(state.members).set(toHex(cleo.recipient.member), cleo);
    const pretended = { ...unlocked, chart: { ...unlocked.chart, state: { ...state, members } } };
    const { link } = await named(pretended, people.cleo, stored.sealed);
    const request = { reservations: [], links: [link], versions: [stored.version] };
    await expect(keeper.commit(request)).rejects.toThrow(refusal("not-permitted"));
    await expectNothingWritten(world);
  });

  test("that takes another chart's version id is refused, together with it or later", async () => {
    const { world, keeper, request, stored } = await ready();
    const other = await newChart(people);
    const version = Uint8Array.from(stored.sealed.envelope.version);
    const theirs = await storeVersion(keeper, world.stores, other, { author: people.ben, version });
    const next = await named(other, people.ben, theirs.sealed);
    const hostile = { reservations: [], links: next.unlocked.chart.links, versions: [theirs.version] };
    const [first, second] = await Promise.allSettled([keeper.commit(request), keeper.commit(hostile)]);
    expect([first.status, second.status].toSorted()).toEqual(["fulfilled", "rejected"]);
    await expect(keeper.commit(hostile)).rejects.toThrow(refusal("forged"));
    expect(await world.keeping.rows.totals()).toMatchObject({ versions: 1 });
  });

  test("that lays a fragment over another version's is refused", async () => {
    const { world, keeper, request, next, stored } = await ready();
    await keeper.commit(request);
    const other = await storeVersion(keeper, world.stores, next.unlocked, { author: people.ben });
    const rival = await named(next.unlocked, people.ben, other.sealed);
    const versions = [{ ...other.version, places: stored.version.places }];
    const hostile = { reservations: [], links: [rival.link], versions };
    await expect(keeper.commit(hostile)).rejects.toThrow(refusal("malformed"));
    expect(await world.keeping.rows.totals()).toMatchObject({ versions: 1 });
  });
});

describe("a reservation", () => {
  test.each(["packed", "alone"] as const)(
    "names its objects before anybody writes one (%s)",
    async (layout) => {
      const world = makeWorld(people.ada, 3);
      const keeper = openKeeper(world.keeping);
      const reserved = await keeper.reserve({ fragments: 8, versions: 3, layout });
      const objects = new Set(reserved.targets.flat().map(({ object }) => object));
      expect(objects.size).toBe(layout === "packed" ? 3 : 24);
      expect(reserved.targets.map((targets) => targets.length)).toEqual([8, 8, 8]);
      expect(reserved.tolerate).toBe(3);
      expect(reserved.expires).toBe(TIME + 24 * 3_600_000);
      const expired = await world.keeping.rows.expired(reserved.expires + 1, 1000);
      expect(new Set(expired.map(({ object }) => object))).toEqual(objects);
    },
  );

  test("is refused for counts that none has", async () => {
    const keeper = openKeeper(makeWorld(people.ada, 3).keeping);
    for (const versions of [0, 1025, 1.5]) {
      await expect(keeper.reserve({ fragments: 8, versions, layout: "packed" })).rejects.toThrow(
        refusal("malformed"),
      );
    }
    await expect(keeper.reserve({ fragments: 7, versions: 1, layout: "packed" })).rejects.toThrow(RangeError);
  });
});

describe("a keeper that reads fragments back", () => {
  const strict = { checkFragments: true };

  test("commits what is stored as it is signed", async () => {
    const { world, request } = await ready();
    expect(await openKeeper(world.keeping, strict).commit(request)).toMatchObject({ state: "committed" });
  });

  test("refuses a fragment of which any byte is another, and commits nothing", async () => {
    const { world, request } = await ready();
    const keeper = openKeeper(world.keeping, strict);
    const { store, object, offset, lengthBytes } = request.versions[0]!.places[2]!;
    const held = world.keeping.stores.get(store)!;
    const right = await readAll(held, object);
    for (const at of [0, 20, Math.floor(lengthBytes / 2), lengthBytes - 1]) {
      const wrong = right.slice();
      wrong[offset + at]! ^= 1;
      await held.delete(object);
      await held.put(object, { sizeBytes: wrong.length, bytes: [wrong] });
      await expect(keeper.commit(request)).rejects.toThrow(refusal("malformed"));
    }
    expect(await world.keeping.rows.intents()).toEqual([]);
    await held.delete(object);
    await expect(keeper.commit(request)).rejects.toThrow(refusal("stores-missing"));
    await held.put(object, { sizeBytes: right.length, bytes: [right] });
    expect(await keeper.commit(request)).toMatchObject({ state: "committed" });
  });

  test("refuses a fragment in the place of another", async () => {
    const { world, request } = await ready();
    const [version] = request.versions;
    const places = [...version!.places];
    [places[0], places[1]] = [places[1]!, places[0]!];
    const swapped = { ...request, versions: [{ ...version!, places }] };
    await expect(openKeeper(world.keeping, strict).commit(swapped)).rejects.toThrow(refusal("malformed"));
  });
});

describe("what is asked of a keeper", () => {
  test("is bounded", async () => {
    const keeper = openKeeper(makeWorld(people.ada, 3).keeping);
    const ids = Array<string>(1025).fill("0".repeat(32));
    await expect(keeper.find({ versions: ids })).rejects.toThrow(refusal("malformed"));
    await expect(keeper.find({ records: ["record"] })).rejects.toThrow(refusal("malformed"));
    await expect(keeper.page({ of: "charts", limit: 0 })).rejects.toThrow(refusal("malformed"));
    await expect(keeper.page({ of: "charts", limit: 1001 })).rejects.toThrow(refusal("malformed"));
    await expect(keeper.page({ of: "charts", after: "x", limit: 1 })).rejects.toThrow(refusal("malformed"));
  });

  test("and is not known is not among the answers", async () => {
    const keeper = openKeeper(makeWorld(people.ada, 3).keeping);
    const id = "1".repeat(32);
    expect(await keeper.find({ charts: [{ chart: id }], records: [id], versions: [id] })).toEqual({
      charts: [],
      records: [],
      versions: [],
    });
  });
});
