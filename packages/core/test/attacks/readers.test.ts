import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_READ, RIGHT_WRITE } from "../../src/chart/change.ts";
import { epochChange, newEpochSecrets, wrapEpoch } from "../../src/chart/create.ts";
import { beginEpoch, changeWord, removeMember, shareRecord, withdrawRecord } from "../../src/chart/edit.ts";
import { sealLock, stretchWord } from "../../src/chart/lock.ts";
import { type UnlockedChart, unlockChart } from "../../src/chart/unlock.ts";
import { wrapFor } from "../../src/chart/wrap.ts";
import { describeClassic } from "../../src/classic/open.ts";
import { sealClassic } from "../../src/classic/seal.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import type { ClassicEnvelope, Envelope } from "../../src/envelope/envelope.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { describeVersion } from "../../src/record/open.ts";
import {
  addLink,
  contentOf,
  expectRefused,
  makeChart,
  memorySink,
  openFrom,
  OTHER_WORD,
  pattern,
  people,
  quick,
  type SealedRecord,
  sealInto,
  TIME,
  unlock,
  WORD,
} from "./support.ts";

const content = Uint8Array.of(77);
let owner: Identity;
let reader: Identity;
let guest: Identity;
let record: SealedRecord;
const by = (signer: Identity): { signer: Identity; time: number } => ({ signer, time: TIME });

beforeAll(async () => {
  ({ owner, reader, guest } = await people("owner", "reader", "guest"));
  const members = [{ identity: reader, rights: RIGHT_READ | RIGHT_WRITE }];
  record = await sealInto(quick, await makeChart(quick, owner, members), owner, content);
});

describe("a former reader with all his old keys", () => {
  let removed: UnlockedChart;
  let later: SealedRecord;
  let kept: UnlockedChart;

  beforeAll(async () => {
    kept = await unlock(quick, record.unlocked, reader);
    removed = await removeMember(quick, record.unlocked, reader.recipient.member, by(owner));
    later = await sealInto(quick, await beginEpoch(quick, removed, by(owner)), owner, content, {
      record: record.envelope.record,
    });
  });

  test("gets no new version under his epoch: the next one needs a new epoch", async () => {
    await expectRefused(() => sealInto(quick, removed, owner, content), "not-permitted");
  });

  test("opens no version of the new epoch", async () => {
    const opened = await unlock(quick, later.unlocked, reader);
    expect([...opened.epochs.keys()]).toStrictEqual([1]);
    await expectRefused(() => openFrom(quick, opened, later.envelope, later.fragments), "not-for-you");
  });

  test("opens none with the old epoch's secrets in place of the new one's", async () => {
    const forced = {
      ...kept,
      chart: later.unlocked.chart,
      epochs: new Map([[later.envelope.epoch, kept.epochs.get(1)!]]),
    };
    await expectRefused(
      () => openFrom(quick, forced, later.envelope, later.fragments),
      "inconsistent-author",
    );
  });

  test("opens none with the new word either", async () => {
    const changed = await changeWord(quick, later.unlocked, OTHER_WORD, by(owner));
    await expectRefused(() => unlockChart(quick, changed.chart, reader, WORD), "not-for-you");
    const opened = await unlockChart(quick, changed.chart, reader, OTHER_WORD);
    await expectRefused(() => openFrom(quick, opened, later.envelope, later.fragments), "not-for-you");
  });

  test("still opens what was sealed while he was one (a documented limit)", async () => {
    const opened = await unlock(quick, later.unlocked, reader);
    expect(await openFrom(quick, opened, record.envelope, record.fragments)).toStrictEqual(content);
  });

  test("who kept the old chart document still opens it with the old word (a documented limit)", async () => {
    await changeWord(quick, record.unlocked, OTHER_WORD, by(owner));
    const opened = await unlockChart(quick, record.unlocked.chart, reader, WORD);
    expect(await openFrom(quick, opened, record.envelope, record.fragments)).toStrictEqual(content);
  });
});

