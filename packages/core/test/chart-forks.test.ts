import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Change,
  type EpochChange,
  type EscrowChange,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  type VersionChange,
  type Wrap,
} from "../src/chart/change.ts";
import { createWordlessChart } from "../src/chart/create.ts";
import { appendLink, type Chart, encodeChart, extendChart, parseChart } from "../src/chart/document.ts";
import { compareLinks, type Link, type LinkBody, parseLink, signLink } from "../src/chart/link.ts";
import { readersOf, rightsOf } from "../src/chart/rights.ts";
import { currentEpoch, findVersion } from "../src/chart/state.ts";
import { compareBytes } from "../src/encoding/bytes.ts";
import { Writer } from "../src/encoding/writer.ts";
import { ChirographError } from "../src/error.ts";
import type { Identity } from "../src/identity/identity.ts";
import { NO_ID } from "../src/ids.ts";
import { engine, id, makePeople, pattern, type People, refusal, TIME, toHex } from "./fixtures.ts";

const ALL = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;

let people: People;
/** Ada's, with ben and cleo as writers who read, and epoch 1. */
let base: Chart;
beforeAll(async () => {
  people = await makePeople();
  const members = [people.ben, people.cleo].map(({ recipient }) => ({ recipient, rights: ALL }));
  base = await createWordlessChart(engine, { owner: people.ada, members, time: TIME });
  base = await add(base, people.ada, epochOf(base, 1));
});

// No secret stands in these charts: the rules look at none.

const add = (to: Chart, signer: Identity, ...changes: Change[]): Promise<Chart> =>
  appendLink(engine, to, { signer, time: TIME, changes });

function epochOf({ state }: Chart, number: number): EpochChange {
  const wraps = readersOf(state).map(({ recipient }): Wrap => ({
    member: recipient.member,
    encapsulated: pattern(1120),
    ciphertext: pattern(80, number),
  }));
  return {
    type: "epoch",
    number,
    lock: pattern(201, number),
    chartKeyCheck: pattern(32, number),
    guardKeyCheck: pattern(32, 2),
    chartSecretCheck: pattern(32, 3),
    wraps,
  };
}

const versionId = (number: number): Uint8Array<ArrayBuffer> => new Writer().u64(7).u64(number).finish();

/** A version that follows whatever the chart holds of the record. */
const versionOf = ({ state }: Chart, record: number, number: number): VersionChange => ({
  type: "version",
  record: id(record),
  version: versionId(number),
  parent: state.records.get(toHex(id(record)))?.versions.at(-1)?.version ?? NO_ID,
  epoch: currentEpoch(state)?.number ?? 0,
  suite: 1,
  total: 8,
  needed: 6,
  envelopeHash: pattern(32, number),
});
const member = ({ recipient }: Identity, rights: number): Change => ({ type: "member", recipient, rights });
const remove = ({ recipient }: Identity): Change => ({ type: "remove", member: recipient.member });
const standing = ({ recipient }: Identity, epoch = 1): Change => ({
  type: "standing",
  member: recipient.member,
  epoch,
  until: TIME,
  encapsulated: pattern(1120),
  ciphertext: pattern(49),
});
const escrow = (first: number, epoch = 1): EscrowChange => ({
  type: "escrow",
  epoch,
  threshold: 2,
  officers: [people.ben, people.cleo, people.dora]
    .map(({ recipient }) => ({
      recipient,
      shareCheck: pattern(32),
      encapsulated: pattern(1120),
      ciphertext: pattern(49),
    }))
    .slice(first)
    .toSorted((left, right) => compareBytes(left.recipient.member, right.recipient.member)),
  box: pattern(169),
});

/** All links of charts that began as one, as somebody finds them who has them all. */
const joined = (...charts: Chart[]): Promise<Chart> =>
  extendChart(
    engine,
    undefined,
    charts.flatMap(({ links }) => links),
  );

const read = (bytes: Uint8Array): Promise<Link> => parseLink(engine, bytes);

const recordIn = ({ state }: Chart, record: number): string[] =>
  state.records.get(toHex(id(record)))!.versions.map(({ version }) => toHex(version));

