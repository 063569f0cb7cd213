import { beforeAll, describe, expect, test } from "vitest";
import { createChart } from "../../src/chart/create.ts";
import { type UnlockedChart, unlockChart } from "../../src/chart/unlock.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { describeVersion, openVersion } from "../../src/record/open.ts";
import { Word } from "../../src/word/rules.ts";
import {
  ALL_RIGHTS,
  counting,
  engine,
  expectRefused,
  fileOf,
  makeChart,
  openFrom,
  OTHER_WORD,
  people,
  refusal,
  type SealedRecord,
  sealInto,
  TIME,
  WORD,
} from "./support.ts";

const content = Uint8Array.of(1, 2, 3);
let owner: Identity;
let stranger: Identity;
let record: SealedRecord;

beforeAll(async () => {
  ({ owner, stranger } = await people("owner", "stranger"));
  record = await sealInto(engine, await makeChart(engine, owner), owner, content);
});

test("a wrong word opens nothing", async () => {
  await expectRefused(() => unlockChart(engine, record.unlocked.chart, owner, OTHER_WORD), "not-for-you");
  const almost = new Word("adk21973");
  await expectRefused(() => unlockChart(engine, record.unlocked.chart, owner, almost), "not-for-you");
});

test("a wrong key opens nothing", async () => {
  await expectRefused(() => unlockChart(engine, record.unlocked.chart, stranger, WORD), "not-for-you");
});

test("a wrong key and a wrong word get the same answer after the same work", async () => {
  const answers: unknown[] = [];
  const attempts = [
    [stranger, WORD],
    [stranger, OTHER_WORD],
    [owner, OTHER_WORD],
  ] as const;
  for (const [identity, word] of attempts) {
    const requests: unknown[] = [];
    const use = {
      ...engine,
      argon2id: (request: Parameters<typeof engine.argon2id>[0]) => {
        const { memoryKiB, passes, lanes } = request;
        requests.push({ memoryKiB, passes, lanes, saltBytes: request.salt.length });
        return engine.argon2id(request);
      },
    };
    const error = await refusal(() => unlockChart(use, record.unlocked.chart, identity, word));
    const { name, code, message, cause } = error!;
    answers.push({ name, code, message, cause, keys: Object.keys(error!), requests });
  }
  expect(answers[1]).toStrictEqual(answers[0]);
  expect(answers[2]).toStrictEqual(answers[0]);
  expect(answers[0]).toMatchObject({ requests: [{ memoryKiB: 65_536, passes: 3, lanes: 1 }] });
});

describe("k − 1 fragments with the key and the word", () => {
  test("open nothing", async () => {
    const { unlocked, envelope, fragments } = record;
    await expectRefused(() => openFrom(engine, unlocked, envelope, fragments.slice(3)), "too-few-fragments");
    expect(await openFrom(engine, unlocked, envelope, fragments.slice(2))).toStrictEqual(content);
  });

  test("and any k-th share that is made up open nothing, and only the author can have signed it", async () => {
    const { unlocked, envelope, fragments } = record;
    const { known } = await surveyFragments(
      engine,
      envelope,
      fragments.map((bytes) => fileOf(bytes)),
    );
    const forged = known.map((fragment, index) => ({
      ...fragment,
      frame: {
        ...fragment.frame,
        share: fragment.frame.share.map((byte, at) => (index === 0 && at > 0 ? byte ^ 1 : byte)),
      },
    }));
    await expectRefused(() => openVersion(engine, unlocked, envelope, forged), "inconsistent-author");
  });
});

test("all fragments without the word's secret open neither content nor inside", async () => {
  const { unlocked, envelope, fragments } = record;
  const [[number, secrets]] = [...unlocked.epochs] as [
    [number, typeof unlocked.epochs extends ReadonlyMap<number, infer S> ? S : never],
  ];
  const guess = { ...secrets, chartSecret: new Uint8Array(32) };
  const without: UnlockedChart = { ...unlocked, epochs: new Map([[number, guess]]) };
  await expectRefused(() => openFrom(engine, without, envelope, fragments), "inconsistent-author");
  await expectRefused(() => describeVersion(engine, without, envelope), "inconsistent-author");
});

test("all fragments and the word without a private key open nothing", async () => {
  const { unlocked, envelope, fragments } = record;
  const without: UnlockedChart = { ...unlocked, epochs: new Map() };
  await expectRefused(() => openFrom(engine, without, envelope, fragments), "not-for-you");
});

test("Argon2 is paid once for a chart and never for a record", async () => {
  const { use, calls } = counting();
  const unlocked = await unlockChart(use, record.unlocked.chart, owner, WORD);
  await openFrom(use, unlocked, record.envelope, record.fragments);
  const more = await sealInto(use, unlocked, owner, content);
  await openFrom(use, more.unlocked, more.envelope, more.fragments);
  expect(calls.get("argon2id")).toBe(1);
});

test("an author who is no reader cannot open what he sealed", async () => {
  const plan = {
    owner: stranger,
    members: [
      { recipient: stranger.recipient, rights: ALL_RIGHTS - 1 },
      { recipient: owner.recipient, rights: 1 },
    ],
    time: TIME,
  };
  const { chart } = await createChart(engine, plan, WORD);
  await expectRefused(() => unlockChart(engine, chart, stranger, WORD), "not-for-you");
});
