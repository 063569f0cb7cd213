import type { Engine } from "@chirograph/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { checkCost, encodeArgon2, HIGHEST_COST, LOWEST_COST, readArgon2 } from "../src/argon2.ts";
import { RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE, type VersionChange } from "../src/chart/change.ts";
import { createChart, createWordlessChart } from "../src/chart/create.ts";
import { appendLink, encodeChart, parseChart } from "../src/chart/document.ts";
import {
  beginEpoch,
  changeWord,
  eraseRecord,
  removeMember,
  setMember,
  shareRecord,
  withdrawRecord,
} from "../src/chart/edit.ts";
import { LOCK_BYTES, openLock, sealLock, stretchWord } from "../src/chart/lock.ts";
import {
  classicKeyCheck,
  deriveCardKey,
  deriveClassicInsideKey,
  deriveContentKey,
  deriveInsideKey,
  deriveMarkKey,
  deriveReaderSecret,
  secretCheck,
} from "../src/chart/secrets.ts";
import { currentEpoch, findVersion } from "../src/chart/state.ts";
import { secretsOfVersion, type UnlockedChart, unlockChart } from "../src/chart/unlock.ts";
import { unwrap, wrapFor, type WrapPlace } from "../src/chart/wrap.ts";
import { Reader } from "../src/encoding/reader.ts";
import { notForYou } from "../src/error.ts";
import type { Identity } from "../src/identity/identity.ts";
import { NO_ID } from "../src/ids.ts";
import { openBox, sealBox } from "../src/layer1/box.ts";
import { Word } from "../src/word/rules.ts";
import {
  concat,
  engine,
  flipped,
  id,
  makePeople,
  pattern,
  type People,
  quickEngine,
  refusal,
  seeded,
  TIME,
  toHex,
  utf8,
  word,
} from "./fixtures.ts";

const otherWord = new Word("zyx98765wv");
const notYours = refusal("not-for-you");

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

const step = (signer: Identity): { signer: Identity; time: number } => ({ signer, time: TIME });
const FULL = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;

/** A chart of ada's that ben reads. */
function newChart(use: Engine = quickEngine): Promise<UnlockedChart> {
  const members = [
    { recipient: people.ada.recipient, rights: FULL },
    { recipient: people.ben.recipient, rights: RIGHT_READ },
  ];
  return createChart(use, { owner: people.ada, members, time: TIME }, word);
}

/** Number of the current epoch. */
const newest = ({ chart }: UnlockedChart): number => currentEpoch(chart.state)!.number;

/** What somebody else makes of the document. */
async function unlockAs(
  identity: Identity,
  { chart }: UnlockedChart,
  with_: Word = word,
  use = quickEngine,
): Promise<UnlockedChart> {
  return unlockChart(use, await parseChart(use, encodeChart(chart)), identity, with_);
}

const versionOf = (record: number, number: number, epoch: number, parent = NO_ID): VersionChange => ({
  type: "version",
  record: id(record),
  version: id(number),
  parent,
  epoch,
  suite: 1,
  total: 8,
  needed: 6,
  envelopeHash: pattern(32),
});

async function addVersions(unlocked: UnlockedChart, ...changes: VersionChange[]): Promise<UnlockedChart> {
  return {
    ...unlocked,
    chart: await appendLink(engine, unlocked.chart, { signer: people.ada, time: TIME, changes }),
  };
}

describe("Argon2 settings", () => {
  test("are memory, passes, lanes and salt, and come back", () => {
    const settings = { memoryKiB: 70_000, passes: 4, lanes: 2, salt: pattern(16) };
    const bytes = encodeArgon2(settings);
    expect(bytes).toEqual(concat(Uint8Array.of(0, 1, 0x11, 0x70, 0, 0, 0, 4, 2), pattern(16)));
    expect(readArgon2(new Reader(bytes, "lock"))).toEqual(settings);
  });

  test("stay between floor and ceiling", () => {
    expect(LOWEST_COST).toEqual({ memoryKiB: 65_536, passes: 3, lanes: 1 });
    expect(HIGHEST_COST).toEqual({ memoryKiB: 1_048_576, passes: 10, lanes: 4 });
    checkCost(LOWEST_COST);
    checkCost(HIGHEST_COST);
    for (const part of ["memoryKiB", "passes", "lanes"] as const) {
      for (const cost of [
        { ...LOWEST_COST, [part]: LOWEST_COST[part] - 1 },
        { ...HIGHEST_COST, [part]: HIGHEST_COST[part] + 1 },
      ]) {
        expect(() => checkCost(cost)).toThrow(refusal("out-of-limits"));
        const bytes = encodeArgon2({ ...cost, salt: pattern(16) });
        expect(() => readArgon2(new Reader(bytes, "lock"))).toThrow(refusal("out-of-limits"));
      }
    }
  });
});