describe("a fork", () => {
  test("keeps what both branches wrote, and the next link merges it", async () => {
    const one = await add(base, people.ben, versionOf(base, 1, 11));
    const other = await add(base, people.cleo, versionOf(base, 1, 12), versionOf(base, 2, 21));
    const both = await joined(one, other);
    expect(both.heads).toEqual([...one.heads, ...other.heads].toSorted(compareBytes));
    expect(both.state).toMatchObject({ generation: 2, stale: false });
    expect(recordIn(both, 1).toSorted()).toEqual([versionId(11), versionId(12)].map(toHex));

    const merged = await add(both, people.ben, versionOf(both, 1, 13));
    expect(merged.heads).toHaveLength(1);
    expect((await read(merged.links.at(-1)!)).previous).toEqual(both.heads);
    expect(recordIn(merged, 1)).toEqual([...recordIn(both, 1), toHex(versionId(13))]);
    expect(await parseChart(engine, encodeChart(merged))).toEqual(merged);
  });

  test("merges without a change, by somebody who may write or manage, and then holds what it held", async () => {
    const one = await add(base, people.ada, versionOf(base, 1, 11), member(people.dora, RIGHT_READ));
    const other = await add(base, people.cleo, versionOf(base, 1, 12), member(people.dora, ALL));
    const both = await joined(one, other);
    const merged = await add(both, people.cleo);
    const { generation: _, lastHash: __, ...state } = both.state;
    expect(merged.state).toMatchObject(state);
    await expect(add(both, people.dora)).rejects.toThrow(refusal("not-permitted"));
    await expect(add(merged, people.cleo)).rejects.toThrow(refusal("not-permitted"));
  });

  test("puts versions in the order of a merge's predecessors: the common ones, the first one's, the others'", async () => {
    const start = await add(base, people.ben, versionOf(base, 1, 1));
    const one = await add(start, people.ben, versionOf(start, 1, 11));
    const other = await add(start, people.cleo, versionOf(start, 1, 12));
    const both = await joined(one, other);
    for (const [first, second, order] of [
      [one, other, [1, 11, 12]],
      [other, one, [1, 12, 11]],
    ] as const) {
      const previous = [...first.heads, ...second.heads];
      const merged = await extendChart(engine, both, [
        await linkOf({ previous, generation: 4, changes: [] }),
      ]);
      expect(recordIn(merged, 1)).toEqual(order.map((number) => toHex(versionId(number))));
      expect(await parseChart(engine, encodeChart(merged))).toEqual(merged);
    }
  });

  test("erases what any branch erased, a whole record with what the other added", async () => {
    const start = await add(base, people.ben, versionOf(base, 1, 1), versionOf(base, 2, 2));
    const gone = await add(
      start,
      people.ada,
      { type: "tombstone", record: id(1), version: NO_ID },
      { type: "tombstone", record: id(2), version: versionId(2) },
    );
    const both = await joined(
      gone,
      await add(start, people.cleo, versionOf(start, 1, 11), versionOf(start, 2, 12)),
    );
    expect(both.state.records.get(toHex(id(1)))!.erased).toBe(true);
    expect(findVersion(both.state, id(1), versionId(11))!.erased).toBe(true);
    expect(findVersion(both.state, id(2), versionId(2))!.erased).toBe(true);
    expect(findVersion(both.state, id(2), versionId(12))!.erased).toBe(false);
  });

  test("with one version id for two versions is refused", async () => {
    const one = await add(base, people.ben, versionOf(base, 1, 11));
    const same = await add(base, people.ben, versionOf(base, 1, 11), versionOf(base, 2, 12));
    expect((await joined(one, same)).state.recordOf.size).toBe(2);
    const mine = versionOf(base, 1, 11);
    for (const [signer, other] of [
      [people.ben, versionOf(base, 2, 11)],
      [people.ben, { ...mine, envelopeHash: pattern(32) }],
      [people.ben, { ...mine, needed: 7 }],
      [people.cleo, mine],
    ] as const) {
      await expect(joined(one, await add(base, signer, other))).rejects.toThrow(refusal("not-permitted"));
    }
  });
});

const wrapOf = (to: Identity, first: number): Change => ({
  type: "wrap",
  epoch: 1,
  wrap: { member: to.recipient.member, encapsulated: pattern(1120), ciphertext: pattern(80, first) },
});

