import { beforeAll, describe, expect, test } from "vitest";
import { deriveContentKey } from "../../src/chart/secrets.ts";
import { secretsOfVersion, type UnlockedChart } from "../../src/chart/unlock.ts";
import {
  type FragmentFrame,
  fragmentHead,
  fragmentRoot,
  fragmentTail,
  readFrame,
} from "../../src/cut/fragment.ts";
import { rebuildFragment } from "../../src/cut/rebuild.ts";
import { joinShares, shareSecret } from "../../src/cut/shamir.ts";
import { cutStripes } from "../plain/cut-stripes.ts";
import { leafHashes } from "../../src/cut/tree.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { labelled } from "../../src/encoding/label.ts";
import { type LockedEnvelope, signEnvelope } from "../../src/envelope/envelope.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { epochBytes, scopeBytes } from "../../src/ids.ts";
import { sealMessage } from "../../src/layer1/seal.ts";
import { openVersion } from "../../src/record/open.ts";
import { versionChange } from "../../src/record/seal.ts";
import { suiteNumbered } from "../../src/suite.ts";
import {
  addLink,
  collect,
  expectRefused,
  fileOf,
  type LockedVersion,
  makeChart,
  oneByOne,
  openFrom,
  pattern,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
} from "./support.ts";

/** A fragment of one stripe, as a dealer may fill it in. */
interface Dealt {
  head: Uint8Array;
  tail: Uint8Array;
  share: Uint8Array;
  block: Uint8Array;
}

const content = Uint8Array.of(77);
let owner: Identity;
/** The chart before any version. */
let base: UnlockedChart;
let record: SealedRecord;

beforeAll(async () => {
  ({ owner } = await people("owner"));
  base = await makeChart(quick, owner);
  record = await sealInto(quick, base, owner, content);
});

/** The record again, with fragments that its author made otherwise and signed so. */
async function dealAgain(
  from: SealedRecord,
  change: (dealt: Dealt[]) => void,
  stated: Partial<LockedEnvelope> = {},
): Promise<SealedRecord> {
  const { envelope, fragments } = from;
  const { geometry } = envelope;
  const frames = await Promise.all(fragments.map((bytes) => readFrame(fileOf(bytes).source, geometry)));
  const dealt = frames.map((frame, index) => ({
    head: frame!.head,
    tail: frame!.tail,
    share: Uint8Array.from(frame!.share),
    block: fragments[index]!.slice(49, 49 + geometry.blocksBytes),
  }));
  change(dealt);
  const made = await Promise.all(
    dealt.map(async ({ block, ...frame }, index) => {
      const whole: FragmentFrame = { ...frame, leaves: await leafHashes(quick, [block]) };
      const root = await fragmentRoot(quick, envelope.version, index, whole, geometry);
      return { bytes: concat(fragmentHead(whole), block, fragmentTail(whole)), root };
    }),
  );
  const places = envelope.places.map((place, index) => ({
    id: place.id,
    head: dealt[index]!.head,
    tail: dealt[index]!.tail,
    root: made[index]!.root,
  }));
  const signed = (await signEnvelope(quick, { ...envelope, places, ...stated }, owner)) as LockedVersion;
  return {
    unlocked: await addLink(quick, base, owner, versionChange(signed)),
    envelope: signed,
    fragments: made.map(({ bytes }) => bytes),
  };
}

/** Another sealed message under the very keys of the record, cut as the record is. */
async function blocksOf(from: SealedRecord, plaintext: Uint8Array): Promise<Uint8Array[]> {
  const { envelope, unlocked, fragments } = from;
  const shares = fragments.slice(0, envelope.needed).map((bytes) => bytes.slice(16, 49));
  const secrets = await secretsOfVersion(quick, unlocked, envelope);
  const inputKey = await deriveContentKey(quick, secrets!, joinShares(shares), envelope);
  const context = labelled("record", scopeBytes(envelope), epochBytes(envelope.epoch));
  const sealed = await sealMessage(
    quick,
    { suite: suiteNumbered(envelope.suite), inputKey, context },
    plaintext,
  );
  for await (const { blocks } of cutStripes(quick, envelope.geometry, oneByOne(sealed))) {
    return blocks.map((block) => Uint8Array.from(block));
  }
  throw new RangeError("no stripe");
}