const hkdf = (inputKey: Uint8Array, label: string, ...fields: Uint8Array[]): Promise<Uint8Array> =>
  engine.hkdfSha512({
    inputKey,
    info: concat(utf8(`chirograph/v1/${label}\0`), ...fields),
    lengthBytes: 32,
  });

describe("keys", () => {
  const place = { chart: id(1), epoch: 0x01020304 };
  const scope = { suite: 2, ...place, record: id(2), version: id(3) };
  const epoch = Uint8Array.of(1, 2, 3, 4);
  const scoped = concat(Uint8Array.of(0, 2), id(1), id(2), id(3));
  const [readerSecret, chartSecret, fragmentSecret] = [pattern(32, 1), pattern(32, 2), pattern(32, 3)];

  test("are derived as the format says", async () => {
    const secrets = { readerSecret, chartSecret };
    const all = concat(readerSecret, chartSecret, fragmentSecret);
    expect(await deriveReaderSecret(engine, pattern(32), scope)).toEqual(
      await hkdf(pattern(32), "reader-secret", id(1), epoch, id(2), id(3)),
    );
    expect(await deriveContentKey(engine, secrets, fragmentSecret, scope)).toEqual(
      await hkdf(all, "content-key", scoped, epoch),
    );
    expect(await deriveCardKey(engine, readerSecret, scope)).toEqual(
      await hkdf(readerSecret, "card-key", scoped, epoch),
    );
    expect(await deriveInsideKey(engine, secrets, scope)).toEqual(
      await hkdf(concat(readerSecret, chartSecret), "inside-key", scoped, epoch),
    );
    expect(await deriveClassicInsideKey(engine, readerSecret, scope)).toEqual(
      await hkdf(readerSecret, "classic-inside-key", scoped, epoch),
    );
    expect(await deriveMarkKey(engine, chartSecret, scope)).toEqual(
      await hkdf(chartSecret, "mark-key", scoped, epoch),
    );
    const short = await deriveContentKey(engine, secrets, fragmentSecret, { ...scope, suite: 1 });
    expect(short).toHaveLength(16);
  });

  test("have checks as the format says", async () => {
    for (const kind of ["chart-key", "guard-key", "chart-secret"] as const) {
      const input = concat(utf8(`chirograph/v1/check/${kind}\0`), id(1), epoch, pattern(32));
      expect(await secretCheck(engine, kind, place, pattern(32))).toEqual(await engine.sha256([input]));
    }
    const classic = concat(utf8("chirograph/v1/check/classic-key\0"), id(1), id(2), id(3), pattern(48));
    expect(await classicKeyCheck(engine, scope, pattern(48))).toEqual(await engine.sha256([classic]));
  });
});

