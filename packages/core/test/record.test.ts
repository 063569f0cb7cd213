import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE } from "../src/chart/change.ts";
import { createChart } from "../src/chart/create.ts";
import { appendLink, encodeChart, parseChart } from "../src/chart/document.ts";
import { beginEpoch, eraseRecord, removeMember, setMember, shareRecord } from "../src/chart/edit.ts";
import { deriveCardKey, deriveContentKey, deriveInsideKey, deriveMarkKey } from "../src/chart/secrets.ts";
import { secretsOfVersion, type UnlockedChart, unlockChart } from "../src/chart/unlock.ts";
import { leavesOffset, planGeometry } from "../src/cut/geometry.ts";
import { marksOf } from "../src/cut/marks.ts";
import type { KnownFragment } from "../src/cut/rebuild.ts";
import { joinShares } from "../src/cut/shamir.ts";
import { openCard, sealCard } from "../src/envelope/card.ts";
import {
  type Envelope,
  type EnvelopeBody,
  type LockedEnvelope,
  parseEnvelope,
  signEnvelope,
} from "../src/envelope/envelope.ts";
import { openInside, sealInside } from "../src/envelope/inside.ts";
import { paddedRecordBytes } from "../src/envelope/padding.ts";
import { TooFewFragments } from "../src/error.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import type { Identity } from "../src/identity/identity.ts";
import { createOneTimeSigner } from "../src/identity/identity.ts";
import { epochBytes, scopeBytes } from "../src/ids.ts";
import { openMessage } from "../src/layer1/open.ts";
import { admitEnvelope, requireAuthor } from "../src/record/admit.ts";
import { bindingOf } from "../src/record/binding.ts";
import { padContent } from "../src/record/content.ts";
import { describeVersion, openVersion } from "../src/record/open.ts";
import { sealVersion, type VersionPlan, versionChange } from "../src/record/seal.ts";
import { suiteNumbered } from "../src/suite.ts";
import {
  Bag,
  choices,
  concat,
  engine,
  fileOf,
  flipped,
  gather,
  id,
  inPieces,
  makePeople,
  oneFile,
  pattern,
  type People,
  quickEngine,
  refusal,
  seeded,
  sourceOf,
  TIME,
  toHex,
  utf8,
  word,
} from "./fixtures.ts";

let people: People;
/** A chart of ada's that ben reads, unlocked with the real Argon2id, once. */
let chart: UnlockedChart;
beforeAll(async () => {
  people = await makePeople();
  const members = [
    { recipient: people.ada.recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE },
    { recipient: people.ben.recipient, rights: RIGHT_READ },
  ];
  const made = await createChart(engine, { owner: people.ada, members, time: TIME }, word);
  chart = await unlockChart(engine, await parseChart(engine, encodeChart(made.chart)), people.ben, word);
});

type Locked = Envelope & LockedEnvelope;

interface Sealed {
  readonly unlocked: UnlockedChart;
  readonly envelope: Locked;
  readonly bag: Bag;
  readonly known: readonly KnownFragment[];
}

const planFor = (changes: Partial<VersionPlan>): VersionPlan => ({
  author: people.ada,
  suite: "aes-128",
  tolerate: 2,
  padded: true,
  time: TIME,
  content: oneFile(pattern(100)),
  ...changes,
});

/** Seals into the chart, and reads everything back from its bytes. */
async function seal(changes: Partial<VersionPlan> = {}, into = chart, use = engine): Promise<Sealed> {
  const plan = planFor(changes);
  const bag = new Bag();
  const { envelope, change } = await sealVersion(use, into, plan, bag);
  return {
    ...(await commit(into, envelope, plan.author as Identity, change)),
    bag,
    known: await survey(envelope as Locked, bag),
  };
}

