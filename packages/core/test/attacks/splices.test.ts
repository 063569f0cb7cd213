import { beforeAll, describe, expect, test } from "vitest";
import { beginEpoch } from "../../src/chart/edit.ts";
import { encodeChart, parseChart } from "../../src/chart/document.ts";
import type { UnlockedChart } from "../../src/chart/unlock.ts";
import { concat, toHex } from "../../src/encoding/bytes.ts";
import { signEnvelope } from "../../src/envelope/envelope.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { openMessage } from "../../src/layer1/open.ts";
import { sealMessage } from "../../src/layer1/seal.ts";
import { describeVersion } from "../../src/record/open.ts";
import { versionChange } from "../../src/record/seal.ts";
import { suiteNamed } from "../../src/suite.ts";
import {
  addLink,
  expectRefused,
  fileOf,
  type LockedVersion,
  makeChart,
  openFrom,
  pattern,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
  TIME,
} from "./support.ts";

const BLOCK = 65_536;
const HEAD = 49;
/** Two stripes of six blocks, the second one shorter. */
const long = pattern(600_000);
const short = Uint8Array.of(77);

let owner: Identity;
let stranger: Identity;
/** The chart before any version. */
let base: UnlockedChart;
let record: SealedRecord;
/** The same content under other secrets, as another record, version, epoch, chart of the same and of another owner. */
let others: Record<"record" | "version" | "epoch" | "chart" | "owner", SealedRecord>;

beforeAll(async () => {
  ({ owner, stranger } = await people("owner", "stranger"));
  base = await makeChart(quick, owner);
  record = await sealInto(quick, base, owner, short);
  const second = await sealInto(quick, record.unlocked, owner, short);
  const version = await sealInto(quick, second.unlocked, owner, short, { record: record.envelope.record });
  const later = await beginEpoch(quick, version.unlocked, { signer: owner, time: TIME });
  others = {
    record: second,
    version,
    epoch: await sealInto(quick, later, owner, short),
    chart: await sealInto(quick, await makeChart(quick, owner), owner, short),
    owner: await sealInto(quick, await makeChart(quick, stranger), stranger, short),
  };
});

const kinds = ["record", "version", "epoch", "chart", "owner"] as const;

describe.each(kinds)("taken from another %s", (kind) => {
  test("a fragment is foreign, and named under a false name as damaged", async () => {
    const { envelope, fragments } = record;
    const name = toHex(envelope.places[0]!.id);
    for (const fragment of others[kind].fragments) {
      const survey = await surveyFragments(quick, envelope, [fileOf(fragment), fileOf(fragment, name)]);
      expect(survey.known).toStrictEqual([]);
      expect(survey.foreign).toHaveLength(1);
      expect(survey.places[0]!.damaged).toHaveLength(1);
    }
    const mixed = [...fragments.slice(0, 5), ...others[kind].fragments.slice(5)];
    await expectRefused(() => openFrom(quick, record.unlocked, envelope, mixed), "too-few-fragments");
  });

  test("a share, block, leaf or mark in a fragment of this one makes it a damaged one", async () => {
    const { envelope, fragments } = record;
    const own = fragments[0]!;
    const strange = others[kind].fragments[0]!;
    const blockEnd = HEAD + envelope.geometry.blocksBytes;
    const parts = [
      [0, 16],
      [16, HEAD],
      [HEAD, blockEnd],
      [blockEnd, blockEnd + 32],
      [HEAD, blockEnd + 32],
      [blockEnd + 32, own.length],
    ] as const;
    for (const [from, to] of parts) {
      const spliced = concat(own.subarray(0, from), strange.subarray(from, to), own.subarray(to));
      const opened = await openFrom(quick, record.unlocked, envelope, [spliced, ...fragments.slice(1)]);
      expect(opened).toStrictEqual(short);
      const few = [spliced, ...fragments.slice(1, 6)];
      await expectRefused(() => openFrom(quick, record.unlocked, envelope, few), "too-few-fragments");
    }
  });

  test("an envelope is refused", async () => {
    const { envelope } = others[kind];
    await expectRefused(() => describeVersion(quick, record.unlocked, envelope), "mismatch");
  });

  test.each(["card", "inside"] as const)(
    "a %s in an envelope re-signed by its author is refused",
    async (box) => {
      const spliced = { ...record.envelope, [box]: others[kind].envelope[box] };
      const resigned = (await signEnvelope(quick, spliced, owner)) as LockedVersion;
      const unlocked = await addLink(quick, base, owner, versionChange(resigned));
      await expectRefused(() => describeVersion(quick, unlocked, resigned), "inconsistent-author");
    },
  );

  test("a link in this chain is refused", async () => {
    const [first, second] = record.unlocked.chart.links;
    const strange = others[kind].unlocked.chart.links.at(-1)!;
    await expectRefused(() => parseLinks(first!, strange), "mismatch");
    await expectRefused(() => parseLinks(first!, second!, strange, strange), "mismatch");
  });
});

