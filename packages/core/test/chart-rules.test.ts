import { beforeAll, describe, expect, test } from "vitest";
import {
  type Change,
  type ClassicKeyChange,
  type EpochChange,
  type GrantChange,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  type VersionChange,
  type Wrap,
} from "../src/chart/change.ts";
import { createWordlessChart } from "../src/chart/create.ts";
import { appendLink, beginChart, type Chart } from "../src/chart/document.ts";
import { readersOf, rightsOf } from "../src/chart/rights.ts";
import { currentEpoch, currentVersion, epochNumbered, findVersion } from "../src/chart/state.ts";
import { compareBytes } from "../src/encoding/bytes.ts";
import type { ErrorCode } from "../src/error.ts";
import type { Identity } from "../src/identity/identity.ts";
import { makeRecipient } from "../src/identity/recipient.ts";
import { NO_ID } from "../src/ids.ts";
import { engine, id, makePeople, pattern, type People, refusal, TIME, toHex } from "./fixtures.ts";

const ALL = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

// No secret stands in these charts: the rules look at none.

const wrapTo = ({ recipient }: Identity, ciphertextBytes = 80): Wrap => ({
  member: recipient.member,
  encapsulated: pattern(1120),
  ciphertext: pattern(ciphertextBytes),
});
const wrapsTo = (readers: readonly Identity[], ciphertextBytes?: number): Wrap[] =>
  readers
    .map((reader) => wrapTo(reader, ciphertextBytes))
    .toSorted((a, b) => compareBytes(a.member, b.member));

const member = ({ recipient }: Identity, rights: number): Change => ({ type: "member", recipient, rights });
const remove = ({ recipient }: Identity): Change => ({ type: "remove", member: recipient.member });
const epoch = (number: number, readers: readonly Identity[]): EpochChange => ({
  type: "epoch",
  number,
  lock: pattern(201),
  chartKeyCheck: pattern(32, 1),
  guardKeyCheck: pattern(32, 2),
  chartSecretCheck: pattern(32, 3),
  wraps: wrapsTo(readers),
});
const wrap = (number: number, reader: Identity): Change => ({
  type: "wrap",
  epoch: number,
  wrap: wrapTo(reader),
});
const word = (number: number): Change => ({ type: "word", epoch: number, lock: pattern(201, 50) });
const version = (changes: Partial<VersionChange> = {}): VersionChange => ({
  type: "version",
  record: id(1),
  version: id(101),
  parent: NO_ID,
  epoch: 1,
  suite: 1,
  total: 8,
  needed: 6,
  envelopeHash: pattern(32),
  ...changes,
});
const classicVersion = (changes: Partial<VersionChange> = {}): VersionChange =>
  version({ suite: 0x101, epoch: 0, needed: 8, ...changes });
const classicKey = (
  readers: readonly Identity[],
  changes: Partial<ClassicKeyChange> = {},
): ClassicKeyChange => ({
  type: "classic-key",
  record: id(1),
  version: id(101),
  keyCheck: pattern(32),
  wraps: wrapsTo(readers, 64),
  ...changes,
});
const tombstone = (record: Uint8Array, of: Uint8Array = NO_ID): Change => ({
  type: "tombstone",
  record,
  version: of,
});
const grant = ({ recipient }: Identity, changes: Partial<GrantChange> = {}): GrantChange => ({
  type: "grant",
  recipient,
  record: id(1),
  epoch: 1,
  versions: [id(101)],
  encapsulated: pattern(1120),
  ciphertext: pattern(48 + 32 * (changes.versions?.length ?? 1)),
  ...changes,
});
const withdraw = ({ recipient }: Identity, record: Uint8Array = id(1)): Change => ({
  type: "withdraw",
  record,
  member: recipient.member,
});

/** A chart of ada's with these members and, in links of their own, these changes of hers. */
async function chartWith(
  members: readonly (readonly [Identity, number])[],
  ...links: Change[][]
): Promise<Chart> {
  let chart = await createWordlessChart(engine, {
    owner: people.ada,
    members: members.map(([{ recipient }, rights]) => ({ recipient, rights })),
    time: TIME,
  });
  for (const changes of links) chart = await add(chart, people.ada, ...changes);
  return chart;
}

function add(chart: Chart, signer: Identity, ...changes: Change[]): Promise<Chart> {
  return appendLink(engine, chart, { signer, time: TIME, changes });
}