describe("a lock", () => {
  const place = { chart: id(1), epoch: 1, guardKey: pattern(32, 5) };
  const secret = pattern(32, 6);
  const settings = { ...LOWEST_COST, salt: pattern(16, 7) };

  test("is a box for readers around a box for the word, by the format's own words", async () => {
    const stretched = await stretchWord(quickEngine, word, settings);
    const lock = await sealLock(engine, place, stretched, secret);
    expect(lock).toHaveLength(201);
    expect(LOCK_BYTES).toBe(201);
    const epoch = Uint8Array.of(0, 0, 0, 1);
    const labelledAs = (label: string, ...fields: Uint8Array[]): Uint8Array =>
      concat(utf8(`chirograph/v1/${label}\0`), id(1), epoch, ...fields);
    const lockKey = await engine.hkdfSha512({
      inputKey: place.guardKey,
      info: labelledAs("lock-key"),
      lengthBytes: 32,
    });
    const outer = await openBox(engine, { key: lockKey, context: labelledAs("lock"), sealed: lock });
    const argon2 = encodeArgon2(settings);
    expect(outer!.slice(0, 25)).toEqual(argon2);
    const key = await quickEngine.argon2id({ password: utf8("adk21937"), ...settings, lengthBytes: 32 });
    const wordKey = await engine.hkdfSha512({
      inputKey: concat(key, place.guardKey),
      info: labelledAs("word-key", argon2),
      lengthBytes: 32,
    });
    expect(
      await openBox(engine, { key: wordKey, context: labelledAs("word-box"), sealed: outer!.slice(25) }),
    ).toEqual(secret);
  });

  test("opens for its guard key, chart, epoch and word alone", async () => {
    const stretched = await stretchWord(quickEngine, word, settings);
    const lock = await sealLock(engine, place, stretched, secret);
    const open = await openLock(engine, place, lock);
    expect(open!.settings).toEqual(settings);
    expect(await open!.tryWord(stretched)).toEqual(secret);
    expect(await open!.tryWord(await stretchWord(quickEngine, otherWord, settings))).toBeNull();
    for (const other of [{ guardKey: flipped(place.guardKey, 0) }, { chart: id(2) }, { epoch: 2 }]) {
      expect(await openLock(engine, { ...place, ...other }, lock)).toBeNull();
    }
  });

  test("knows how long the word is, and takes its UTF-8", async () => {
    const asked: Uint8Array[] = [];
    const watching = {
      ...quickEngine,
      argon2id: (request: Parameters<Engine["argon2id"]>[0]) => {
        asked.push(request.password.slice());
        return quickEngine.argon2id(request);
      },
    };
    const stretched = await stretchWord(watching, new Word("aé日😀bcdefg"), settings);
    expect(stretched).toMatchObject({ length: 10, settings });
    expect(asked).toEqual([utf8("aé日😀bcdefg")]);
  });

  test("with settings outside the limits, or of another length, is refused before the word is tried", async () => {
    const key = await engine.hkdfSha512({
      inputKey: place.guardKey,
      info: concat(utf8("chirograph/v1/lock-key\0"), id(1), Uint8Array.of(0, 0, 0, 1)),
      lengthBytes: 32,
    });
    const context = concat(utf8("chirograph/v1/lock\0"), id(1), Uint8Array.of(0, 0, 0, 1));
    const sealed = (message: Uint8Array): Promise<Uint8Array> => sealBox(engine, { key, context, message });
    const cheap = concat(encodeArgon2({ ...settings, passes: 1 }), pattern(104));
    await expect(openLock(engine, place, await sealed(cheap))).rejects.toThrow(refusal("out-of-limits"));
    for (const bytes of [103, 105]) {
      const wrong = concat(encodeArgon2(settings), pattern(bytes));
      await expect(openLock(engine, place, await sealed(wrong))).rejects.toThrow(refusal("malformed"));
    }
  });
});