async function commit(
  into: UnlockedChart,
  envelope: Envelope,
  signer: Identity,
  change = versionChange(envelope),
): Promise<{ unlocked: UnlockedChart; envelope: Locked }> {
  const committed = await appendLink(engine, into.chart, { signer, time: TIME, changes: [change] });
  return {
    unlocked: { ...into, chart: committed },
    envelope: (await parseEnvelope(engine, envelope.bytes)) as Locked,
  };
}

async function survey(envelope: Locked, bag: Bag): Promise<readonly KnownFragment[]> {
  return (await surveyFragments(engine, envelope, bag.files())).known;
}

const without = ({ known }: Sealed, lost: readonly number[]): KnownFragment[] =>
  known.filter(({ index }) => !lost.includes(index));

async function open(
  { unlocked, envelope, known }: Sealed,
  from: readonly KnownFragment[] = known,
): Promise<Uint8Array> {
  return gather((await openVersion(engine, unlocked, envelope, from)).content());
}

const authorOf = async ({ unlocked, envelope }: Sealed) =>
  (await describeVersion(engine, unlocked, envelope)).card.author;

describe("a version", () => {
  const sizes = [0, 1, 16_383, 16_384, 16_385, 100_000];

  test.each(
    sizes.flatMap((size) =>
      (["aes-128", "aes-256"] as const).flatMap((suite) =>
        [true, false].map((padded) => ({ size, suite, padded })),
      ),
    ),
  )("of $size bytes, $suite, padded: $padded, comes back", async ({ size, suite, padded }) => {
    const bytes = pattern(size, 3);
    const sealed = await seal({ suite, padded, content: oneFile(bytes) });
    expect(sealed.envelope).toMatchObject({
      recordBytes: padded ? paddedRecordBytes(size) : size,
      total: 8,
      needed: 6,
    });
    const opened = await openVersion(engine, sealed.unlocked, sealed.envelope, sealed.known);
    expect(opened.card).toEqual({
      binding: await bindingOf(engine, sealed.unlocked.chart.state),
      time: TIME,
      kind: "application/dicom",
      author: people.ada.recipient.member,
    });
    expect(opened.inside).toMatchObject({
      shape: "file",
      entries: [{ path: "scan.dcm", bytes: size }],
      metadata: new Map([["patient", "Ada"]]),
    });
    expect(await gather(opened.content())).toEqual(bytes);
    expect(opened.damaged.size).toBe(0);
    expect(await open(sealed, without(sealed, [0, 5]))).toEqual(bytes);
  });

  test("is what the format says: an independent reading of its pieces", async () => {
    const bytes = pattern(70_000, 5);
    const sealed = await seal({ content: oneFile(bytes), tolerate: 2 });
    const { envelope, bag } = sealed;
    const geometry = planGeometry({ total: 8, needed: 6, recordBytes: paddedRecordBytes(70_000) });
    expect(envelope.geometry).toEqual(geometry);
    const fragments = bag.fragments();
    expect(bag.planned).toEqual(
      envelope.places.map(({ id: name }) => ({ name: toHex(name), sizeBytes: geometry.fragmentBytes })),
    );
    expect(fragments.every(({ length }) => length === geometry.fragmentBytes)).toBe(true);

    const scope = { ...envelope, chart: chart.chart.state.chart };
    const secrets = (await secretsOfVersion(engine, sealed.unlocked, scope))!;
    const markKey = await deriveMarkKey(engine, secrets.chartSecret, scope);
    expect(fragments.map((fragment) => ({ head: fragment.slice(0, 16), tail: fragment.slice(-16) }))).toEqual(
      await marksOf(engine, markKey, 8),
    );

    const fragmentSecret = joinShares(fragments.slice(2).map((fragment) => fragment.slice(16, 49)));
    const check = concat(utf8("chirograph/v1/fragment-check\0"), scopeBytes(scope), fragmentSecret);
    expect(envelope.fragmentCheck).toEqual(await engine.sha256([check]));
    const blocks = fragments.slice(0, 6).map((fragment) => fragment.slice(49, leavesOffset(geometry)));
    const inputKey = await deriveContentKey(engine, secrets, fragmentSecret, scope);
    const context = concat(utf8("chirograph/v1/record\0"), scopeBytes(scope), epochBytes(1));
    const layer1 = concat(...blocks).slice(0, geometry.sealedBytes);
    const record = await openMessage(engine, { suite: suiteNumbered(1), inputKey, context }, layer1);
    expect(record).toEqual(concat(bytes, new Uint8Array(envelope.recordBytes - bytes.length)));
  });

  test("opens with any two of eight fragments lost, and says of any three which", async () => {
    const bytes = pattern(3000, 8);
    const sealed = await seal({ content: oneFile(bytes) });
    const losses = choices(8, 2);
    expect(losses).toHaveLength(28);
    for (const lost of losses)
      expect(await open(sealed, without(sealed, lost)), `lost ${lost.join()}`).toEqual(bytes);
    const failures = choices(8, 3);
    expect(failures).toHaveLength(56);
    for (const lost of failures) {
      const attempt = openVersion(engine, sealed.unlocked, sealed.envelope, without(sealed, lost));
      await expect(attempt).rejects.toThrow(TooFewFragments);
      await expect(attempt).rejects.toMatchObject({ code: "too-few-fragments", needed: 6, missing: lost });
      const names = lost.map((index) => index + 1).join(", ");
      await expect(attempt).rejects.toThrow(
        `6 of 8 fragments are needed and 5 are whole; missing or damaged: ${names}.`,
      );
    }
  });

  test("of a folder gives any range of its entries", async () => {
    const parts = [pattern(20_000, 1), new Uint8Array(), pattern(50_000, 2), pattern(1, 3)];
    const content = {
      ...oneFile(concat(...parts)),
      shape: "folder",
      entries: [
        { path: "a.dcm", bytes: 20_000 },
        { path: "b/", bytes: 0 },
        { path: "c/d.dcm", bytes: 50_000 },
        { path: "e", bytes: 1 },
      ],
    } as const;
    const sealed = await seal({ content });
    const opened = await openVersion(engine, sealed.unlocked, sealed.envelope, without(sealed, [1, 2]));
    expect(opened.inside).toMatchObject({ shape: "folder", entries: content.entries });
    const range = (first: number, end?: number) => gather(opened.content(first, end));
    expect(await range(0, 20_000)).toEqual(parts[0]);
    expect(await range(20_000, 70_000)).toEqual(parts[2]);
    expect(await range(70_000)).toEqual(parts[3]);
    expect(await range(16_384, 16_385)).toEqual(parts[0]!.slice(16_384, 16_385));
    expect(await range(5, 5)).toEqual(new Uint8Array());
    expect(await range(0)).toEqual(concat(...parts));
    for (const [first, end] of [
      [-1, 5],
      [5, 4],
      [0, 70_002],
      [Number.NaN, 5],
    ] as const) {
      await expect(range(first, end)).rejects.toThrow(RangeError);
    }
  });

  test.each([
    [0, 8],
    [6, 2],
  ])("tolerates %d lost: k = %d", async (tolerate, needed) => {
    const sealed = await seal({ tolerate });
    expect(sealed.envelope).toMatchObject({ needed });
    const lost = Array.from({ length: tolerate }, (_, index) => index);
    expect(await open(sealed, without(sealed, lost))).toEqual(pattern(100));
    await expect(open(sealed, without(sealed, [...lost, 7]))).rejects.toMatchObject({
      missing: [...lost, 7],
    });
  });

  test.each([-1, 7, 8])("does not tolerate %d lost", async (tolerate) => {
    await expect(seal({ tolerate })).rejects.toThrow(refusal("out-of-limits"));
  });

  test("that follows another of its record has it as its parent", async () => {
    const first = await seal();
    const second = await seal(
      { record: first.envelope.record, content: oneFile(pattern(50)) },
      first.unlocked,
    );
    expect(second.envelope.parent).toEqual(first.envelope.version);
    expect(second.envelope.record).toEqual(first.envelope.record);
    expect(await open(second)).toEqual(pattern(50));
    expect(await open({ ...first, unlocked: second.unlocked })).toEqual(pattern(100));
    expect((await seal()).envelope.record).not.toEqual(first.envelope.record);
  });

  test("has ids, secrets and salts of its own each time", async () => {
    const [first, second] = [await seal(), await seal()];
    expect(first.envelope.version).not.toEqual(second.envelope.version);
    expect(first.envelope.fragmentCheck).not.toEqual(second.envelope.fragmentCheck);
    const pieces = [first, second].flatMap(({ bag }) =>
      bag.fragments().map((fragment) => toHex(fragment.slice(0, 49))),
    );
    expect(new Set(pieces).size).toBe(16);
    const ids = [first, second].flatMap(({ envelope }) => envelope.places.map((place) => toHex(place.id)));
    expect(new Set(ids).size).toBe(16);
  });

  test("with the same randomness has the same bytes", async () => {
    const [first, second] = await Promise.all([
      seal({}, chart, seeded(engine, 9)),
      seal({}, chart, seeded(engine, 9)),
    ]);
    expect(first.envelope.bytes).toEqual(second.envelope.bytes);
    expect(first.bag.fragments()).toEqual(second.bag.fragments());
  });

  test("by a one-time key names no author", async () => {
    const signer = await createOneTimeSigner(quickEngine);
    const members = [{ recipient: people.ben.recipient, rights: RIGHT_READ }];
    const made = await createChart(quickEngine, { owner: signer, members, time: TIME }, word);
    const sealed = await seal({ author: signer }, made);
    expect((await describeVersion(engine, sealed.unlocked, sealed.envelope)).card.author).toEqual(
      new Uint8Array(32),
    );
    requireAuthor(sealed.unlocked.chart.state, sealed.envelope, signer.signing);
  });

  test("by an owner who is no member names no author, and by a former member names him", async () => {
    const members = [{ recipient: people.ben.recipient, rights: RIGHT_READ }];
    const made = await createChart(quickEngine, { owner: people.ada, members, time: TIME }, word);
    expect(await authorOf(await seal({}, made))).toEqual(new Uint8Array(32));
    const step = { signer: people.ada, time: TIME };
    const joined = await setMember(
      engine,
      made,
      { recipient: people.ada.recipient, rights: RIGHT_WRITE },
      step,
    );
    const left = await removeMember(engine, joined, people.ada.recipient.member, step);
    for (const each of [joined, left])
      expect(await authorOf(await seal({}, each))).toEqual(people.ada.recipient.member);
  });

  test("leaves alone the memory that it was given", async () => {
    const bytes = pattern(5000);
    await seal({ content: oneFile(bytes) });
    expect(bytes).toEqual(pattern(5000));
  });
});

