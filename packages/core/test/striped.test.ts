// Records that are long enough to be read by whole stripes, many at a time.
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine, OpenStripesRequest } from "@chirograph/engine";
import { blockOffset } from "../src/cut/geometry.ts";
import type { KnownFragment } from "../src/cut/rebuild.ts";
import { concat } from "../src/encoding/bytes.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import { type OpenedVersion, openVersion } from "../src/record/open.ts";
import {
  collect,
  contentOf,
  fileOf,
  flipBit,
  makeChart,
  memorySink,
  pattern,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
  TIME,
} from "./attacks/support.ts";
import { sealVersion } from "../src/record/seal.ts";

const SIZE = 20_000_123;
const content = pattern(SIZE);
let record: SealedRecord;

beforeAll(async () => {
  const { owner } = await people("owner");
  record = await sealInto(quick, await makeChart(quick, owner), owner, content, { padded: true });
});

/** An engine that notes from where to where stripes were opened, and counts blocks that were made one by one. */
function watched(): { use: Engine; spans: [number, number][]; made: () => number } {
  const spans: [number, number][] = [];
  let made = 0;
  const use: Engine = {
    ...quick,
    openStripes(request: OpenStripesRequest) {
      spans.push([request.firstStripe, request.endStripe]);
      return quick.openStripes(request);
    },
    combine(request) {
      made++;
      return quick.combine(request);
    },
  };
  return { use, spans, made: () => made };
}

async function open(use: Engine, files: readonly Uint8Array[]): Promise<OpenedVersion> {
  const { known } = await surveyFragments(
    use,
    record.envelope,
    files.map((bytes) => fileOf(bytes)),
  );
  return openVersion(use, record.unlocked, record.envelope, known);
}

function expectSame(bytes: Uint8Array, expected: Uint8Array): void {
  expect(bytes.length).toBe(expected.length);
  expect(bytes.every((byte, index) => byte === expected[index])).toBe(true);
}

const indices = (damaged: ReadonlySet<KnownFragment>): number[] => [...damaged].map(({ index }) => index);

/** A fragment with one bit of a block of this stripe changed. */
function spoilt(index: number, stripe: number): Uint8Array {
  return flipBit(record.fragments[index]!, 8 * (blockOffset(record.envelope.geometry, stripe) + 1234));
}

describe("a long record", () => {
  test("opens by whole stripes", async () => {
    const { use, spans, made } = watched();
    const opened = await open(use, record.fragments);
    expectSame(await collect(opened.content()), content);
    expect(spans[0]![0]).toBe(0);
    expect(made()).toBe(0);
    expect(opened.damaged.size).toBe(0);
  });

  test("opens without two data fragments, and what was made is held against what was signed", async () => {
    const { use, spans } = watched();
    const opened = await open(use, record.fragments.slice(2));
    expectSame(await collect(opened.content()), content);
    expect(spans.length).toBeGreaterThan(0);
  });

  test.each([
    [0, 5_000_000],
    [100_000, 18_765_432],
    [4_194_304, SIZE],
    [16_384, 16_384 + 4_194_304],
  ])("gives the bytes [%i, %i)", async (first, end) => {
    const opened = await open(quick, record.fragments.slice(1));
    expectSame(await collect(opened.content(first, end)), content.subarray(first, end));
  });

  // Of 51 stripes, 21 are worked on at a time.
  test.each([
    [0, 0],
    [5, 5],
    [20, 0],
    [21, 5],
    [48, 0],
  ])(
    "opens though one block is damaged, in stripe %i of fragment %i, and tells whose",
    async (stripe, index) => {
      const files = record.fragments.with(index, spoilt(index, stripe));
      const opened = await open(quick, files);
      expectSame(await collect(opened.content()), content);
      expect(indices(opened.damaged)).toEqual([index]);
    },
  );

  test.each([2, 20])(
    "goes on by whole stripes behind damage in stripe %i, once, without the damaged fragment",
    async (stripe) => {
      const { use, spans } = watched();
      const opened = await open(use, record.fragments.with(3, spoilt(3, stripe)));
      expectSame(await collect(opened.content()), content);
      expect(spans.length).toBe(2);
      expect(spans[1]![0]).toBeGreaterThan(stripe);
    },
  );

  test("gives what comes before too much damage, and then says so", async () => {
    const files = [6, 7, 0].reduce(
      (some, index) => some.with(index, spoilt(index, 30)),
      [...record.fragments],
    );
    const opened = await open(quick, files);
    const pieces: Uint8Array[] = [];
    const error = await refusal(async () => {
      for await (const piece of opened.content()) pieces.push(Uint8Array.from(piece));
    });
    expect(error?.code).toBe("too-few-fragments");
    const given = concat(...pieces);
    expectSame(given, content.subarray(0, given.length));
    expect(given.length).toBeGreaterThan(7_000_000);
    expect(new Set(indices(opened.damaged))).toEqual(new Set([0, 6, 7]));
  });

  test("opens though a source fails half-way", async () => {
    const { known } = await surveyFragments(
      quick,
      record.envelope,
      record.fragments.map((bytes) => fileOf(bytes)),
    );
    let reads = 0;
    const failing = known.map((fragment) => ({
      ...fragment,
      source: {
        sizeBytes: fragment.source.sizeBytes,
        read: async (offset: number, lengthBytes: number) => {
          if (fragment.index === 1 && ++reads > 1) throw new Error("gone");
          return fragment.source.read(offset, lengthBytes);
        },
      },
    }));
    const opened = await openVersion(quick, record.unlocked, record.envelope, failing);
    expectSame(await collect(opened.content()), content);
    expect(indices(opened.damaged)).toEqual([1]);
  });

  test("shows its sealed bytes on their way to the cut, in order", async () => {
    const { owner } = await people("owner");
    const seen: Uint8Array[] = [];
    const { sink, fragments } = memorySink();
    const plan = { author: owner, suite: "aes-128", tolerate: 2, padded: false, time: TIME } as const;
    const { envelope } = await sealVersion(
      quick,
      await makeChart(quick, owner),
      {
        ...plan,
        content: contentOf(content),
        onSealedBytes: (bytes) => void seen.push(Uint8Array.from(bytes)),
      },
      sink,
    );
    const sealed = concat(...seen);
    expect(envelope.profile === "locked" && envelope.geometry.sealedBytes).toBe(sealed.length);
    expectSame(fragments()[0]!.subarray(49, 49 + 65_536), sealed.subarray(0, 65_536));
    expectSame(fragments()[1]!.subarray(49, 49 + 65_536), sealed.subarray(65_536, 131_072));
  });
});