describe("a wrap", () => {
  const signer = pattern(32, 9);
  const purposes: readonly WrapPlace["purpose"][] = [
    { of: "epoch", epoch: 1 },
    { of: "epoch", epoch: 2 },
    { of: "grant", epoch: 1, record: id(1), versions: [id(2), id(3)] },
    { of: "grant", epoch: 1, record: id(1), versions: [id(2)] },
    { of: "grant", epoch: 1, record: id(2), versions: [id(2), id(3)] },
    { of: "grant", epoch: 2, record: id(1), versions: [id(2), id(3)] },
    { of: "classic", record: id(1), version: id(2) },
    { of: "classic", record: id(1), version: id(3) },
    { of: "classic", record: id(2), version: id(2) },
  ];

  test("opens for its purpose and no other", async () => {
    const { recipient, kemSeed } = people.ben;
    for (const purpose of purposes) {
      const wrap = await wrapFor(engine, recipient, { chart: id(7), purpose, signer }, pattern(48));
      expect(wrap.member).toEqual(recipient.member);
      const opened = await Promise.all(
        purposes.map((other) =>
          unwrap(engine, kemSeed, { chart: id(7), purpose: other, member: recipient.member, signer }, wrap),
        ),
      );
      expect(opened).toEqual(purposes.map((other) => (other === purpose ? pattern(48) : null)));
    }
  });

  test("opens for its chart, reader, signer and key alone", async () => {
    const { recipient, kemSeed } = people.ben;
    const place: WrapPlace = { chart: id(7), purpose: purposes[0]!, member: recipient.member, signer };
    const wrap = await wrapFor(engine, recipient, place, pattern(64));
    expect(await unwrap(engine, kemSeed, place, wrap)).toEqual(pattern(64));
    for (const other of [
      { chart: id(8) },
      { member: people.ada.recipient.member },
      { signer: pattern(32, 8) },
    ]) {
      expect(await unwrap(engine, kemSeed, { ...place, ...other }, wrap)).toBeNull();
    }
    expect(await unwrap(engine, people.ada.kemSeed, place, wrap)).toBeNull();
  });

  test("binds the format's own words", async () => {
    const seen: Uint8Array[] = [];
    const watching: Engine = {
      ...engine,
      hpkeSeal: (request) => {
        seen.push(request.info);
        return engine.hpkeSeal(request);
      },
    };
    const { recipient } = people.ben;
    for (const purpose of [purposes[0]!, purposes[2]!, purposes[6]!])
      await wrapFor(watching, recipient, { chart: id(7), purpose, signer }, pattern(4));
    const info = (number: number, epoch: number, subject: Uint8Array): Uint8Array =>
      concat(
        utf8("chirograph/v1/wrap\0"),
        Uint8Array.of(number),
        id(7),
        Uint8Array.of(0, 0, 0, epoch),
        recipient.member,
        signer,
        subject,
      );
    const grant = await engine.sha256([concat(utf8("chirograph/v1/grant\0"), id(1), id(2), id(3))]);
    const classic = await engine.sha256([concat(utf8("chirograph/v1/classic\0"), id(1), id(2))]);
    expect(seen).toEqual([info(1, 1, new Uint8Array(32)), info(2, 1, grant), info(3, 0, classic)]);
  });

  test("is not made to a key that is none", async () => {
    const recipient = { ...people.ben.recipient, kem: new Uint8Array(1216).fill(0xff) };
    const made = wrapFor(engine, recipient, { chart: id(7), purpose: purposes[0]!, signer }, pattern(4));
    await expect(made).rejects.toThrow(refusal("malformed"));
  });
});