const paddedTo = async (bytes: number, announced: number, record: number) =>
  gather(padContent(inPieces(pattern(bytes), 7), announced, record));

async function* failing(): AsyncGenerator<Uint8Array> {
  yield pattern(10);
  throw new Error("the disk went away");
}

describe("the content", () => {
  test("that is longer or shorter than announced is refused", async () => {
    const entries = [{ path: "scan.dcm", bytes: 100 }];
    for (const length of [0, 99, 101, 20_000]) {
      const content = oneFile(pattern(length), { entries });
      for (const padded of [true, false])
        await expect(seal({ content, padded })).rejects.toThrow(refusal("wrong-length"));
    }
  });

  test("under a name that is not allowed is refused before anything is written", async () => {
    const bag = new Bag();
    const content = oneFile(pattern(1), { entries: [{ path: "../x", bytes: 1 }] });
    await expect(sealVersion(engine, chart, planFor({ content }), bag)).rejects.toThrow(
      refusal("invalid-path"),
    );
    expect(bag.planned).toEqual([]);
  });

  test("is padded with zeros, in pieces, after its very end", async () => {
    expect(await paddedTo(10, 10, 10)).toEqual(pattern(10));
    expect(await paddedTo(10, 10, 25)).toEqual(concat(pattern(10), new Uint8Array(15)));
    expect(await paddedTo(0, 0, 200_000)).toEqual(new Uint8Array(200_000));
    await expect(paddedTo(11, 10, 25)).rejects.toThrow(refusal("wrong-length"));
    await expect(paddedTo(9, 10, 25)).rejects.toThrow("ended after 9 of the 10 bytes");
  });

  test("that cannot be read fails as it failed", async () => {
    await expect(seal({ content: oneFile(pattern(100), { data: failing() }) })).rejects.toThrow(
      "the disk went away",
    );
  });
});