describe("a one-record reader", () => {
  let other: SealedRecord;
  let shared: UnlockedChart;
  let mine: UnlockedChart;

  beforeAll(async () => {
    other = await sealInto(quick, record.unlocked, owner, content);
    const share = { recipient: guest.recipient, record: record.envelope.record, epoch: 1 };
    shared = await shareRecord(quick, other.unlocked, share, by(owner));
    mine = await unlock(quick, shared, guest);
  });

  test("opens the record that was shared", async () => {
    expect(await openFrom(quick, mine, record.envelope, record.fragments)).toStrictEqual(content);
    expect(mine.epochs.size).toBe(0);
  });

  test("opens no other record of the chart", async () => {
    await expectRefused(() => openFrom(quick, mine, other.envelope, other.fragments), "not-for-you");
  });

  test("opens no other record with the secrets of his own", async () => {
    const own = mine.granted.get(toHex(record.envelope.version))!;
    const forced = { ...mine, granted: new Map([[toHex(other.envelope.version), own]]) };
    await expectRefused(
      () => openFrom(quick, forced, other.envelope, other.fragments),
      "inconsistent-author",
    );
  });

  test("opens no later version of his record", async () => {
    const later = await sealInto(quick, shared, owner, content, { record: record.envelope.record });
    const opened = await unlock(quick, later.unlocked, guest);
    await expectRefused(() => openFrom(quick, opened, later.envelope, later.fragments), "not-for-you");
  });

  test("opens nothing with a wrong word", async () => {
    await expectRefused(() => unlockChart(quick, shared.chart, guest, OTHER_WORD), "not-for-you");
  });

  test("gets nothing from the chart document after the grant was withdrawn", async () => {
    const share = { member: guest.recipient.member, record: record.envelope.record };
    const withdrawn = await withdrawRecord(quick, shared, share, by(owner));
    await expectRefused(() => unlock(quick, withdrawn, guest), "not-for-you");
    await expectRefused(() => sealInto(quick, withdrawn, owner, content), "not-permitted");
  });
});

describe("an author who gives different readers different keys", () => {
  test.each(["chartKey", "guardKey"] as const)(
    "another %s: the epoch is refused and its author named",
    async (change) => {
      const chart = await epochWith(change);
      const opened = await unlock(quick, chart, owner);
      expect(opened.refused.get(2)?.code).toBe("inconsistent-author");
      expect([...opened.epochs.keys()]).toStrictEqual([1]);
      expect([...(await unlock(quick, chart, reader)).epochs.keys()]).toStrictEqual([1, 2]);
    },
  );

  test("takes no older epoch from anybody, and a new one can begin", async () => {
    const opened = await unlock(quick, await epochWith("chartKey"), owner);
    expect(await openFrom(quick, opened, record.envelope, record.fragments)).toStrictEqual(content);
    const next = await beginEpoch(quick, opened, by(owner));
    const sealed = await sealInto(quick, next, owner, content);
    expect(await openFrom(quick, sealed.unlocked, sealed.envelope, sealed.fragments)).toStrictEqual(content);
  });

  test("a version of the refused epoch says who is at fault", async () => {
    const { epochs } = await unlock(quick, await epochWith("chartKey"), reader);
    const sealed = await sealInto(
      quick,
      { ...record.unlocked, chart: (await epochWith("chartKey")).chart, epochs },
      reader,
      content,
    );
    const opened = await unlock(quick, sealed.unlocked, owner);
    await expectRefused(
      () => openFrom(quick, opened, sealed.envelope, sealed.fragments),
      "inconsistent-author",
    );
  });

  test("another classic key: refused and its author named", async () => {
    const { unlocked } = record;
    const plan = { author: owner, time: TIME, content: contentOf(content) };
    const { sink } = memorySink();
    const { envelope, changes } = await sealClassic(quick, unlocked, OTHER_WORD, plan, sink);
    const [key, version] = changes as [(typeof changes)[0] & { type: "classic-key" }, (typeof changes)[0]];
    const { chart } = unlocked.chart.state;
    const purpose = { of: "classic", record: envelope.record, version: envelope.version } as const;
    const lying = await wrapFor(
      quick,
      reader.recipient,
      { chart, purpose, signer: owner.signing },
      pattern(48),
    );
    const wraps = key.wraps.map((wrap) => (toHex(wrap.member) === toHex(lying.member) ? lying : wrap));
    const hostile = await addLink(quick, unlocked, owner, { ...key, wraps }, version);
    const classic = envelope as Envelope & ClassicEnvelope;
    await expectRefused(() => describeClassic(quick, hostile.chart, reader, classic), "inconsistent-author");
    await describeClassic(quick, hostile.chart, owner, classic);
  });
});