describe("epochs of several branches", () => {
  test("one branch's is current when the other began none", async () => {
    const one = await add(base, people.ben, epochOf(base, 7));
    const other = await add(base, people.cleo, versionOf(base, 1, 11));
    const both = await joined(one, other);
    expect(both.state.epochs.map(({ number }) => number)).toEqual([1, 7]);
    expect(both.state.stale).toBe(false);
    expect((await add(both, people.ben, versionOf(both, 1, 12))).state.recordOf.size).toBe(2);
  });

  test("of two branches are all there, and a new one begins before the next version", async () => {
    const both = await joined(
      await add(base, people.ben, epochOf(base, 7)),
      await add(base, people.cleo, epochOf(base, 3)),
    );
    expect(new Set(both.state.epochs.map(({ number }) => number))).toEqual(new Set([1, 3, 7]));
    expect(both.state.stale).toBe(true);
    await expect(add(both, people.ben, versionOf(both, 1, 11))).rejects.toThrow(refusal("not-permitted"));
    const next = await add(both, people.ben, epochOf(both, 9));
    expect((await add(next, people.ben, versionOf(next, 1, 11))).state.stale).toBe(false);
  });

  test("of one number are one epoch, or refused; wraps are those of all", async () => {
    const withDora = await add(base, people.ada, member(people.dora, RIGHT_READ));
    const both = await joined(
      await add(withDora, people.ada, wrapOf(people.dora, 5)),
      await add(withDora, people.ada, wrapOf(people.ben, 6)),
    );
    expect([...both.state.epochs[0]!.wraps.keys()].toSorted()).toEqual(
      [people.ben, people.cleo, people.dora].map(({ recipient }) => toHex(recipient.member)).toSorted(),
    );
    const seven = await add(base, people.ben, epochOf(base, 7));
    const same = await add(base, people.cleo, epochOf(base, 7));
    expect((await joined(seven, same)).state.epochs).toHaveLength(2);
    const other = await add(base, people.cleo, { ...epochOf(base, 7), guardKeyCheck: pattern(32, 9) });
    await expect(joined(seven, other)).rejects.toThrow(refusal("not-permitted"));
  });
});

const rights = ({ state }: Chart, { signing }: Identity): number => rightsOf(state, signing);

const label = (epoch: number, first: number): Change => ({
  type: "label",
  epoch,
  box: pattern(328, first),
});

test("a word that one branch changed is not lost in the other", async () => {
  const lock = pattern(201, 77);
  const changed = await add(base, people.ben, { type: "word", epoch: 1, lock });
  for (const number of [11, 12, 13, 14, 15]) {
    const other = await add(base, people.cleo, versionOf(base, 1, number));
    expect((await joined(changed, other)).state.epochs[0]!.lock).toEqual(lock);
  }
});

describe("nobody gains by a branch of his own", () => {
  test("a member who is added or promoted in one branch alone gets nothing", async () => {
    const start = await add(base, people.ada, member(people.dora, RIGHT_READ));
    const promoted = await add(start, people.ben, member(people.dora, ALL));
    const both = await joined(promoted, await add(start, people.cleo, versionOf(start, 1, 11)));
    expect(rights(both, people.dora)).toBe(RIGHT_READ);
    const added = await add(base, people.ben, member(people.dora, ALL));
    const without = await joined(added, await add(base, people.cleo, versionOf(base, 1, 11)));
    expect(rights(without, people.dora)).toBe(0);
    expect(without.state.stale).toBe(true);
    expect(without.state.everMembers.size).toBe(3);
  });

  test("a removed writer who goes on from before his removal stays removed, whatever he writes", async () => {
    const removed = await add(base, people.ada, remove(people.ben));
    const renewed = await add(removed, people.ada, epochOf(removed, 5));
    let fork = await add(base, people.ben, member(people.dora, ALL), member(people.ben, ALL));
    fork = await add(fork, people.ben, epochOf(fork, 6), standing(people.ben), escrow(0));
    const both = await joined(renewed, fork);
    expect([rights(both, people.ben), rights(both, people.dora)]).toEqual([0, 0]);
    expect(both.state).toMatchObject({ stale: true, escrowPlan: undefined });
    expect(both.state.standing.size).toBe(0);
    await expect(add(both, people.ben, epochOf(both, 8))).rejects.toThrow(refusal("not-permitted"));
    const next = await add(both, people.ada, epochOf(both, 8));
    expect(next.state.epochs.at(-1)!.wraps.has(toHex(people.ben.recipient.member))).toBe(false);
    // Not even after the merge, and from an older link once more.
    const again = await joined(next, await add(fork, people.ben, member(people.dora, ALL)));
    expect([rights(again, people.ben), rights(again, people.dora)]).toEqual([0, 0]);
    expect(again.state.stale).toBe(true);
  });

  test("a grant, a standing unlock or officers that one branch lacks do not hold", async () => {
    const start = await add(base, people.ada, versionOf(base, 1, 11), standing(people.ben), escrow(0));
    const grant: Change = {
      type: "grant",
      recipient: people.dora.recipient,
      record: id(1),
      epoch: 1,
      versions: [versionId(11)],
      encapsulated: pattern(1120),
      ciphertext: pattern(80),
    };
    const idle = await add(start, people.cleo, versionOf(start, 2, 21));
    const kept = await joined(await add(start, people.ben, versionOf(start, 3, 31)), idle);
    expect(kept.state.standing.size).toBe(1);
    expect(kept.state.escrowPlan?.officers).toHaveLength(3);
    expect(kept.state.stale).toBe(false);

    const granted = await joined(await add(start, people.ben, grant), idle);
    expect(granted.state).toMatchObject({ grants: [], stale: true });
    const unlocked = await joined(await add(start, people.ben, standing(people.cleo)), idle);
    expect(unlocked.state.standing.size).toBe(1);
    expect(unlocked.state.stale).toBe(true);
    const officers = await joined(await add(start, people.ben, escrow(1)), idle);
    expect(officers.state.escrowPlan).toBeUndefined();
    expect(officers.state.escrows.size).toBe(1);
    const end: Change = { type: "standing-end", member: people.ben.recipient.member };
    expect((await joined(await add(start, people.ada, end), idle)).state.standing.size).toBe(0);
  });

  test("the newest label holds", async () => {
    const one = await add(await add(base, people.ben, epochOf(base, 7)), people.ben, label(7, 7));
    const other = await add(base, people.cleo, label(1, 1));
    expect((await joined(one, other)).state.label).toMatchObject({ epoch: 7 });
    expect((await joined(base, other)).state.label).toMatchObject({ epoch: 1 });
    const later = await add(await add(other, people.cleo, label(1, 3)), people.cleo, label(1, 2));
    expect((await joined(one, later)).state.label).toMatchObject({ epoch: 1, box: pattern(328, 2) });
  });
});