async function expectRefusal(
  chart: Chart,
  signer: Identity,
  changes: Change[],
  code: ErrorCode = "not-permitted",
): Promise<void> {
  const before = structuredClone(chart.state);
  await expect(add(chart, signer, ...changes)).rejects.toThrow(refusal(code));
  // What was refused has left nothing behind.
  expect(chart.state).toEqual(before);
}

/** Cleo has `rights` and reads besides; dora was granted record 1. */
const prepare = async (rights: number): Promise<Chart> => {
  const chart = await chartWith(
    [[people.ben, RIGHT_READ]],
    [epoch(1, [people.ben])],
    [version()],
    [grant(people.dora)],
  );
  return add(chart, people.ada, member(people.cleo, rights | RIGHT_READ));
};

describe("rights", () => {
  /** One change of every kind, allowed in the chart below if its signer has the right. */
  const kinds: readonly (readonly [string, number, () => Change])[] = [
    ["member", RIGHT_MANAGE, () => member(people.dora, RIGHT_WRITE)],
    ["remove", RIGHT_MANAGE, () => remove(people.ben)],
    ["wrap", RIGHT_MANAGE, () => wrap(1, people.cleo)],
    ["word", RIGHT_MANAGE, () => word(1)],
    ["version", RIGHT_WRITE, () => version({ record: id(2), version: id(102) })],
    ["tombstone", RIGHT_MANAGE, () => tombstone(id(1))],
    ["grant", RIGHT_MANAGE, () => grant(people.dora, { record: id(1) })],
    ["withdraw", RIGHT_MANAGE, () => withdraw(people.dora)],
    ["classic-key", RIGHT_WRITE, () => classicKey([people.ben, people.cleo], { version: id(103) })],
  ];

  test.each(kinds)("a %s needs right %d", async (_, right, change) => {
    const chart = await prepare(right);
    expect((await add(chart, people.cleo, change())).state.generation).toBe(chart.state.generation + 1);
    await expectRefusal(await prepare(ALL & ~right), people.cleo, [change()]);
    await expectRefusal(await prepare(ALL), people.dora, [change()]);
    expect((await add(chart, people.ada, change())).state.generation).toBe(chart.state.generation + 1);
  });

  test("an epoch needs the right to write", async () => {
    const readers = [people.ben, people.cleo];
    const chart = await prepare(RIGHT_WRITE);
    expect((await add(chart, people.cleo, epoch(2, readers))).state.epochs).toHaveLength(2);
    await expectRefusal(await prepare(RIGHT_MANAGE), people.cleo, [epoch(2, readers)]);
  });

  test("are those that the state before the link gave", async () => {
    const chart = await chartWith([[people.ben, RIGHT_MANAGE]]);
    const promoted = [member(people.ben, ALL), epoch(1, [people.ben])];
    await expectRefusal(chart, people.ben, promoted);
    const after = await add(chart, people.ben, promoted[0]!);
    expect((await add(after, people.ben, promoted[1]!)).state.epochs).toHaveLength(1);
    // Whoever gives his own rights away in a link keeps them to its end.
    const resigned = await add(
      after,
      people.ben,
      member(people.ben, RIGHT_READ),
      member(people.cleo, RIGHT_READ),
    );
    await expectRefusal(resigned, people.ben, [remove(people.cleo)]);
  });

  test("of the owner's key stay, member or not, whatever the entry says", async () => {
    const chart = await chartWith([[people.ada, RIGHT_READ]]);
    expect(rightsOf(chart.state, people.ada.signing)).toBe(ALL);
    const removed = await add(chart, people.ada, remove(people.ada));
    expect(rightsOf(removed.state, people.ada.signing)).toBe(RIGHT_WRITE | RIGHT_MANAGE);
    expect(rightsOf(removed.state, people.ben.signing)).toBe(0);
    expect((await add(removed, people.ada, member(people.ben, ALL))).state.members.size).toBe(1);
  });
});

const begin = (changes: Change[], signers: Identity[] = [people.ada], chart = id(7)): Promise<Chart> =>
  beginChart(engine, chart, { signers, time: TIME, changes });
const genesis = (registrar?: Identity): Change => ({
  type: "genesis",
  owner: people.ada.signing,
  registrar: registrar?.signing,
});

const expectNoBeginning = async (...[changes, signers, chart]: Parameters<typeof begin>): Promise<void> => {
  await expect(begin(changes, signers, chart)).rejects.toThrow(refusal("not-permitted"));
};