describe("fragments that are damaged", () => {
  test("in a block are named, and the record is made from the others", async () => {
    const bytes = pattern(5000);
    const sealed = await seal({ content: oneFile(bytes) });
    const damaged = sealed.known.map((fragment) =>
      [0, 3].includes(fragment.index)
        ? { ...fragment, source: sourceOf(flipped(sealed.bag.fragments()[fragment.index]!, 200)) }
        : fragment,
    );
    const opened = await openVersion(engine, sealed.unlocked, sealed.envelope, damaged);
    expect(await gather(opened.content())).toEqual(bytes);
    expect([...opened.damaged].map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([0, 3]);
  });

  test("in more than T blocks leave nothing to read, and the error names them", async () => {
    const sealed = await seal({ content: oneFile(pattern(5000)) });
    const damaged = sealed.known.map((fragment) =>
      fragment.index < 3
        ? { ...fragment, source: sourceOf(flipped(sealed.bag.fragments()[fragment.index]!, 200)) }
        : fragment,
    );
    await expect(openVersion(engine, sealed.unlocked, sealed.envelope, damaged)).rejects.toMatchObject({
      missing: [0, 1, 2],
    });
  });
});

describe("who may open", () => {
  test("is a reader of its epoch with the word", async () => {
    const sealed = await seal();
    const nothing = { ...sealed.unlocked, epochs: new Map() };
    await expect(describeVersion(engine, nothing, sealed.envelope)).rejects.toThrow(refusal("not-for-you"));
    await expect(openVersion(engine, nothing, sealed.envelope, sealed.known)).rejects.toThrow(
      refusal("not-for-you"),
    );
    await expect(sealVersion(engine, nothing, planFor({}), new Bag())).rejects.toThrow(
      refusal("not-for-you"),
    );
  });

  test("is whoever was given this record alone, and he opens nothing else", async () => {
    const first = await seal();
    const second = await seal({ content: oneFile(pattern(9)) }, first.unlocked);
    const share = { recipient: people.dora.recipient, record: first.envelope.record, epoch: 1 };
    const shared = await shareRecord(engine, second.unlocked, share, { signer: people.ada, time: TIME });
    const later = await seal({ record: first.envelope.record }, shared);
    const dora = await unlockChart(engine, later.unlocked.chart, people.dora, word);
    expect(await open({ ...first, unlocked: dora })).toEqual(pattern(100));
    for (const closed of [second, later]) {
      await expect(open({ ...closed, unlocked: dora })).rejects.toThrow(refusal("not-for-you"));
    }
  });

  test("is a reader of each epoch, old ones too", async () => {
    const first = await seal();
    const next = await beginEpoch(engine, first.unlocked, { signer: people.ada, time: TIME });
    const second = await seal({ content: oneFile(pattern(9)) }, next);
    expect(second.envelope.epoch).toBe(next.chart.state.epochs[1]!.number);
    expect(await open({ ...first, unlocked: second.unlocked })).toEqual(pattern(100));
    expect(await open(second)).toEqual(pattern(9));
  });
});

describe("an envelope is admitted", () => {
  let sealed: Sealed;
  beforeAll(async () => {
    sealed = await seal();
  });
  const expectRefusal = (
    envelope: Envelope,
    code: Parameters<typeof refusal>[0] = "mismatch",
    { chart: { state } } = sealed.unlocked,
  ): void => {
    expect(() => admitEnvelope(state, envelope)).toThrow(refusal(code));
  };

  test("by the chart that names it", () => {
    admitEnvelope(sealed.unlocked.chart.state, sealed.envelope);
    expectRefusal(sealed.envelope, "mismatch", chart);
  });

  test("with the very ids, hash, author and parameters that the chart names", () => {
    const { envelope } = sealed;
    for (const changed of [
      { chart: id(1) },
      { record: id(1) },
      { version: id(1) },
      { hash: flipped(envelope.hash, 0) },
      { author: people.ben.signing },
      { epoch: 2 },
      { suite: 2 },
      { total: 9 },
      { needed: 7 },
      { parent: id(1) },
    ]) {
      expectRefusal({ ...envelope, ...changed });
    }
  });

  test("unless it was erased", async () => {
    const { record, version } = sealed.envelope;
    for (const erased of [{ record, version }, { record }]) {
      const after = await eraseRecord(engine, sealed.unlocked, erased, { signer: people.ada, time: TIME });
      expectRefusal(sealed.envelope, "erased", after);
      await expect(describeVersion(engine, after, sealed.envelope)).rejects.toThrow(refusal("erased"));
    }
  });

  test("when the author asked for is its own and the chart's owner", () => {
    const { state } = sealed.unlocked.chart;
    requireAuthor(state, sealed.envelope, people.ada.signing);
    const wrong = refusal("wrong-author");
    expect(() => requireAuthor(state, sealed.envelope, people.ben.signing)).toThrow(wrong);
    expect(() =>
      requireAuthor({ ...state, owner: people.ben.signing }, sealed.envelope, people.ada.signing),
    ).toThrow(wrong);
    expect(() =>
      requireAuthor(state, { ...sealed.envelope, author: people.ben.signing }, people.ada.signing),
    ).toThrow(wrong);
  });
});

/** Signs the envelope again with parts changed, and commits it in place of the honest one. */
async function relied(
  change: (envelope: Locked) => Promise<Partial<EnvelopeBody>>,
  plan: Partial<VersionPlan> = {},
  signer = people.ada,
): Promise<Sealed> {
  const bag = new Bag();
  const { envelope } = await sealVersion(engine, chart, planFor(plan), bag);
  const changed = { ...envelope, ...(await change(envelope as Locked)) } as EnvelopeBody;
  const signed = await signEnvelope(engine, changed, signer);
  return { ...(await commit(chart, signed, signer)), bag, known: await survey(envelope as Locked, bag) };
}

const keysOf = async (envelope: Locked) => {
  const secrets = (await secretsOfVersion(engine, chart, envelope))!;
  return {
    card: await deriveCardKey(engine, secrets.readerSecret, envelope),
    inside: await deriveInsideKey(engine, secrets, envelope),
  };
};

const withCard = (changes: object) => async (envelope: Locked) => {
  const keys = await keysOf(envelope);
  const card = await openCard(engine, keys.card, envelope, envelope.card);
  return { card: await sealCard(engine, keys.card, envelope, { ...card, ...changes }) };
};

const withInside = (changes: object) => async (envelope: Locked) => {
  const keys = await keysOf(envelope);
  const inside = await openInside(engine, keys.inside, envelope, envelope.inside);
  return { inside: await sealInside(engine, keys.inside, envelope, { ...inside, ...changes }) };
};

describe("an author who lies is named:", () => {
  const lie = refusal("inconsistent-author");

  test("the helper changes nothing by itself", async () => {
    expect(await open(await relied(async () => ({})))).toEqual(pattern(100));
    expect(await open(await relied(withCard({})))).toEqual(pattern(100));
    expect(await open(await relied(withInside({})))).toEqual(pattern(100));
  });

  test("marks that the word does not give", async () => {
    for (const end of ["head", "tail"] as const) {
      const sealed = await relied(async ({ places }) => ({
        places: places.with(5, { ...places[5]!, [end]: pattern(16) }),
      }));
      await expect(openVersion(engine, sealed.unlocked, sealed.envelope, sealed.known)).rejects.toThrow(lie);
      expect((await describeVersion(engine, sealed.unlocked, sealed.envelope)).inside.shape).toBe("file");
    }
  });

  test("shares that miss the check", async () => {
    const sealed = await relied(async ({ fragmentCheck }) => ({ fragmentCheck: flipped(fragmentCheck, 0) }));
    await expect(open(sealed)).rejects.toThrow(lie);
  });

  test("a length inside that the record does not have", async () => {
    for (const bytes of [99, 101, 1024, 2000]) {
      const sealed = await relied(withInside({ entries: [{ path: "scan.dcm", bytes }] }), { padded: false });
      await expect(describeVersion(engine, sealed.unlocked, sealed.envelope)).rejects.toThrow(lie);
    }
    const padded = await relied(withInside({ entries: [{ path: "scan.dcm", bytes: 2000 }] }));
    await expect(describeVersion(engine, padded.unlocked, padded.envelope)).rejects.toThrow(lie);
  });

  test("padding that is not zero", async () => {
    // 100 bytes are announced as 90: the last ten stand where zeros should.
    const sealed = await relied(withInside({ entries: [{ path: "scan.dcm", bytes: 90 }] }));
    const opened = await openVersion(engine, sealed.unlocked, sealed.envelope, sealed.known);
    expect(await gather(opened.content(0, 89))).toEqual(pattern(89));
    await expect(gather(opened.content(80, 90))).rejects.toThrow(lie);
    await expect(gather(opened.content())).rejects.toThrow(lie);
  });

  test("a box that does not open", async () => {
    for (const part of ["card", "inside"] as const) {
      const sealed = await relied(async (envelope) => ({ [part]: flipped(envelope[part], 60) }));
      await expect(describeVersion(engine, sealed.unlocked, sealed.envelope)).rejects.toThrow(lie);
    }
  });

  test("a card or an inside of another patient", async () => {
    for (const withBox of [withCard, withInside]) {
      const sealed = await relied(withBox({ binding: pattern(32) }));
      await expect(describeVersion(engine, sealed.unlocked, sealed.envelope)).rejects.toThrow(
        refusal("mismatch"),
      );
    }
  });

  test("a card that names somebody else, or nobody of this chart", async () => {
    for (const author of [people.ben.recipient.member, people.dora.recipient.member, pattern(32)]) {
      const sealed = await relied(withCard({ author }));
      await expect(describeVersion(engine, sealed.unlocked, sealed.envelope)).rejects.toThrow(
        refusal("mismatch"),
      );
    }
    const nobody = await relied(withCard({ author: new Uint8Array(32) }));
    expect(await open(nobody)).toEqual(pattern(100));
  });

  test("sealed bytes that do not open though all pieces are as signed", async () => {
    const sealed = await seal();
    // All three secrets are right and the content key that they give is another one, as under a forged layer 1.
    const astray: typeof engine = {
      ...engine,
      hkdfSha512: (request) =>
        engine.hkdfSha512(
          request.inputKey.length === 3 * 32 ? { ...request, inputKey: pattern(96) } : request,
        ),
    };
    await expect(openVersion(astray, sealed.unlocked, sealed.envelope, sealed.known)).rejects.toThrow(lie);
  });
});

describe("a survey of the fragments", () => {
  test("is what opening goes by", async () => {
    const sealed = await seal();
    const { known, places, foreign } = await surveyFragments(engine, sealed.envelope, sealed.bag.files());
    expect(known.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(places.every(({ found, damaged }) => found.length === 1 && damaged.length === 0)).toBe(true);
    expect(foreign).toEqual([]);
    const stranger = await surveyFragments(engine, (await seal()).envelope, [
      ...sealed.bag.files(),
      fileOf(pattern(5)),
    ]);
    expect([stranger.known.length, stranger.foreign.length]).toEqual([0, 9]);
  });
});