/** A link by the owner, with whatever place it claims. */
async function linkOf(body: Partial<LinkBody>, chart = base.state.chart): Promise<Uint8Array> {
  const changes = [{ type: "tombstone", record: id(1), version: NO_ID } as const];
  const link = { chart, generation: 2, previous: base.heads, time: TIME, changes, ...body };
  return (await signLink(engine, link, [people.ada])).bytes;
}

describe("a document with forks", () => {
  test("is refused with a link in the wrong place", async () => {
    const one = await add(base, people.ben, versionOf(base, 1, 11));
    const other = await add(base, people.cleo, versionOf(base, 2, 21));
    const both = await joined(one, other);
    const mismatch = refusal("mismatch");
    const [first, second] = both.links.slice(-2) as [Uint8Array, Uint8Array];
    const turned = encodeChart({ links: [...both.links.slice(0, -2), second, first] });
    await expect(parseChart(engine, turned)).rejects.toThrow(mismatch);
    const twice = encodeChart({ links: [...both.links, second] });
    await expect(parseChart(engine, twice)).rejects.toThrow(mismatch);
    for (const body of [
      { generation: 4, previous: both.heads },
      { generation: 2, previous: both.heads },
      { generation: 3, previous: [...both.heads, pattern(32)] },
      { generation: 3, previous: [pattern(32)] },
      { generation: 1, previous: [] },
      // A link merged with one that it came from, near and far.
      { generation: 3, previous: [...one.heads, ...base.heads] },
      { generation: 3, previous: [...base.heads, ...other.heads] },
    ]) {
      await expect(extendChart(engine, both, [await linkOf(body)])).rejects.toThrow(mismatch);
    }
    const merge = await linkOf({ generation: 3, previous: both.heads.toReversed(), changes: [] });
    expect((await extendChart(engine, both, [merge])).heads).toHaveLength(1);
    await expect(extendChart(engine, both, [await linkOf({}, id(9))])).rejects.toThrow(mismatch);
  });

  test("has at most 64 heads", async () => {
    const forks = await Promise.all(
      Array.from({ length: 65 }, (_, number) => add(base, people.ben, versionOf(base, 1, 100 + number))),
    );
    const most = await joined(...forks.slice(1));
    expect(most.heads).toHaveLength(64);
    expect(recordIn(await add(most, people.ada), 1)).toHaveLength(64);
    await expect(joined(...forks)).rejects.toThrow(refusal("out-of-limits"));
    await expect(extendChart(engine, most, forks[0]!.links)).rejects.toThrow(refusal("out-of-limits"));
  });

  test("takes links in any order and more than once, and lacks none", async () => {
    const one = await add(base, people.ben, versionOf(base, 1, 11));
    const two = await add(one, people.ben, versionOf(one, 1, 12));
    expect(await extendChart(engine, base, two.links.toReversed())).toEqual(two);
    expect(await extendChart(engine, two, base.links)).toEqual(two);
    expect(await extendChart(engine, two, [])).toBe(two);
    await expect(extendChart(engine, base, two.links.slice(-1))).rejects.toThrow(refusal("mismatch"));
  });
});