function without(fragments: readonly Uint8Array[], ...lost: number[]): Uint8Array[] {
  return fragments.filter((_, index) => !lost.includes(index));
}

function open({ unlocked, envelope }: SealedRecord, files: readonly Uint8Array[]): Promise<Uint8Array> {
  return openFrom(quick, unlocked, envelope, files);
}

test("what an honest dealer makes again opens", async () => {
  const same = await dealAgain(record, () => {});
  expect(await open(same, same.fragments)).toStrictEqual(content);
  expect(same.fragments).toStrictEqual(record.fragments);
});

describe("a share", () => {
  test.each([0, 2])("at x = %i in the first fragment is refused, be it signed or not", async (x) => {
    const dealt = await dealAgain(record, ([first]) => {
      first!.share[0] = x;
    });
    const survey = await surveyFragments(quick, dealt.envelope, [fileOf(dealt.fragments[0]!)]);
    expect(survey.known).toStrictEqual([]);
    expect(survey.places[0]!.damaged).toHaveLength(1);
    await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
    await expectRefused(() => open(dealt, dealt.fragments.slice(0, 6)), "too-few-fragments");
  });

  test("at x = 0 or given twice is never interpolated", () => {
    const shares = shareSecret(quick, pattern(32), { total: 8, needed: 2 });
    const zero = Uint8Array.from(shares[0]!);
    zero[0] = 0;
    expect(() => joinShares([zero, shares[1]!])).toThrow(RangeError);
    expect(() => joinShares([shares[1]!, shares[1]!])).toThrow(RangeError);
  });

  test("forged in a store makes its fragment a damaged one", async () => {
    const { envelope, fragments } = record;
    const forged = Uint8Array.from(fragments[3]!);
    forged[20]! ^= 1;
    const survey = await surveyFragments(quick, envelope, [fileOf(forged)]);
    expect(survey.places[3]!.damaged).toHaveLength(1);
    expect(await open(record, [forged, ...without(fragments, 3)])).toStrictEqual(content);
  });

  test("dealt wrongly convicts the author whenever it is used", async () => {
    const dealt = await dealAgain(record, (all) => {
      all[3]!.share[7]! ^= 1;
    });
    await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
    await expectRefused(() => open(dealt, without(dealt.fragments, 3)), "inconsistent-author");
  });
});

test("shares of another secret than fragmentCheck tells convict the author", async () => {
  const shares = shareSecret(quick, pattern(32), { total: 8, needed: 6 });
  const dealt = await dealAgain(record, (all) => all.forEach((one, index) => (one.share = shares[index]!)));
  await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
});

test("another fragmentCheck than that of the shares convicts the author", async () => {
  const dealt = await dealAgain(record, () => {}, { fragmentCheck: pattern(32) });
  await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
});

test("shares of a polynomial of too high a degree give the content or convict the author, whatever is lost", async () => {
  const secret = joinShares(record.fragments.slice(0, 6).map((bytes) => bytes.slice(16, 49)));
  const shares = shareSecret(quick, secret, { total: 8, needed: 7 });
  const dealt = await dealAgain(record, (all) => all.forEach((one, index) => (one.share = shares[index]!)));
  await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
  await expectRefused(() => open(dealt, without(dealt.fragments, 0, 1)), "inconsistent-author");
});

test("marks that are not the word's convict the author", async () => {
  const dealt = await dealAgain(record, (all) => {
    [all[0]!.head, all[1]!.head] = [all[1]!.head, all[0]!.head];
  });
  await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
});

test("a data block that was never sealed convicts the author", async () => {
  const dealt = await dealAgain(record, (all) => {
    all[5]!.block[0]! ^= 1;
  });
  await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
});

