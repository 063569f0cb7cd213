import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE, type StandingChange } from "../src/chart/change.ts";
import { createChart } from "../src/chart/create.ts";
import { appendLink, encodeChart, parseChart } from "../src/chart/document.ts";
import { beginEpoch, changeWord, removeMember, setMember } from "../src/chart/edit.ts";
import { allowStanding, endStanding, unlockStanding } from "../src/chart/standing.ts";
import { currentEpoch } from "../src/chart/state.ts";
import type { UnlockedChart } from "../src/chart/unlock.ts";
import { wrapFor } from "../src/chart/wrap.ts";
import { concat } from "../src/encoding/bytes.ts";
import type { Identity } from "../src/identity/identity.ts";
import { openVersion } from "../src/record/open.ts";
import { sealVersion } from "../src/record/seal.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import type { Envelope, LockedEnvelope } from "../src/envelope/envelope.ts";
import { Word } from "../src/word/rules.ts";
import {
  Bag,
  gather,
  makePeople,
  oneFile,
  pattern,
  type People,
  quickEngine as engine,
  refusal,
  TIME,
  toHex,
  word,
} from "./fixtures.ts";

const FULL = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;
const UNTIL = TIME + 1000;

let people: People;
/** Ada's; ben reads, cleo reads and writes, both without the word. Ben has a standing unlock. */
let chart: UnlockedChart;
beforeAll(async () => {
  people = await makePeople();
  const members = [
    { recipient: people.ada.recipient, rights: FULL },
    { recipient: people.ben.recipient, rights: RIGHT_READ },
    { recipient: people.cleo.recipient, rights: RIGHT_READ | RIGHT_WRITE },
  ];
  chart = await allow(
    await createChart(engine, { owner: people.ada, members, time: TIME }, word),
    people.ben,
  );
});

const step = (signer: Identity, time = TIME): { signer: Identity; time: number } => ({ signer, time });
const allow = (to: UnlockedChart, { recipient }: Identity, until = UNTIL): Promise<UnlockedChart> =>
  allowStanding(engine, to, { recipient, until }, step(people.ada));
const unlockAs = async (identity: Identity, { chart: { links } }: UnlockedChart, now = TIME) =>
  unlockStanding(engine, await parseChart(engine, encodeChart({ links })), identity, now);

const change = (fields: Partial<StandingChange> = {}): StandingChange => ({
  type: "standing",
  member: people.cleo.recipient.member,
  epoch: 1,
  until: UNTIL,
  encapsulated: pattern(1120),
  ciphertext: pattern(49),
  ...fields,
});
const attempt = (signer: Identity, to: UnlockedChart, ...changes: Parameters<typeof change>[0][]) =>
  appendLink(engine, to.chart, { signer, time: TIME, changes: changes.map((fields) => change(fields)) });