/** What a writer does next, and with which view of the chart. */
interface Move {
  readonly who: number;
  readonly from: number;
  readonly what: number;
  readonly record: number;
  readonly whom: number;
}
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    who: fc.nat(3),
    from: fc.nat(3),
    what: fc.nat(11),
    record: fc.integer({ min: 1, max: 3 }),
    whom: fc.nat(3),
  }),
  { minLength: 4, maxLength: 14 },
);

/** Every writer's own view after these moves; what the rules refuse is not done. */
async function play(history: readonly Move[]): Promise<Chart[]> {
  const writers = [people.ada, people.ben, people.cleo, people.dora];
  const views = writers.map(() => base);
  for (const [number, { who, from, what, record, whom }] of history.entries()) {
    const view = views[who]!;
    const changes = (): Change[] => {
      switch (what) {
        case 0:
          return [member(writers[whom]!, 1 + (number % 7))];
        case 1:
          return [remove(writers[whom]!)];
        case 2:
          return [epochOf(view, 100 + number)];
        case 3:
          return [{ type: "tombstone", record: id(record), version: NO_ID }];
        case 4:
          return [standing(writers[whom]!), escrow(number % 2)];
        case 5:
          return [];
        default:
          return [versionOf(view, record, 1000 + number)];
      }
    };
    try {
      views[who] =
        what > 8
          ? await extendChart(engine, view, views[from]!.links)
          : await add(view, writers[who]!, ...changes());
    } catch (error) {
      if (!(error instanceof ChirographError) || error.code !== "not-permitted") throw error;
    }
  }
  return views;
}

describe("histories of several writers", () => {
  test("come to one chart, however their links arrive", async () => {
    await fc.assert(
      fc.asyncProperty(moves, fc.infiniteStream(fc.nat()), async (history, order) => {
        const views = await play(history);
        const whole = await joined(...views);
        expect(await parseChart(engine, encodeChart(whole))).toEqual(whole);
        const links = [
          ...new Map(views.flatMap((view) => view.links).map((link) => [toHex(link), link])).values(),
        ];
        expect(whole.links).toHaveLength(links.length);
        const shuffled = links
          .map((link) => ({ link, at: order.next().value }))
          .toSorted((left, right) => left.at - right.at)
          .map(({ link }) => link);
        expect(await extendChart(engine, base, shuffled)).toEqual(whole);

        // One link after the other, each as soon as those before it are there.
        const parsed = await Promise.all(links.map(read));
        let grown: Chart = base;
        for (const { bytes } of parsed.toSorted(compareLinks))
          grown = await extendChart(engine, grown, [bytes]);
        expect(grown).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  test("give nobody more than each head gives him", async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (history) => {
        const views = await play(history);
        const whole = await joined(...views);
        const heads = views.filter((view) =>
          view.heads.every((head) => whole.heads.some((other) => compareBytes(head, other) === 0)),
        );
        for (const { signing } of Object.values(people)) {
          const held = rightsOf(whole.state, signing);
          expect(heads.map((view) => rightsOf(view.state, signing) & held)).toEqual(heads.map(() => held));
        }
        for (const { state } of views)
          expect([...whole.state.recordOf.keys()]).toEqual(
            expect.arrayContaining([...state.recordOf.keys()]),
          );
        // Whoever has the current epoch's keys reads, or a new epoch begins before the next version.
        const readers = new Set(readersOf(whole.state).map(({ recipient }) => toHex(recipient.member)));
        const knowing = [...currentEpoch(whole.state)!.wraps.keys()];
        expect(whole.state.stale || knowing.every((reader) => readers.has(reader))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

test("1,000 links one by one to a chart of 5,000 records cost what they change", async () => {
  const records = Array.from({ length: 5000 }, (_, number): VersionChange => {
    return { ...versionOf(base, 1, number), record: versionId(number), version: versionId(number + 1) };
  });
  let chart = await add(base, people.ben, ...records);
  const before = performance.now();
  for (let number = 0; number < 1000; number++)
    chart = await add(chart, people.ben, versionOf(chart, 1, 9000 + number));
  expect(chart.state.recordOf.size).toBe(6000);
  expect(performance.now() - before).toBeLessThan(60_000);
});