describe("inside one record of two stripes", () => {
  let whole: SealedRecord;

  beforeAll(async () => {
    whole = await sealInto(quick, base, owner, long);
  });

  async function expectOpens(fragments: readonly Uint8Array[]): Promise<void> {
    expect(await openFrom(quick, whole.unlocked, whole.envelope, fragments)).toStrictEqual(long);
  }

  test("swapped fragments are found by their content", async () => {
    await expectOpens(whole.fragments.toReversed());
  });

  test("a fragment given twice counts once", async () => {
    const { fragments } = whole;
    await expectOpens([...fragments, ...fragments]);
    const doubled = [...fragments.slice(0, 5), ...fragments.slice(0, 5)];
    await expectRefused(() => openFrom(quick, whole.unlocked, whole.envelope, doubled), "too-few-fragments");
  });

  test("a damaged copy beside a good one does no harm", async () => {
    const { fragments } = whole;
    const damaged = moved(fragments[0]!, blockAt(0), Uint8Array.of(1, 2, 3));
    await expectOpens([damaged, ...fragments.slice(0, 6)]);
  });

  test("stripes swapped, repeated or moved to another fragment are repaired", async () => {
    const { fragments, envelope } = whole;
    const last = envelope.geometry.lastBlockBytes;
    const own = fragments[0]!;
    const stripe = (fragment: Uint8Array, index: number): Uint8Array =>
      fragment.subarray(blockAt(index), blockAt(index) + last);
    const changed = [
      moved(moved(own, blockAt(0), stripe(own, 1)), blockAt(1), stripe(own, 0)),
      moved(own, blockAt(1), stripe(own, 0)),
      moved(own, blockAt(0), fragments[1]!.subarray(blockAt(0), blockAt(1))),
      moved(own, blockAt(1), stripe(fragments[6]!, 1)),
    ];
    for (const bytes of changed) {
      await expectOpens([bytes, ...fragments.slice(1)]);
      const few = [bytes, ...fragments.slice(1, 6)];
      await expectRefused(() => openFrom(quick, whole.unlocked, envelope, few), "too-few-fragments");
    }
  });

  test("blocks moved together with their leaves make the fragment a damaged one", async () => {
    const { fragments, envelope } = whole;
    const { fragmentBytes } = envelope.geometry;
    const leaves = fragmentBytes - 16 - 64;
    const [own, other] = [fragments[0]!, fragments[1]!];
    const bytes = moved(
      moved(own, blockAt(0), other.subarray(blockAt(0), blockAt(1))),
      leaves,
      other.subarray(leaves, leaves + 32),
    );
    const survey = await surveyFragments(quick, envelope, [fileOf(bytes)]);
    expect(survey.places[0]!.damaged).toHaveLength(1);
    await expectOpens([bytes, ...fragments.slice(1)]);
  });

  test("stripes damaged each in other fragments are repaired, until one has fewer than k", async () => {
    const { fragments, envelope, unlocked } = whole;
    const junk = pattern(8, 9);
    const spoilt = (index: number, stripe: number): Uint8Array =>
      moved(fragments[index]!, blockAt(stripe), junk);
    const two = [
      spoilt(0, 0),
      spoilt(1, 0),
      spoilt(2, 1),
      spoilt(6, 1),
      ...fragments.slice(3, 6),
      fragments[7]!,
    ];
    await expectOpens(two);
    const three = [spoilt(0, 0), spoilt(1, 0), spoilt(2, 0), ...fragments.slice(3)];
    await expectRefused(() => openFrom(quick, unlocked, envelope, three), "too-few-fragments");
  });
});

describe("chunks of a sealed message", () => {
  const CHUNK = 16_400;
  const request = { suite: suiteNamed("aes-128"), inputKey: pattern(16), context: pattern(9) };

  test("swapped, repeated, dropped or taken from another message never open", async () => {
    const sealed = await sealMessage(quick, request, pattern(3 * 16_384));
    const again = await sealMessage(quick, request, pattern(3 * 16_384));
    const [header, a, b, c, end] = partsOf(sealed);
    const [strangeHeader, strange] = partsOf(again);
    const spliced = [
      [header, b, a, c, end],
      [header, a, a, c, end],
      [header, a, b, c, c, end],
      [header, b, c, end],
      [header, a, b, end],
      [header, a, b, c],
      [header, strange, b, c, end],
      [strangeHeader, a, b, c, end],
    ];
    for (const parts of spliced) {
      await expectSealed(concat(...(parts as Uint8Array[])));
    }
    expect(await openMessage(quick, request, concat(header!, a!, b!, c!, end!))).not.toBeNull();
  });

  /** Does not open, or is no message at all by its length. */
  async function expectSealed(message: Uint8Array): Promise<void> {
    let opened: Uint8Array | null = null;
    const error = await refusal(async () => {
      opened = await openMessage(quick, request, message);
    });
    expect(opened).toBeNull();
    expect(error?.code).toBeOneOf([undefined, "malformed"]);
  }

  function partsOf(sealed: Uint8Array): Uint8Array[] {
    const starts = [0, 56, 56 + CHUNK, 56 + 2 * CHUNK, 56 + 3 * CHUNK, sealed.length];
    return starts.slice(1).map((end, index) => sealed.subarray(starts[index], end));
  }
});

test("links swapped, repeated, dropped or joined to another chart's first link are refused", async () => {
  const [zero, one, two, three] = others.epoch.unlocked.chart.links;
  const [otherZero] = others.owner.unlocked.chart.links;
  for (const links of [
    [zero, two, one],
    [zero, one, one],
    [zero, zero],
    [zero, two],
    [zero, one, three],
    [otherZero, one, two],
    [one, two],
  ]) {
    await expectRefused(() => parseLinks(...(links as Uint8Array[])), "mismatch", "not-permitted");
  }
});

function parseLinks(...links: readonly Uint8Array[]): Promise<unknown> {
  return parseChart(quick, encodeChart({ links }));
}

/** Bytes of `from` in place of those of `to`, from `at` on. */
function moved(to: Uint8Array, at: number, from: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(to);
  bytes.set(from, at);
  return bytes;
}

/** Where the block of a stripe begins in a fragment. */
function blockAt(stripe: number): number {
  return HEAD + stripe * BLOCK;
}
