import { beforeAll, describe, expect, test } from "vitest";
import type { UnlockedChart } from "../../src/chart/unlock.ts";
import type { FragmentSource } from "../../src/cut/fragment.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { openRandomAccess, openStream } from "../../src/layer1/open.ts";
import { sealMessage } from "../../src/layer1/seal.ts";
import { openVersion } from "../../src/record/open.ts";
import { suiteNamed } from "../../src/suite.ts";
import {
  collect,
  flipBit,
  makeChart,
  oneByOne,
  pattern,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
  sourceOf,
} from "./support.ts";

const CHUNK = 16_384;

describe("plaintext before its tag", () => {
  const request = { suite: suiteNamed("aes-128"), inputKey: pattern(16), context: pattern(9) };
  const plaintext = pattern(4 * CHUNK + 100);

  // One place in each part of the message: header, each chunk, its tag, the last chunk.
  const places = [
    0,
    30,
    56,
    60 + CHUNK,
    56 + 2 * (CHUNK + 16) - 1,
    56 + 3 * (CHUNK + 16),
    56 + 4 * (CHUNK + 16) + 50,
  ];

  test.each(places)("is never released from a stream damaged at byte %i", async (place) => {
    const damaged = flipBit(await sealMessage(quick, request, plaintext), 8 * place);
    const released = await collect(openStream(quick, request, oneByOne(damaged)));
    const whole = Math.max(0, Math.floor((place - 56) / (CHUNK + 16)));
    expect(released).toStrictEqual(plaintext.subarray(0, whole * CHUNK));
  });

  test.each(places.filter((place) => chunkAt(place) < 0 || chunkAt(place) === 4))(
    "is never released by random access to a message damaged at byte %i, where its length is at stake",
    async (place) => {
      expect(await openDamaged(place)).toBeNull();
    },
  );

  test.each(places.filter((place) => chunkAt(place) >= 0 && chunkAt(place) < 4))(
    "is never released by random access to a message damaged at byte %i",
    async (place) => {
      const opened = (await openDamaged(place))!;
      const damaged = chunkAt(place);
      expect(await collect(opened.range(damaged * CHUNK, (damaged + 1) * CHUNK))).toHaveLength(0);
      expect(await collect(opened.range(0, plaintext.length))).toHaveLength(0);
      for (const chunk of [0, 1, 2, 3].filter((other) => other !== damaged)) {
        const range = await collect(opened.range(chunk * CHUNK, (chunk + 1) * CHUNK));
        expect(range).toStrictEqual(plaintext.subarray(chunk * CHUNK, (chunk + 1) * CHUNK));
      }
    },
  );

  async function openDamaged(place: number): ReturnType<typeof openRandomAccess> {
    const damaged = flipBit(await sealMessage(quick, request, plaintext), 8 * place);
    const read = async (offset: number, length: number): Promise<Uint8Array> =>
      damaged.subarray(offset, offset + length);
    return openRandomAccess(quick, request, damaged.length, read);
  }
});

describe("a store that changes its answers between two reads", () => {
  const content = pattern(500_000);
  let owner: Identity;
  let base: UnlockedChart;
  let record: SealedRecord;
  let other: SealedRecord;

  beforeAll(async () => {
    ({ owner } = await people("owner"));
    base = await makeChart(quick, owner);
    record = await sealInto(quick, base, owner, content);
    other = await sealInto(quick, record.unlocked, owner, content);
  });

  /** Survey and open through sources that may change; what came out before any refusal, and the refusal. */
  async function openThrough(sources: readonly FragmentSource[], turn: () => void) {
    const files = sources.map((source) => ({ name: "file", source }));
    const { known } = await surveyFragments(quick, record.envelope, files);
    turn();
    const released: Uint8Array[] = [];
    const error = await refusal(async () => {
      const opened = await openVersion(quick, record.unlocked, record.envelope, known);
      for await (const piece of opened.content()) released.push(Uint8Array.from(piece));
    });
    return { released: await collect(oneByOne(...released)), error };
  }

  const answers: readonly [
    string,
    (index: number) => (offset: number, length: number) => Promise<Uint8Array>,
  ][] = [
    [
      "another record's bytes",
      (index) => (offset, length) => sourceOf(other.fragments[index]!).read(offset, length),
    ],
    [
      "one bit flipped",
      (index) => async (offset, length) =>
        flipBit(record.fragments[index]!, 8 * offset + 3).subarray(offset, offset + length),
    ],
    ["zeros", () => async (_, length) => new Uint8Array(length)],
    ["nothing", () => async () => new Uint8Array()],
    ["too much", () => async (_, length) => new Uint8Array(length + 1)],
    ["an error", () => () => Promise.reject(new Error("gone"))],
  ];

  test.each(answers)("to %s in two of eight does no harm", async (_, answer) => {
    const sources = record.fragments.map((bytes, index) => turning(bytes, answer(index)));
    const { released, error } = await openThrough(
      sources.map(({ source }) => source),
      () => sources.slice(1, 3).forEach(({ turn }) => turn()),
    );
    expect(error).toBeUndefined();
    expect(released).toStrictEqual(content);
  });

  test.each(answers)(
    "to %s in three of eight is refused, and not put to the author's account",
    async (_, answer) => {
      const sources = record.fragments.map((bytes, index) => turning(bytes, answer(index)));
      const { released, error } = await openThrough(
        sources.map(({ source }) => source),
        () => sources.slice(1, 4).forEach(({ turn }) => turn()),
      );
      expect(error?.code).toBe("too-few-fragments");
      expect(released).toStrictEqual(content.subarray(0, released.length));
    },
  );

  test("at every second read never gives wrong bytes", async () => {
    for (const shift of [0, 1]) {
      let reads = shift;
      const sources = record.fragments.map((bytes, index) => ({
        sizeBytes: bytes.length,
        read: (offset: number, length: number) =>
          reads++ % 2 === 0
            ? sourceOf(bytes).read(offset, length)
            : sourceOf(other.fragments[index]!).read(offset, length),
      }));
      const { released, error } = await openThrough(sources, () => {});
      expect(released).toStrictEqual(content.subarray(0, released.length));
      expect(error?.code).toBe("too-few-fragments");
    }
  });
});

function turning(before: Uint8Array, after: (offset: number, lengthBytes: number) => Promise<Uint8Array>) {
  let turned = false;
  const source: FragmentSource = {
    sizeBytes: before.length,
    read: (offset, lengthBytes) =>
      turned ? after(offset, lengthBytes) : sourceOf(before).read(offset, lengthBytes),
  };
  return { source, turn: () => (turned = true) };
}

function chunkAt(place: number): number {
  return Math.floor((place - 56) / (CHUNK + 16));
}