describe("a lying grant", () => {
  test("with another guardKey is refused", async () => {
    await expectRefused(async () => unlock(quick, await grant(pattern(64)), guest), "inconsistent-author");
  });

  test("with another readerSecret opens nothing", async () => {
    const { guardKey } = record.unlocked.epochs.get(1)!;
    const opened = await unlock(quick, await grant(concat(guardKey, pattern(32))), guest);
    await expectRefused(() => describeVersion(quick, opened, record.envelope), "inconsistent-author");
    await expectRefused(
      () => openFrom(quick, opened, record.envelope, record.fragments),
      "inconsistent-author",
    );
  });

  test("takes nothing from somebody who reads the epoch by himself", async () => {
    const joined = await addLink(quick, await grant(pattern(64)), owner, {
      type: "member",
      recipient: guest.recipient,
      rights: RIGHT_READ,
    });
    const place = { chart: joined.chart.state.chart, epoch: 1 };
    const secrets = record.unlocked.epochs.get(1)!;
    const wrap = await wrapEpoch(quick, guest.recipient, { place, signer: owner.signing, secrets });
    const reads = await addLink(quick, joined, owner, { type: "wrap", epoch: 1, wrap });
    const opened = await unlock(quick, reads, guest);
    expect(await openFrom(quick, opened, record.envelope, record.fragments)).toStrictEqual(content);
  });
});

describe("a lock that a manager swaps", () => {
  test("for that of another epoch is refused", async () => {
    const two = await beginEpoch(quick, record.unlocked, by(owner));
    const [first, second] = two.chart.state.epochs;
    const swapped = await withLock(second!.number, first!.lock, two);
    const opened = await unlock(quick, swapped, reader);
    expect(opened.refused.get(second!.number)?.code).toBe("inconsistent-author");
    expect([...opened.epochs.keys()]).toStrictEqual([1]);
  });

  test("for that of another chart is refused", async () => {
    const other = await makeChart(quick, owner);
    const swapped = await withLock(1, other.chart.state.epochs[0]!.lock);
    await expectRefused(() => unlock(quick, swapped, reader), "inconsistent-author");
  });

  test("for one with another chartSecret, under the word or another, is refused", async () => {
    const { chart } = record.unlocked.chart.state;
    const { guardKey } = record.unlocked.epochs.get(1)!;
    for (const word of [WORD, OTHER_WORD]) {
      const stretched = await stretchWord(quick, word, record.unlocked.word!.settings);
      const lock = await sealLock(quick, { chart, epoch: 1, guardKey }, stretched, pattern(32));
      const swapped = await withLock(1, lock);
      await expectRefused(() => unlockChart(quick, swapped.chart, reader, word), "inconsistent-author");
    }
  });

  test("for bytes that are no lock is refused", async () => {
    const swapped = await withLock(1, pattern(201));
    await expectRefused(() => unlock(quick, swapped, reader), "inconsistent-author");
  });

  test("for the one before brings the word before back, without showing the secret (a documented limit)", async () => {
    const changed = await changeWord(quick, record.unlocked, OTHER_WORD, by(owner));
    const back = await withLock(1, record.unlocked.chart.state.epochs[0]!.lock, changed);
    await expectRefused(() => unlockChart(quick, back.chart, reader, OTHER_WORD), "not-for-you");
    expect((await unlock(quick, back, reader)).epochs.size).toBe(1);
  });
});

async function epochWith(change: "chartKey" | "guardKey"): Promise<UnlockedChart> {
  const { state } = record.unlocked.chart;
  const secrets = newEpochSecrets(quick);
  const plan = {
    chart: state.chart,
    number: 2,
    readers: [owner.recipient, reader.recipient],
    signer: reader.signing,
    secrets,
    word: record.unlocked.word!,
  };
  const honest = await epochChange(quick, plan);
  const place = { chart: state.chart, epoch: 2 };
  const lying = await wrapEpoch(quick, owner.recipient, {
    place,
    signer: reader.signing,
    secrets: { ...secrets, [change]: pattern(32) },
  });
  const wraps = honest.wraps.map((wrap) => (toHex(wrap.member) === toHex(lying.member) ? lying : wrap));
  return addLink(quick, record.unlocked, reader, { ...honest, wraps });
}

async function grant(message: Uint8Array): Promise<UnlockedChart> {
  const { record: id, version } = record.envelope;
  const { chart } = record.unlocked.chart.state;
  const purpose = { of: "grant", epoch: 1, record: id, versions: [version] } as const;
  const wrap = await wrapFor(quick, guest.recipient, { chart, purpose, signer: owner.signing }, message);
  return addLink(quick, record.unlocked, owner, {
    type: "grant",
    recipient: guest.recipient,
    record: id,
    epoch: 1,
    versions: [version],
    encapsulated: wrap.encapsulated,
    ciphertext: wrap.ciphertext,
  });
}

async function withLock(epoch: number, lock: Uint8Array, chart = record.unlocked): Promise<UnlockedChart> {
  return addLink(quick, chart, owner, { type: "word", epoch, lock });
}
