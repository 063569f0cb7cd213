import { createChart } from "../src/chart/create.ts";
import { appendLink } from "../src/chart/document.ts";
import type { UnlockedChart } from "../src/chart/unlock.ts";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { parseEnvelope } from "../src/envelope/envelope.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import { wholeContent } from "../src/record/content.ts";
import { type Lot, type LotVersion, sealLot } from "../src/record/lot.ts";
import { openVersion } from "../src/record/open.ts";
import { chartPlace, parentOf, versionPlace } from "../src/record/place.ts";
import { versionChange } from "../src/record/seal.ts";
import { fragmentOf, type SealedSmall, sealSmall, signSmall } from "../src/record/small.ts";
import {
  engine,
  fileOf,
  gather,
  inPieces,
  makePeople,
  oneFile,
  pattern,
  type People,
  quickEngine,
  refusal,
  seeded,
  TIME,
  toHex,
  word,
} from "./fixtures.ts";

let people: People;
let chart: UnlockedChart;
beforeAll(async () => {
  people = await makePeople();
  chart = await createChart(quickEngine, { owner: people.ada, members: [], time: TIME }, word);
});

const how = { suite: "aes-128", time: TIME, padded: true } as const;

async function lotOf(contents: readonly Uint8Array<ArrayBuffer>[]): Promise<Lot> {
  const versions = contents.map((bytes, index): LotVersion => {
    const { shape, entries, kind, metadata } = oneFile(bytes);
    const content = { shape, entries, kind, metadata };
    const record = pattern(16, index + 1);
    return {
      ...how,
      record,
      parent: parentOf(chart.chart.state, record),
      content,
      data: new Uint8Array(bytes),
    };
  });
  const place = await chartPlace(engine, chart, people.ada);
  return structuredClone({ place, author: { signing: people.ada.signing }, tolerate: 2, versions });
}

async function opened({ envelope, fragments }: SealedSmall): Promise<Uint8Array> {
  const known = await parseEnvelope(engine, envelope.bytes);
  const changes = [versionChange(known)];
  const committed = await appendLink(engine, chart.chart, { signer: people.ada, time: TIME, changes });
  const files = envelope.places.map(({ id }, index) =>
    fileOf(fragmentOf({ envelope, fragments }, index), toHex(id)),
  );
  const survey = await surveyFragments(engine, envelope, files);
  const version = await openVersion(engine, { ...chart, chart: committed }, envelope, survey.known);
  return gather(version.content());
}

test("what another seals and its author signs here is, byte for byte, what is sealed here", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 40_000 }), fc.integer(), async (lengthBytes, seed) => {
      const lot = await lotOf([pattern(lengthBytes)]);
      const { record } = lot.versions[0]!;
      const plan = {
        ...how,
        author: people.ada,
        record,
        tolerate: 2,
        content: oneFile(pattern(lengthBytes)),
      };
      const place = await versionPlace(engine, chart, plan);
      const here = await sealSmall(seeded(engine, seed), place, plan);
      const [unsigned] = await sealLot(seeded(engine, seed), lot);
      const there = await signSmall(engine, unsigned!, people.ada);
      expect(there).toEqual(here);
    }),
    { numRuns: 40 },
  ));

test("every version of a lot opens again", async () => {
  const contents = [0, 1, 1023, 8192, 100_000].map((lengthBytes) => pattern(lengthBytes));
  const sealed = await sealLot(engine, await lotOf(contents));
  for (const [index, unsigned] of sealed.entries()) {
    expect(await opened(await signSmall(engine, unsigned!, people.ada))).toEqual(contents[index]);
  }
});

test("one that cannot be sealed is left out, and no other", async () => {
  const lot = await lotOf([pattern(10), pattern(20), pattern(30)]);
  const [first, second, third] = lot.versions;
  const wrong = { ...second!, content: { ...second!.content, entries: [{ path: "../x", bytes: 20 }] } };
  const sealed = await sealLot(engine, { ...lot, versions: [first!, wrong, third!] });
  expect(sealed.map((version) => version !== undefined)).toEqual([true, false, true]);
});

test("nothing secret is left in a lot", async () => {
  const lot = await lotOf([pattern(100, 1), pattern(100, 1)]);
  await sealLot(engine, lot);
  const { chartKey, chartSecret } = lot.place.secrets;
  for (const secret of [chartKey, chartSecret, ...lot.versions.map(({ data }) => data)])
    expect(secret.every((byte) => byte === 0)).toBe(true);
  expect(
    chart.epochs
      .values()
      .next()
      .value!.chartKey.some((byte) => byte !== 0),
  ).toBe(true);
});

test("nobody signs what names another author", async () => {
  const [unsigned] = await sealLot(engine, await lotOf([pattern(10)]));
  await expect(signSmall(engine, unsigned!, people.ben)).rejects.toEqual(refusal("malformed"));
});

test("a content is whole, or refused with what is wrong with it", async () => {
  expect(await wholeContent(oneFile(pattern(12_345)))).toEqual(pattern(12_345));
  for (const bytes of [99, 101]) {
    const content = {
      ...oneFile(pattern(100)),
      entries: [{ path: "x", bytes }],
      data: inPieces(pattern(100), 30),
    };
    await expect(wholeContent(content)).rejects.toEqual(refusal("wrong-length"));
  }
  const outside = { ...oneFile(pattern(1)), entries: [{ path: "/x", bytes: 1 }] };
  await expect(wholeContent(outside)).rejects.toThrow();
});