describe("genesis", () => {
  test("begins a chart", async () => {
    const { state, links } = await begin([genesis()]);
    expect(links).toHaveLength(1);
    expect(state).toMatchObject({
      generation: 0,
      chart: id(7),
      owner: people.ada.signing,
      registrar: undefined,
      stale: false,
    });
    expect(state.genesisHash).toEqual(state.lastHash);
    expect([state.members.size, state.epochs.length, state.grants.length, state.records.size]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test("stands first in link 0, and nowhere else", async () => {
    await expectNoBeginning([]);
    await expectNoBeginning([member(people.ben, 1)]);
    await expectNoBeginning([member(people.ben, 1), genesis()]);
    await expectNoBeginning([genesis(), genesis()]);
    await expectRefusal(await chartWith([]), people.ada, [genesis()]);
  });

  test("may be followed by whatever a chart begins with", async () => {
    const { state } = await begin([genesis(), member(people.ben, RIGHT_READ), epoch(1, [people.ben])]);
    expect(state.epochs[0]!.wraps.get(toHex(people.ben.recipient.member))).toMatchObject({
      signer: people.ada.signing,
    });
    await expectNoBeginning([genesis(), epoch(1, [people.ben])]);
  });

  test("is signed by the owner and nobody else", async () => {
    await expectNoBeginning([genesis()], [people.ben]);
    await expectNoBeginning([genesis()], []);
    await expectNoBeginning([genesis()], [people.ada, people.ben]);
    await expectNoBeginning([genesis()], [people.ada, people.ada]);
  });

  test("with a registrar is signed by both, the owner first", async () => {
    const { state } = await begin([genesis(people.ben)], [people.ada, people.ben]);
    expect(state.registrar).toEqual(people.ben.signing);
    await expectNoBeginning([genesis(people.ben)], [people.ada]);
    await expectNoBeginning([genesis(people.ben)], [people.ben, people.ada]);
    await expectNoBeginning([genesis(people.ben)], [people.ada, people.cleo]);
    await expectNoBeginning([genesis(people.ben)], [people.ada, people.ben, people.cleo]);
    await expectNoBeginning([genesis(people.ada)], [people.ada, people.ada]);
  });

  test("gives the registrar no right", async () => {
    const chart = await begin([genesis(people.ben)], [people.ada, people.ben]);
    await expectRefusal(chart, people.ben, [member(people.cleo, RIGHT_READ)]);
    await expectRefusal(chart, people.ben, [epoch(1, [])]);
  });

  test("has a chart id that is not zero", () => expectNoBeginning([genesis()], [people.ada], NO_ID));
});

describe("member", () => {
  test("has rights from 1 to 7", async () => {
    const chart = await chartWith([]);
    for (let rights = 1; rights <= 7; rights++) {
      const { state } = await add(chart, people.ada, member(people.ben, rights));
      expect(state.members.get(toHex(people.ben.recipient.member))).toMatchObject({ rights });
    }
    for (const rights of [0, 8, 9, 255]) await expectRefusal(chart, people.ada, [member(people.ben, rights)]);
  });

  test("replaces the rights of one who is there, and keeps the current epoch unless it takes read away", async () => {
    const chart = await chartWith([[people.ben, RIGHT_READ]], [epoch(1, [people.ben])]);
    const wider = await add(chart, people.ada, member(people.ben, ALL));
    expect(wider.state).toMatchObject({ stale: false });
    expect(wider.state.members.size).toBe(1);
    expect((await add(wider, people.ada, member(people.ben, RIGHT_WRITE))).state.stale).toBe(true);
    const writer = await add(chart, people.ada, member(people.cleo, RIGHT_WRITE));
    expect((await add(writer, people.ada, member(people.cleo, RIGHT_MANAGE))).state.stale).toBe(false);
    expect((await add(writer, people.ada, member(people.cleo, ALL))).state.stale).toBe(false);
  });

  test("never shares a signing key with another member", async () => {
    const twin = await makeRecipient(engine, {
      kem: people.cleo.recipient.kem,
      signing: people.ben.signing,
      sign: (message) => engine.ed25519Sign({ seed: people.ben.signSeed, message }),
    });
    const chart = await chartWith([[people.ben, RIGHT_READ]]);
    await expectRefusal(chart, people.ada, [{ type: "member", recipient: twin, rights: 1 }]);
    const freed = await add(chart, people.ada, remove(people.ben), {
      type: "member",
      recipient: twin,
      rights: 1,
    });
    expect(freed.state.everMembers.size).toBe(2);
  });
});

describe("remove", () => {
  test("takes a member away, who stays known as a former one", async () => {
    const chart = await chartWith([[people.ben, RIGHT_WRITE]], [epoch(1, [])]);
    const { state } = await add(chart, people.ada, remove(people.ben));
    expect(state).toMatchObject({ stale: false });
    expect(state.members.size).toBe(0);
    expect(state.everMembers.get(toHex(people.ben.recipient.member))).toEqual(people.ben.recipient);
  });

  test("of a reader makes the epoch stale until another begins", async () => {
    const chart = await chartWith([[people.ben, RIGHT_READ]], [epoch(1, [people.ben])], [remove(people.ben)]);
    expect(chart.state.stale).toBe(true);
    await expectRefusal(chart, people.ada, [version()]);
    const fresh = await add(chart, people.ada, epoch(2, []));
    expect(fresh.state.stale).toBe(false);
    expect((await add(fresh, people.ada, version({ epoch: 2 }))).state.records.size).toBe(1);
    // What was wrapped to him once stays.
    expect(fresh.state.epochs[0]!.wraps.size).toBe(1);
  });

  test("is of somebody who is a member", async () => {
    const chart = await chartWith([[people.ben, RIGHT_READ]]);
    await expectRefusal(chart, people.ada, [remove(people.cleo)]);
    await expectRefusal(chart, people.ada, [remove(people.ben), remove(people.ben)]);
  });
});

describe("epoch", () => {
  test("has a number of its own, not zero, and counts by its place", async () => {
    const chart = await chartWith([]);
    await expectRefusal(chart, people.ada, [epoch(0, [])]);
    const first = await add(chart, people.ada, epoch(0xffff_ffff, []));
    await expectRefusal(first, people.ada, [epoch(0xffff_ffff, [])]);
    await expectRefusal(first, people.ada, [epoch(7, []), epoch(7, [])]);
    const { state } = await add(first, people.ada, epoch(7, []), epoch(3, []));
    expect(state.epochs.map(({ number }) => number)).toEqual([0xffff_ffff, 7, 3]);
    expect(currentEpoch(state)?.number).toBe(3);
  });

  test("is begun by the owner or a reader, who knows its keys", async () => {
    const chart = await chartWith([
      [people.ben, RIGHT_WRITE],
      [people.cleo, RIGHT_WRITE | RIGHT_READ],
    ]);
    await expectRefusal(chart, people.ben, [epoch(1, [people.cleo])]);
    expect((await add(chart, people.cleo, epoch(1, [people.cleo]))).state.epochs).toHaveLength(1);
    expect((await add(chart, people.ada, epoch(1, [people.cleo]))).state.epochs).toHaveLength(1);
  });

  test("wraps its keys to exactly the present readers", async () => {
    const { ben, cleo, dora } = people;
    const chart = await chartWith([
      [ben, RIGHT_READ],
      [cleo, RIGHT_READ | RIGHT_WRITE],
      [dora, RIGHT_WRITE],
    ]);
    const { state } = await add(chart, people.ada, epoch(1, [ben, cleo]));
    expect([...state.epochs[0]!.wraps.keys()].toSorted()).toEqual(
      [ben, cleo].map(({ recipient }) => toHex(recipient.member)).toSorted(),
    );
    expect(readersOf(state).map(({ recipient }) => recipient.member)).toEqual(
      wrapsTo([ben, cleo]).map((each) => each.member),
    );
    for (const readers of [[], [ben], [cleo], [ben, dora], [ben, cleo, dora]]) {
      await expectRefusal(chart, people.ada, [epoch(1, readers)]);
    }
    const backwards = { ...epoch(1, [ben, cleo]), wraps: wrapsTo([ben, cleo]).toReversed() };
    await expectRefusal(chart, people.ada, [backwards], "malformed");
    const doubled = { ...epoch(1, []), wraps: [wrapTo(ben), wrapTo(ben)] };
    await expectRefusal(chart, people.ada, [doubled], "malformed");
  });

  test("wraps in the order of member ids, in whatever order the readers came", async () => {
    const readers = [people.ben, people.cleo, people.dora];
    for (const order of [readers, readers.toReversed()]) {
      const chart = await chartWith(order.map((reader) => [reader, RIGHT_READ]));
      const { state } = await add(chart, people.ada, epoch(1, order));
      expect(readersOf(state).map(({ recipient }) => recipient.member)).toEqual(
        wrapsTo(order).map((each) => each.member),
      );
    }
  });

  test("counts the readers of its own place in the link", async () => {
    const chart = await chartWith([[people.ben, RIGHT_READ]]);
    const { state } = await add(chart, people.ada, remove(people.ben), epoch(1, []));
    expect(state.stale).toBe(false);
    await expectRefusal(chart, people.ada, [remove(people.ben), epoch(1, [people.ben])]);
  });
});

describe("wrap", () => {
  test("is for a present reader, of an epoch that exists, and takes the place of one he has", async () => {
    const { ben, cleo, dora } = people;
    const chart = await chartWith(
      [[ben, RIGHT_READ]],
      [epoch(1, [ben])],
      [member(cleo, RIGHT_READ), member(dora, RIGHT_WRITE)],
    );
    const { state } = await add(chart, people.ada, wrap(1, cleo));
    expect(state.epochs[0]!.wraps.get(toHex(cleo.recipient.member))).toMatchObject({
      signer: people.ada.signing,
    });
    expect(state.epochs[0]!.wraps.size).toBe(2);
    await expectRefusal(chart, people.ada, [wrap(0, cleo)]);
    await expectRefusal(chart, people.ada, [wrap(2, cleo)]);
    const fresh = { ...wrapTo(ben), ciphertext: pattern(80, 9) };
    const again = await add(chart, people.ada, { type: "wrap", epoch: 1, wrap: fresh });
    expect(again.state.epochs[0]!.wraps.size).toBe(1);
    expect(again.state.epochs[0]!.wraps.get(toHex(ben.recipient.member))).toEqual({
      ...fresh,
      signer: people.ada.signing,
    });
    await expectRefusal(chart, people.ada, [wrap(1, dora)]);
    await expectRefusal(chart, people.ada, [remove(cleo), wrap(1, cleo)]);
  });
});

describe("word", () => {
  test("changes the lock of an epoch that exists, and nothing else of it", async () => {
    const chart = await chartWith([], [epoch(1, []), epoch(2, [])]);
    const { state } = await add(chart, people.ada, word(1));
    expect(state.epochs.map(({ lock }) => lock)).toEqual([pattern(201, 50), pattern(201)]);
    expect(state.epochs[0]).toEqual({ ...chart.state.epochs[0], lock: pattern(201, 50), lockedIn: 2 });
    await expectRefusal(chart, people.ada, [word(0)]);
    await expectRefusal(chart, people.ada, [word(3)]);
  });
});

const current = (changes: Partial<VersionChange> = {}): VersionChange => version({ epoch: 2, ...changes });

describe("version", () => {
  let chart: Chart;
  beforeAll(async () => {
    chart = await chartWith([], [epoch(1, []), epoch(2, [])]);
  });

  test("joins its record, signed by whoever signed the link", async () => {
    const { state } = await add(chart, people.ada, current());
    const { type: _, ...stated } = current();
    expect(findVersion(state, id(1), id(101))).toEqual({
      ...stated,
      signer: people.ada.signing,
      erased: false,
    });
    expect(currentVersion(state.records.get(toHex(id(1)))!)).toEqual(findVersion(state, id(1), id(101)));
    expect(findVersion(state, id(1), id(102))).toBeUndefined();
    expect(findVersion(state, id(2), id(101))).toBeUndefined();
    expect(state.recordOf.get(toHex(id(101)))).toBe(toHex(id(1)));
  });

  test("names a record and a version", async () => {
    await expectRefusal(chart, people.ada, [current({ record: NO_ID })]);
    await expectRefusal(chart, people.ada, [current({ version: NO_ID })]);
  });

  test("has an id of its own, in the whole chart", async () => {
    const after = await add(chart, people.ada, current());
    await expectRefusal(after, people.ada, [current({ parent: id(101) })]);
    await expectRefusal(after, people.ada, [current({ record: id(2) })]);
  });

  test("follows the record's last one, erased or not, or begins the record", async () => {
    const after = await add(chart, people.ada, current());
    const second = current({ version: id(102), parent: id(101) });
    const both = await add(after, people.ada, second);
    await expectRefusal(chart, people.ada, [current({ parent: id(101) })]);
    await expectRefusal(after, people.ada, [current({ version: id(102) })]);
    await expectRefusal(both, people.ada, [current({ version: id(103), parent: id(101) })]);
    const erased = await add(both, people.ada, tombstone(id(1), id(102)));
    await expectRefusal(erased, people.ada, [current({ version: id(103), parent: id(101) })]);
    const { state } = await add(erased, people.ada, current({ version: id(103), parent: id(102) }));
    expect(currentVersion(state.records.get(toHex(id(1)))!)?.version).toEqual(id(103));
  });

  test("joins no record that is erased whole", async () => {
    const erased = await add(chart, people.ada, current(), tombstone(id(1)));
    await expectRefusal(erased, people.ada, [current({ version: id(102), parent: id(101) })]);
    await expectRefusal(erased, people.ada, [current({ version: id(102) })]);
  });

  test.each([
    [7, 6],
    [65, 6],
    [8, 1],
    [8, 9],
  ])("is not of n = %d, k = %d", (total, needed) =>
    expectRefusal(chart, people.ada, [current({ total, needed })], "out-of-limits"),
  );

  test("may be of the smallest and the largest n and k", async () => {
    const { state } = await add(
      chart,
      people.ada,
      current({ total: 8, needed: 2 }),
      current({ version: id(102), parent: id(101), total: 64, needed: 64 }),
    );
    expect(state.records.get(toHex(id(1)))!.versions).toHaveLength(2);
  });

  test("is sealed under the current epoch", async () => {
    for (const number of [0, 1, 3]) await expectRefusal(chart, people.ada, [current({ epoch: number })]);
    await expectRefusal(await chartWith([]), people.ada, [version({ epoch: 0 })]);
  });

  test("is of a suite that is known", async () => {
    for (const suite of [0, 3, 0x100])
      await expectRefusal(chart, people.ada, [current({ suite })], "unsupported");
    expect((await add(chart, people.ada, current({ suite: 2 }))).state.records.size).toBe(1);
  });

  test("that has a classic key is of the classic profile", async () => {
    await expectRefusal(chart, people.ada, [classicKey([]), current()]);
    expect((await add(chart, people.ada, classicKey([]), classicVersion())).state.records.size).toBe(1);
  });

  test("of the classic profile has epoch 0, k = n and its key before it", async () => {
    const key = classicKey([]);
    const after = await add(chart, people.ada, key);
    expect((await add(after, people.ada, classicVersion())).state.records.size).toBe(1);
    await expectRefusal(after, people.ada, [classicVersion({ epoch: 2 })]);
    await expectRefusal(after, people.ada, [classicVersion({ needed: 7 })]);
    await expectRefusal(after, people.ada, [classicVersion({ record: id(2) })]);
    await expectRefusal(chart, people.ada, [classicVersion()]);
    await expectRefusal(chart, people.ada, [classicVersion(), key]);
  });

  test("of the classic profile may join a chart that is stale or has no epoch", async () => {
    const stale = await chartWith([[people.ben, RIGHT_READ]], [epoch(1, [people.ben])], [remove(people.ben)]);
    for (const each of [stale, await chartWith([])]) {
      expect((await add(each, people.ada, classicKey([]), classicVersion())).state.records.size).toBe(1);
    }
  });
});

const erasedOf = ({ state }: Chart): boolean[] =>
  state.records.get(toHex(id(1)))!.versions.map(({ erased }) => erased);

describe("tombstone", () => {
  let chart: Chart;
  beforeAll(async () => {
    chart = await chartWith([], [epoch(1, []), version(), version({ version: id(102), parent: id(101) })]);
  });

  test("erases one version, and the one before it is current", async () => {
    const after = await add(chart, people.ada, tombstone(id(1), id(102)));
    expect(erasedOf(after)).toEqual([false, true]);
    expect(after.state.records.get(toHex(id(1)))).toMatchObject({ erased: false });
    expect(currentVersion(after.state.records.get(toHex(id(1)))!)?.version).toEqual(id(101));
    expect(erasedOf(chart)).toEqual([false, false]);
  });

  test("erases a record whole, also one of which every version is erased", async () => {
    const after = await add(chart, people.ada, tombstone(id(1)));
    expect(erasedOf(after)).toEqual([true, true]);
    expect(after.state.records.get(toHex(id(1)))).toMatchObject({ erased: true });
    expect(currentVersion(after.state.records.get(toHex(id(1)))!)).toBeUndefined();
    const singly = await add(chart, people.ada, tombstone(id(1), id(101)), tombstone(id(1), id(102)));
    expect((await add(singly, people.ada, tombstone(id(1)))).state.records.get(toHex(id(1)))).toMatchObject({
      erased: true,
    });
  });

  test("is of what exists and is not erased", async () => {
    await expectRefusal(chart, people.ada, [tombstone(id(2))]);
    await expectRefusal(chart, people.ada, [tombstone(id(2), id(101))]);
    await expectRefusal(chart, people.ada, [tombstone(id(1), id(103))]);
    await expectRefusal(chart, people.ada, [tombstone(id(1), id(101)), tombstone(id(1), id(101))]);
    await expectRefusal(chart, people.ada, [tombstone(id(1)), tombstone(id(1))]);
    await expectRefusal(chart, people.ada, [tombstone(id(1)), tombstone(id(1), id(101))]);
  });
});

describe("grant", () => {
  let chart: Chart;
  beforeAll(async () => {
    chart = await chartWith(
      [[people.ben, RIGHT_READ]],
      [
        epoch(1, [people.ben]),
        version(),
        version({ version: id(102), parent: id(101) }),
        version({ record: id(2), version: id(103) }),
      ],
      [epoch(2, [people.ben]), version({ version: id(104), parent: id(102), epoch: 2 })],
    );
  });

  test("is to somebody who does not read the chart", async () => {
    const { state } = await add(chart, people.ada, grant(people.dora));
    expect(state.grants).toEqual([
      expect.objectContaining({ signer: people.ada.signing, versions: [id(101)] }),
    ]);
    await expectRefusal(chart, people.ada, [grant(people.ben)]);
    const writer = await add(chart, people.ada, member(people.cleo, RIGHT_WRITE));
    expect((await add(writer, people.ada, grant(people.cleo))).state.grants).toHaveLength(1);
  });

  test("is of versions of that record and epoch, at least one, ascending, each once", async () => {
    const both = grant(people.dora, { versions: [id(101), id(102)] });
    expect((await add(chart, people.ada, both)).state.grants).toHaveLength(1);
    const later = grant(people.dora, { epoch: 2, versions: [id(104)] });
    expect((await add(chart, people.ada, later)).state.grants).toHaveLength(1);
    await expectRefusal(chart, people.ada, [grant(people.dora, { versions: [] })]);
    await expectRefusal(chart, people.ada, [grant(people.dora, { versions: [id(103)] })]);
    await expectRefusal(chart, people.ada, [grant(people.dora, { versions: [id(104)] })]);
    await expectRefusal(chart, people.ada, [grant(people.dora, { versions: [id(101), id(104)] })]);
    await expectRefusal(chart, people.ada, [grant(people.dora, { record: id(2) })]);
    await expectRefusal(chart, people.ada, [grant(people.dora, { record: id(3) })]);
    await expectRefusal(chart, people.ada, [grant(people.dora, { epoch: 2 })]);
    await expectRefusal(
      chart,
      people.ada,
      [grant(people.dora, { versions: [id(102), id(101)] })],
      "malformed",
    );
    await expectRefusal(
      chart,
      people.ada,
      [grant(people.dora, { versions: [id(101), id(101)] })],
      "malformed",
    );
  });

  test("is of an epoch that exists, and so never of the classic profile", async () => {
    for (const number of [0, 3])
      await expectRefusal(chart, people.ada, [grant(people.dora, { epoch: number })]);
    const classic = { record: id(3), version: id(105) };
    const after = await add(chart, people.ada, classicKey([people.ben], classic), classicVersion(classic));
    await expectRefusal(after, people.ada, [
      grant(people.dora, { record: id(3), epoch: 0, versions: [id(105)] }),
    ]);
    await expectRefusal(after, people.ada, [
      grant(people.dora, { record: id(3), epoch: 1, versions: [id(105)] }),
    ]);
  });

  test.each([79, 81, 48, 112])("of one version is not %d bytes", (length) =>
    expectRefusal(chart, people.ada, [grant(people.dora, { ciphertext: pattern(length) })]),
  );

  test("replaces the one before for the same member, record and epoch, and no other", async () => {
    const others = [
      grant(people.cleo),
      grant(people.dora, { epoch: 2, versions: [id(104)] }),
      grant(people.dora, { record: id(2), versions: [id(103)] }),
    ];
    const before = await add(chart, people.ada, grant(people.dora), ...others);
    expect(before.state.grants).toHaveLength(4);
    const { state } = await add(before, people.ada, grant(people.dora, { versions: [id(102)] }));
    expect(state.grants.map(({ versions }) => versions[0]![0])).toEqual([101, 104, 103, 102]);
  });

  test("is withdrawn for the record in all epochs, which makes the epoch stale", async () => {
    const granted = await add(
      chart,
      people.ada,
      grant(people.dora),
      grant(people.dora, { epoch: 2, versions: [id(104)] }),
      grant(people.dora, { record: id(2), versions: [id(103)] }),
      grant(people.cleo),
    );
    expect(granted.state.stale).toBe(false);
    const { state } = await add(granted, people.ada, withdraw(people.dora));
    expect(state.stale).toBe(true);
    expect(state.grants.map(({ record, recipient }) => [record[0], recipient.member])).toEqual([
      [2, people.dora.recipient.member],
      [1, people.cleo.recipient.member],
    ]);
    await expectRefusal(granted, people.ada, [withdraw(people.ben)]);
    await expectRefusal(granted, people.ada, [withdraw(people.dora, id(3))]);
    await expectRefusal(granted, people.ada, [withdraw(people.dora), withdraw(people.dora)]);
  });
});

describe("classic key", () => {
  let chart: Chart;
  beforeAll(async () => {
    chart = await chartWith([
      [people.ben, RIGHT_READ],
      [people.cleo, RIGHT_WRITE],
    ]);
  });

  test("is wrapped to exactly the present readers", async () => {
    const { state } = await add(chart, people.cleo, classicKey([people.ben]));
    const key = state.classicKeys.get(toHex(id(101)))!;
    expect([...key.wraps.values()]).toEqual([{ ...wrapTo(people.ben, 64), signer: people.cleo.signing }]);
    for (const readers of [[], [people.cleo], [people.ben, people.cleo]]) {
      await expectRefusal(chart, people.cleo, [classicKey(readers)]);
    }
  });

  test("is for a record and version that are none yet", async () => {
    await expectRefusal(chart, people.cleo, [classicKey([people.ben], { record: NO_ID })]);
    await expectRefusal(chart, people.cleo, [classicKey([people.ben], { version: NO_ID })]);
    await expectRefusal(chart, people.cleo, [classicKey([people.ben]), classicKey([people.ben])]);
    await expectRefusal(chart, people.cleo, [
      classicKey([people.ben]),
      classicKey([people.ben], { record: id(2) }),
    ]);
    const locked = await add(chart, people.ada, epoch(1, [people.ben]), version());
    await expectRefusal(locked, people.cleo, [classicKey([people.ben])]);
    const classic = await add(chart, people.cleo, classicKey([people.ben]), classicVersion());
    await expectRefusal(classic, people.cleo, [classicKey([people.ben])]);
  });
});

describe("a link", () => {
  test("is refused whole when one of its changes is", async () => {
    const chart = await chartWith([]);
    await expectRefusal(chart, people.ada, [member(people.ben, RIGHT_READ), remove(people.cleo)]);
    await expectRefusal(chart, people.ada, []);
  });

  test("leaves the state before it as it was", async () => {
    const before = await chartWith(
      [[people.ben, RIGHT_READ]],
      [epoch(1, [people.ben]), version()],
      [grant(people.dora)],
    );
    const kept = structuredClone(before.state);
    await add(
      before,
      people.ada,
      member(people.cleo, RIGHT_READ),
      wrap(1, people.cleo),
      word(1),
      version({ version: id(102), parent: id(101) }),
      tombstone(id(1), id(101)),
      grant(people.dora),
      withdraw(people.dora),
      remove(people.ben),
      epoch(2, [people.cleo]),
      classicKey([people.cleo], { version: id(103) }),
    );
    expect(before.state).toEqual(kept);
  });

  test("finds epochs by their number", async () => {
    const { state } = await chartWith([], [epoch(1, []), epoch(2, [])]);
    expect([epochNumbered(state, 1)?.number, epochNumbered(state, 2)?.number]).toEqual([1, 2]);
    expect([epochNumbered(state, 0), epochNumbered(state, 3)]).toEqual([undefined, undefined]);
  });
});