test("parity of other bytes convicts the author as soon as it is used", async () => {
  const dealt = await dealAgain(record, (all) => {
    all[6]!.block[3]! ^= 1;
  });
  expect(await open(dealt, dealt.fragments)).toStrictEqual(content);
  expect(await open(dealt, without(dealt.fragments, 0, 6))).toStrictEqual(content);
  await expectRefused(() => open(dealt, without(dealt.fragments, 0, 7)), "inconsistent-author");
  await expectRefused(() => open(dealt, without(dealt.fragments, 5)), "inconsistent-author");
});

test("a last stripe that does not end in zeros convicts the author", async () => {
  const dealt = await dealAgain(record, (all) => {
    all[5]!.block[12] = 1;
  });
  await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
});

test("padding that is not zero convicts the author", async () => {
  const padded = await sealInto(quick, base, owner, content, { padded: true });
  for (const at of [1, 1023]) {
    const plaintext = new Uint8Array(1024);
    plaintext.set(content);
    plaintext[at] = 1;
    const blocks = await blocksOf(padded, plaintext);
    const dealt = await dealAgain(padded, (all) => all.forEach((one, index) => (one.block = blocks[index]!)));
    await expectRefused(() => open(dealt, dealt.fragments), "inconsistent-author");
  }
});

describe("two contents under one envelope, one in the data and one in the parity", () => {
  const [shown, hidden] = [pattern(100, 1), pattern(100, 2)];
  let twofold: SealedRecord;

  beforeAll(async () => {
    const honest = await sealInto(quick, base, owner, shown, { tolerate: 6 });
    const other = await blocksOf(honest, hidden);
    twofold = await dealAgain(honest, (all) => {
      for (let index = 2; index < 8; index++) all[index]!.block = other[index]!;
    });
  });

  test("only the data fragments' content opens, whichever two are there", async () => {
    const { fragments } = twofold;
    expect(await open(twofold, fragments.slice(0, 2))).toStrictEqual(shown);
    const pairs = fragments.flatMap((_, one) =>
      fragments.slice(0, one).map((__, two) => [two, one] as const),
    );
    for (const [one, two] of pairs.filter((pair) => pair[1] !== 1)) {
      await expectRefused(() => open(twofold, [fragments[one]!, fragments[two]!]), "inconsistent-author");
    }
    expect(await open(twofold, fragments)).toStrictEqual(shown);
  });

  test("a lost data fragment is not rebuilt from the parity", async () => {
    const { envelope, fragments } = twofold;
    const { known } = await surveyFragments(
      quick,
      envelope,
      fragments.slice(2).map((bytes) => fileOf(bytes)),
    );
    const rebuilding = rebuildFragment(quick, envelope.version, envelope.places, envelope.geometry, known, 0);
    await expectRefused(() => collect(rebuilding), "inconsistent-author");
  });

  test("a range read with a lost data fragment has not made that check (a documented limit)", async () => {
    const { unlocked, envelope, fragments } = twofold;
    const survey = await surveyFragments(
      quick,
      envelope,
      fragments.slice(2).map((bytes) => fileOf(bytes)),
    );
    const opened = await openVersion(quick, unlocked, envelope, survey.known);
    expect(await collect(opened.content(0, 50))).toStrictEqual(hidden.subarray(0, 50));
    expect((await refusal(() => collect(opened.content())))?.code).toBe("inconsistent-author");
  });
});

test("a store that gives a fragment twice does not stop a rebuild", async () => {
  const { envelope, fragments } = record;
  const { known } = await surveyFragments(
    quick,
    envelope,
    [fragments[1]!, ...without(fragments, 0)].map((bytes) => fileOf(bytes)),
  );
  const { version, places, geometry } = envelope;
  const rebuilt = await collect(rebuildFragment(quick, version, places, geometry, known, 0));
  expect(rebuilt).toStrictEqual(fragments[0]);
  const few = known.slice(0, 6);
  await expectRefused(
    () => collect(rebuildFragment(quick, version, places, geometry, few, 0)),
    "too-few-fragments",
  );
});