describe("unlocking", () => {
  test("with the real Argon2id, at its floor, once for all epochs", async () => {
    let paid = 0;
    const counting: Engine = {
      ...engine,
      argon2id: (request) => {
        paid++;
        expect(request).toMatchObject({ ...LOWEST_COST, lengthBytes: 32 });
        return engine.argon2id(request);
      },
    };
    let chart = await newChart(counting);
    chart = await beginEpoch(counting, chart, step(people.ada));
    expect(paid).toBe(1);
    const ben = await unlockAs(people.ben, chart, word, counting);
    expect(paid).toBe(2);
    expect(ben.epochs).toEqual(chart.epochs);
    await expect(unlockAs(people.ben, chart, otherWord, counting)).rejects.toThrow(notYours);
    await expect(unlockAs(people.dora, chart, word, counting)).rejects.toThrow(notYours);
    expect(paid).toBe(4);
  });

  test("gives every reader the same secrets, and the word for the next epoch", async () => {
    const made = await newChart();
    for (const reader of [people.ada, people.ben]) {
      const unlocked = await unlockAs(reader, made);
      expect(unlocked.epochs).toEqual(made.epochs);
      expect(unlocked.word).toEqual(made.word);
      expect([unlocked.granted.size, unlocked.refused.size]).toEqual([0, 0]);
    }
    const [secrets] = made.epochs.values();
    expect(new Set(Object.values(secrets!).map(toHex)).size).toBe(3);
  });

  test("says the very same to a wrong key and to a wrong word", async () => {
    const made = await newChart();
    const errors = await Promise.all(
      [
        unlockAs(people.dora, made),
        unlockAs(people.ben, made, otherWord),
        unlockAs(people.dora, made, otherWord),
      ].map((attempt) =>
        attempt.then(
          () => undefined,
          (error: unknown) => error as Error,
        ),
      ),
    );
    for (const error of errors) {
      expect(error).toEqual(notForYou());
      expect(error!.message).toBe(notForYou().message);
    }
  });

  test("is closed to an owner who is no reader, and to members who only write or manage", async () => {
    const members = [{ recipient: people.cleo.recipient, rights: RIGHT_WRITE | RIGHT_MANAGE }];
    const made = await createChart(quickEngine, { owner: people.ada, members, time: TIME }, word);
    await expect(unlockAs(people.ada, made)).rejects.toThrow(notYours);
    await expect(unlockAs(people.cleo, made)).rejects.toThrow(notYours);
    expect(made.chart.state.epochs[0]!.wraps.size).toBe(0);
  });

  test("finds nothing in a chart without a word", async () => {
    const chart = await createWordlessChart(engine, { owner: people.ada, members: [], time: TIME });
    await expect(unlockChart(quickEngine, chart, people.ada, word)).rejects.toThrow(notYours);
  });

  test("names the author when he gave this reader other keys than he announced", async () => {
    const made = await newChart();
    const lie = refusal("inconsistent-author");
    for (const kind of ["chartKeyCheck", "guardKeyCheck", "chartSecretCheck"] as const) {
      const [epoch] = made.chart.state.epochs;
      const epochs = [{ ...epoch!, [kind]: flipped(epoch![kind], 0) }];
      const chart = { ...made.chart, state: { ...made.chart.state, epochs } };
      await expect(unlockChart(quickEngine, chart, people.ben, word), `another ${kind}`).rejects.toThrow(lie);
    }
    const [epoch] = made.chart.state.epochs;
    const chart = {
      ...made.chart,
      state: { ...made.chart.state, epochs: [{ ...epoch!, lock: flipped(epoch!.lock, 100) }] },
    };
    await expect(unlockChart(quickEngine, chart, people.ben, word)).rejects.toThrow(lie);
  });

  test("is not stopped by one bad epoch among others, whose versions alone stay shut", async () => {
    let made = await beginEpoch(quickEngine, await newChart(), step(people.ada));
    const second = newest(made);
    made = await addVersions(made, versionOf(1, 11, second));
    const spoil = (number: number, part: "chartKeyCheck" | "chartSecretCheck") => ({
      ...made.chart,
      state: {
        ...made.chart.state,
        epochs: made.chart.state.epochs.map((epoch) =>
          epoch.number === number ? { ...epoch, [part]: pattern(32) } : epoch,
        ),
      },
    });
    for (const part of ["chartKeyCheck", "chartSecretCheck"] as const) {
      const unlocked = await unlockChart(quickEngine, spoil(second, part), people.ben, word);
      expect([...unlocked.epochs.keys()]).toEqual([1]);
      expect([...unlocked.refused]).toEqual([[second, refusal("inconsistent-author")]]);
      const version = findVersion(made.chart.state, id(1), id(11))!;
      await expect(secretsOfVersion(engine, unlocked, version)).rejects.toThrow(
        refusal("inconsistent-author"),
      );
      expect(await secretsOfVersion(engine, unlocked, { ...version, epoch: 1 })).not.toBeNull();
      expect(await secretsOfVersion(engine, unlocked, { ...version, epoch: 3 })).toBeNull();
    }
    // A wrong word is told first: it says nothing about the author.
    await expect(unlockChart(quickEngine, spoil(2, "chartKeyCheck"), people.ben, otherWord)).rejects.toThrow(
      notYours,
    );
    const defect = { ...quickEngine, hpkeOpen: () => Promise.reject(new RangeError("a defect")) };
    await expect(unlockChart(defect, made.chart, people.ben, word)).rejects.toThrow(RangeError);
  });

  test("takes a cost above the floor, and none outside the limits", async () => {
    const plan = {
      owner: people.ada,
      members: [{ recipient: people.ben.recipient, rights: RIGHT_READ }],
      time: TIME,
    };
    const dear = { memoryKiB: 100_000, passes: 5, lanes: 2 };
    const made = await createChart(quickEngine, plan, word, dear);
    expect((await unlockAs(people.ben, made)).word!.settings).toMatchObject(dear);
    await expect(createChart(quickEngine, plan, word, { ...LOWEST_COST, passes: 2 })).rejects.toThrow(
      refusal("out-of-limits"),
    );
  });

  test("makes a chart anew each time: nothing is used twice", async () => {
    const [first, second] = [await newChart(), await newChart()];
    expect(first.chart.state.chart).not.toEqual(second.chart.state.chart);
    expect(first.word!.settings.salt).not.toEqual(second.word!.settings.salt);
    expect(first.epochs.get(1)).not.toEqual(second.epochs.get(1));
    const [again, onceMore] = [
      await newChart(seeded(quickEngine, 3)),
      await newChart(seeded(quickEngine, 3)),
    ];
    expect(again.epochs).toEqual(onceMore.epochs);
  });

  test("with a registrar, who vouches and reads nothing", async () => {
    const plan = { owner: people.ada, registrar: people.cleo, members: [], time: TIME };
    const made = await createChart(quickEngine, plan, word);
    expect(made.chart.state.registrar).toEqual(people.cleo.signing);
    await expect(unlockAs(people.cleo, made)).rejects.toThrow(notYours);
  });
});