describe("a standing unlock", () => {
  test("opens every epoch without the word, and seals under the word's length", async () => {
    const opened = await unlockAs(people.ben, chart);
    expect(opened.epochs).toEqual(chart.epochs);
    expect(opened).toMatchObject({ word: undefined, wordLength: 8 });

    const writer = await unlockAs(people.cleo, await allow(chart, people.cleo));
    const bag = new Bag();
    const plan = { author: people.cleo, suite: "aes-128", tolerate: 2, padded: true, time: TIME } as const;
    const { envelope, change: version } = await sealVersion(
      engine,
      writer,
      { ...plan, content: oneFile(pattern(100)) },
      bag,
    );
    const added = await appendLink(engine, writer.chart, {
      signer: people.cleo,
      time: TIME,
      changes: [version],
    });
    const locked = envelope as Envelope & LockedEnvelope;
    const { known } = await surveyFragments(engine, locked, bag.files());
    const record = await openVersion(engine, { ...opened, chart: added }, locked, known);
    expect(await gather(record.content())).toEqual(pattern(100));
  });

  test("ends at its date, and is nobody else's", async () => {
    await expect(unlockAs(people.ben, chart, UNTIL - 1)).resolves.toBeDefined();
    await expect(unlockAs(people.ben, chart, UNTIL)).rejects.toThrow(refusal("not-for-you"));
    await expect(unlockAs(people.cleo, chart)).rejects.toThrow(refusal("not-for-you"));
    const stolen = { ...people.cleo, recipient: people.ben.recipient };
    await expect(unlockAs(stolen, chart)).rejects.toThrow(refusal("not-for-you"));
  });

  test("does what needs the word no more than its holder", async () => {
    const opened = await unlockAs(people.ben, chart);
    await expect(beginEpoch(engine, opened, step(people.ada))).rejects.toThrow(refusal("word-needed"));
  });

  test("goes on into the epochs that a writer begins, until its date", async () => {
    const next = await beginEpoch(engine, chart, step(people.cleo));
    expect((await unlockAs(people.ben, next)).epochs).toEqual(next.epochs);
    const late = await beginEpoch(engine, chart, step(people.cleo, UNTIL));
    expect([...(await unlockAs(people.ben, late)).epochs.keys()]).toEqual([1]);
  });

  test("is ended by a manager, or with the right to read, and then the epoch is stale", async () => {
    const ended = await endStanding(engine, chart, people.ben.recipient.member, step(people.ada));
    const removed = await removeMember(engine, chart, people.ben.recipient.member, step(people.ada));
    const demoted = await setMember(
      engine,
      chart,
      { recipient: people.ben.recipient, rights: RIGHT_WRITE },
      step(people.ada),
    );
    for (const each of [ended, removed, demoted]) {
      expect(each.chart.state.standing.size).toBe(0);
      expect(each.chart.state.stale).toBe(true);
      await expect(unlockAs(people.ben, each)).rejects.toThrow(refusal("not-for-you"));
      const next = await beginEpoch(engine, each, step(people.ada));
      await expect(unlockAs(people.ben, next)).rejects.toThrow(refusal("not-for-you"));
    }
    const twice = endStanding(engine, ended, people.ben.recipient.member, step(people.ada));
    await expect(twice).rejects.toThrow(refusal("not-permitted"));
    const byWriter = endStanding(engine, chart, people.ben.recipient.member, step(people.cleo));
    await expect(byWriter).rejects.toThrow(refusal("not-permitted"));
  });

  test("carries the length of a word that changed", async () => {
    const changed = await changeWord(engine, chart, new Word("zyx98765wv"), step(people.ada));
    expect((await unlockAs(people.ben, await allow(changed, people.ben))).wordLength).toBe(10);
  });

  test.each([
    [
      "a wrong secret",
      (secret: Uint8Array) =>
        concat(
          secret.map((byte) => byte ^ 1),
          Uint8Array.of(8),
        ),
    ],
    ["a word that is too short", (secret: Uint8Array) => concat(secret, Uint8Array.of(7))],
    ["a word that is too long", (secret: Uint8Array) => concat(secret, Uint8Array.of(65))],
  ])("with %s is its author's doing", async (_, lie) => {
    const wrap = await wrapFor(
      engine,
      people.ben.recipient,
      {
        chart: chart.chart.state.chart,
        purpose: { of: "standing", epoch: 1, until: UNTIL },
        signer: people.ada.signing,
      },
      lie(chart.epochs.get(1)!.chartSecret),
    );
    const forged = await attempt(people.ada, chart, wrap);
    await expect(unlockStanding(engine, forged, people.ben, TIME)).rejects.toThrow(
      refusal("inconsistent-author"),
    );
  });

  test("with another date than it was wrapped for opens nothing", async () => {
    const unlock = chart.chart.state.standing.get(toHex(people.ben.recipient.member))!.get(1)!;
    const { encapsulated, ciphertext, member } = unlock;
    const forged = await attempt(people.ada, chart, { encapsulated, ciphertext, member, until: UNTIL + 1 });
    await expect(unlockStanding(engine, forged, people.ben, TIME)).rejects.toThrow(refusal("not-for-you"));
  });
});

describe("the rules of standing", () => {
  const refused = refusal("not-permitted");

  test("an epoch that exists, a present reader, and a signer who manages and reads", async () => {
    expect((await attempt(people.ada, chart, {})).state.standing.size).toBe(2);
    await expect(attempt(people.ada, chart, { epoch: 2 })).rejects.toThrow(refused);
    await expect(attempt(people.ada, chart, { member: people.dora.recipient.member })).rejects.toThrow(
      refused,
    );
    await expect(attempt(people.ben, chart, {})).rejects.toThrow(refused);
    await expect(attempt(people.cleo, chart, {})).rejects.toThrow(refused);
    const manager = { recipient: people.dora.recipient, rights: RIGHT_MANAGE };
    const managed = await setMember(engine, chart, manager, step(people.ada));
    await expect(attempt(people.dora, managed, {})).rejects.toThrow(refused);
  });

  test("a writer renews what was allowed, once, until the same date, and nothing else", async () => {
    const { member } = people.ben.recipient;
    const late = await beginEpoch(engine, chart, step(people.ada, UNTIL));
    const epoch = currentEpoch(late.chart.state)!.number;
    const renewed = await attempt(people.cleo, late, { member, epoch });
    expect(renewed.state.standing.get(toHex(member))!.size).toBe(2);
    await expect(attempt(people.cleo, late, { member, epoch, until: UNTIL + 1 })).rejects.toThrow(refused);
    await expect(attempt(people.cleo, late, { epoch })).rejects.toThrow(refused);
    await expect(attempt(people.cleo, late, { member })).rejects.toThrow(refused);
    await expect(attempt(people.cleo, late, { member, epoch }, { member, epoch })).rejects.toThrow(refused);
  });
});