describe("readers", () => {
  test("who join get every epoch that is unlocked, by one wrap each", async () => {
    let chart = await beginEpoch(quickEngine, await newChart(), step(people.ada));
    chart = await setMember(
      quickEngine,
      chart,
      { recipient: people.dora.recipient, rights: RIGHT_READ },
      step(people.ada),
    );
    expect((await unlockAs(people.dora, chart)).epochs).toEqual(chart.epochs);
    expect(chart.epochs.size).toBe(2);
    expect(chart.chart.state.stale).toBe(false);
    // Changing his rights wraps nothing twice.
    const links = chart.chart.links.length;
    chart = await setMember(
      quickEngine,
      chart,
      { recipient: people.dora.recipient, rights: FULL },
      step(people.ada),
    );
    expect(chart.chart.links.length).toBe(links + 1);
  });

  test("who join as writers alone get no keys", async () => {
    const chart = await setMember(
      quickEngine,
      await newChart(),
      { recipient: people.dora.recipient, rights: RIGHT_WRITE },
      step(people.ada),
    );
    expect(chart.chart.state.epochs[0]!.wraps.size).toBe(2);
    await expect(unlockAs(people.dora, chart)).rejects.toThrow(notYours);
  });

  test("who are removed keep the past and get nothing of the next epoch", async () => {
    let chart = await removeMember(
      quickEngine,
      await newChart(),
      people.ben.recipient.member,
      step(people.ada),
    );
    expect(chart.chart.state.stale).toBe(true);
    chart = await beginEpoch(quickEngine, chart, step(people.ada));
    expect(chart.chart.state.stale).toBe(false);
    expect([...chart.epochs.keys()]).toEqual([1, newest(chart)]);
    expect(chart.epochs.get(newest(chart))).not.toEqual(chart.epochs.get(1));
    const ben = await unlockAs(people.ben, chart);
    expect([...ben.epochs.keys()]).toEqual([1]);
    expect((await unlockAs(people.ada, chart)).epochs).toEqual(chart.epochs);
  });

  test("who come back get what they missed", async () => {
    let chart = await removeMember(
      quickEngine,
      await newChart(),
      people.ben.recipient.member,
      step(people.ada),
    );
    chart = await beginEpoch(quickEngine, chart, step(people.ada));
    chart = await setMember(
      quickEngine,
      chart,
      { recipient: people.ben.recipient, rights: RIGHT_READ },
      step(people.ada),
    );
    expect((await unlockAs(people.ben, chart)).epochs).toEqual(chart.epochs);
  });

  test("with rights may do what others may not", async () => {
    const made = await newChart();
    const asBen = await unlockAs(people.ben, made);
    await expect(beginEpoch(quickEngine, asBen, step(people.ben))).rejects.toThrow(refusal("not-permitted"));
    const promoted = await setMember(
      quickEngine,
      made,
      { recipient: people.ben.recipient, rights: FULL },
      step(people.ada),
    );
    const next = await beginEpoch(quickEngine, await unlockAs(people.ben, promoted), step(people.ben));
    expect((await unlockAs(people.ada, next)).epochs.get(newest(next))).toEqual(
      next.epochs.get(newest(next)),
    );
  });
});

describe("another word", () => {
  test("opens every epoch, and the old one nothing of the new document", async () => {
    const before = await beginEpoch(quickEngine, await newChart(), step(people.ada));
    const after = await changeWord(quickEngine, before, otherWord, step(people.ada));
    const ben = await unlockAs(people.ben, after, otherWord);
    expect(ben.epochs).toEqual(before.epochs);
    expect(ben.word).toEqual(after.word);
    expect(after.word).toMatchObject({ length: 10 });
    expect(after.word!.settings.salt).not.toEqual(before.word!.settings.salt);
    await expect(unlockAs(people.ben, after, word)).rejects.toThrow(notYours);
    // Whoever kept the old document is not stopped by this (docs/format.md, section 17).
    expect((await unlockAs(people.ben, before, word)).epochs).toEqual(before.epochs);
  });

  test("is the word of the epochs that begin from then on", async () => {
    const changed = await changeWord(quickEngine, await newChart(), otherWord, step(people.ada));
    const next = await beginEpoch(quickEngine, changed, step(people.ada));
    expect((await unlockAs(people.ben, next, otherWord)).epochs.size).toBe(2);
    await expect(unlockAs(people.ben, next, word)).rejects.toThrow(notYours);
  });

  test("may cost more, and not less than the floor", async () => {
    const dear = { ...LOWEST_COST, passes: 6 };
    const changed = await changeWord(quickEngine, await newChart(), otherWord, step(people.ada), dear);
    expect(changed.word!.settings).toMatchObject(dear);
    const cheap = { ...LOWEST_COST, passes: 1 };
    await expect(changeWord(quickEngine, changed, word, step(people.ada), cheap)).rejects.toThrow(
      refusal("out-of-limits"),
    );
  });

  test("opens what it opens: an epoch under yet another word stays closed", async () => {
    const first = await newChart();
    const second = await beginEpoch(quickEngine, first, step(people.ada));
    // A writer who knows the first epoch alone changes the word of that one alone.
    const firstAlone = { ...second, epochs: new Map([...second.epochs].slice(0, 1)) };
    const split = await changeWord(quickEngine, firstAlone, otherWord, step(people.ada));
    expect([...(await unlockAs(people.ben, split, otherWord)).epochs.keys()]).toEqual([1]);
    expect([...(await unlockAs(people.ben, split, word)).epochs.keys()]).toEqual([newest(second)]);
  });
});

const share = (record: number, epoch: number, recipient = people.dora.recipient) => ({
  recipient,
  record: id(record),
  epoch,
});

const secretsFor = (unlocked: UnlockedChart, record: number, version: number) =>
  secretsOfVersion(engine, unlocked, findVersion(unlocked.chart.state, id(record), id(version))!);

describe("one record shared alone", () => {
  let shared: UnlockedChart;
  beforeAll(async () => {
    shared = await addVersions(
      await newChart(),
      versionOf(1, 12, 1),
      versionOf(1, 11, 1, id(12)),
      versionOf(2, 21, 1),
    );
    shared = await shareRecord(quickEngine, shared, share(1, 1), step(people.ada));
  });

  test("opens its versions, with the secrets that every reader has", async () => {
    const dora = await unlockAs(people.dora, shared);
    expect([...dora.granted.keys()].toSorted()).toEqual([id(11), id(12)].map(toHex));
    expect(dora.epochs.size).toBe(0);
    for (const version of [11, 12])
      expect(await secretsFor(dora, 1, version)).toEqual(await secretsFor(shared, 1, version));
    expect(dora.word).toEqual(shared.word);
  });

  test("opens no other record and no later version", async () => {
    const later = await addVersions(shared, versionOf(1, 13, 1, id(11)));
    const dora = await unlockAs(people.dora, later);
    expect(await secretsFor(dora, 2, 21)).toBeNull();
    expect(await secretsFor(dora, 1, 13)).toBeNull();
    expect(await secretsFor(dora, 1, 11)).not.toBeNull();
    expect(dora.granted.size).toBe(2);
  });

  test("needs the word like everything else, and the grantee's own key", async () => {
    await expect(unlockAs(people.dora, shared, otherWord)).rejects.toThrow(notYours);
    await expect(unlockAs(people.cleo, shared)).rejects.toThrow(notYours);
    const stolen: Identity = { ...people.cleo, recipient: people.dora.recipient };
    await expect(unlockAs(stolen, shared)).rejects.toThrow(notYours);
  });

  test("is of an epoch that is unlocked here, and of a record with a version in it that is not erased", async () => {
    await expect(shareRecord(quickEngine, shared, share(1, 2), step(people.ada))).rejects.toThrow(notYours);
    await expect(shareRecord(quickEngine, shared, share(3, 1), step(people.ada))).rejects.toThrow(
      refusal("mismatch"),
    );
    const next = await beginEpoch(quickEngine, shared, step(people.ada));
    await expect(shareRecord(quickEngine, next, share(1, newest(next)), step(people.ada))).rejects.toThrow(
      refusal("mismatch"),
    );
    const erased = await eraseRecord(
      quickEngine,
      shared,
      { record: id(1), version: id(11) },
      step(people.ada),
    );
    const rest = await shareRecord(quickEngine, erased, share(1, 1, people.cleo.recipient), step(people.ada));
    expect([...(await unlockAs(people.cleo, rest)).granted.keys()]).toEqual([toHex(id(12))]);
    const gone = await eraseRecord(quickEngine, shared, { record: id(1) }, step(people.ada));
    await expect(shareRecord(quickEngine, gone, share(1, 1), step(people.ada))).rejects.toThrow(
      refusal("mismatch"),
    );
  });

  test("in two epochs is two grants, which open together", async () => {
    let both = await beginEpoch(quickEngine, shared, step(people.ada));
    both = await addVersions(both, versionOf(1, 14, newest(both), id(11)));
    both = await shareRecord(quickEngine, both, share(1, newest(both)), step(people.ada));
    const dora = await unlockAs(people.dora, both);
    expect([...dora.granted.keys()].toSorted()).toEqual([11, 12, 14].map((number) => toHex(id(number))));
    expect(await secretsFor(dora, 1, 14)).toEqual(await secretsFor(both, 1, 14));
  });

  test("and taken back opens nothing, and calls for a new epoch", async () => {
    const back = await withdrawRecord(
      quickEngine,
      shared,
      { member: people.dora.recipient.member, record: id(1) },
      step(people.ada),
    );
    expect(back.chart.state.stale).toBe(true);
    await expect(unlockAs(people.dora, back)).rejects.toThrow(notYours);
  });

  test("names the granter whose guard key is another", async () => {
    const [grant] = shared.chart.state.grants;
    const place = {
      chart: shared.chart.state.chart,
      purpose: { of: "grant", epoch: 1, record: id(1), versions: grant!.versions },
      signer: people.ada.signing,
    } as const;
    const { encapsulated, ciphertext } = await wrapFor(engine, people.dora.recipient, place, pattern(96));
    const forged = {
      ...shared.chart,
      state: { ...shared.chart.state, grants: [{ ...grant!, encapsulated, ciphertext }] },
    };
    await expect(unlockChart(quickEngine, forged, people.dora, word)).rejects.toThrow(
      refusal("inconsistent-author"),
    );
  });

  test("to somebody who becomes a reader adds to what he reads", async () => {
    const joined = await setMember(
      quickEngine,
      shared,
      { recipient: people.dora.recipient, rights: RIGHT_READ },
      step(people.ada),
    );
    const dora = await unlockAs(people.dora, joined);
    expect(dora.epochs).toEqual(shared.epochs);
    expect(await secretsFor(dora, 2, 21)).toEqual(await secretsFor(shared, 2, 21));
  });
});

describe("erasing", () => {
  test("marks one version or the whole record", async () => {
    const chart = await addVersions(await newChart(), versionOf(1, 11, 1), versionOf(1, 12, 1, id(11)));
    const one = await eraseRecord(quickEngine, chart, { record: id(1), version: id(11) }, step(people.ada));
    expect(findVersion(one.chart.state, id(1), id(11))).toMatchObject({ erased: true });
    expect(findVersion(one.chart.state, id(1), id(12))).toMatchObject({ erased: false });
    const all = await eraseRecord(quickEngine, chart, { record: id(1) }, step(people.ada));
    expect(all.chart.state.records.get(toHex(id(1)))).toMatchObject({ erased: true });
    await expect(eraseRecord(quickEngine, chart, { record: id(1) }, step(people.ben))).rejects.toThrow(
      refusal("not-permitted"),
    );
  });
});
