import { beforeAll, expect, test } from "vitest";
import { encodeChart, parseChart } from "../../src/chart/document.ts";
import { concat } from "../../src/encoding/bytes.ts";
import { parseEnvelope } from "../../src/envelope/envelope.ts";
import { encodeEnvelopeFile, parseEnvelopeFile } from "../../src/folder/envelope-file.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import { formatIdentityFile, parseIdentityFile } from "../../src/identity/file.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { formatRecipientLine, parseRecipientLine } from "../../src/identity/recipient.ts";
import { openMessage } from "../../src/layer1/open.ts";
import { sealMessage } from "../../src/layer1/seal.ts";
import { suiteNamed } from "../../src/suite.ts";
import {
  expectRefused,
  fileOf,
  makeChart,
  openFrom,
  pattern,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
} from "./support.ts";

const content = Uint8Array.of(77);
let owner: Identity;
let record: SealedRecord;

beforeAll(async () => {
  ({ owner } = await people("owner"));
  record = await sealInto(quick, await makeChart(quick, owner), owner, content);
});

test("a fragment cut at any length counts as damaged and is named", async () => {
  const { envelope, fragments } = record;
  for (const [index, fragment] of fragments.entries()) {
    for (let length = 16; length < fragment.length; length++) {
      const survey = await surveyFragments(quick, envelope, [fileOf(fragment.subarray(0, length))]);
      expect(survey.known).toStrictEqual([]);
      expect(survey.places[index]!.damaged).toHaveLength(1);
    }
  }
});

test("a fragment without its front, or with bytes before or behind it, counts as damaged", async () => {
  const { envelope, fragments } = record;
  const zero = Uint8Array.of(0);
  for (const [index, fragment] of fragments.entries()) {
    for (const changed of [fragment.subarray(1), concat(fragment, zero), concat(zero, fragment)]) {
      const survey = await surveyFragments(quick, envelope, [fileOf(changed)]);
      expect(survey.known).toStrictEqual([]);
      expect(survey.places[index]!.damaged).toHaveLength(1);
    }
  }
});

test("a record whose fragments are all cut short but k opens; all but k − 1 does not", async () => {
  const { envelope, fragments, unlocked } = record;
  const cut = (whole: number): Uint8Array[] =>
    fragments.map((bytes, index) => (index < whole ? bytes : bytes.subarray(0, -1)));
  expect(await openFrom(quick, unlocked, envelope, cut(6))).toStrictEqual(content);
  await expectRefused(() => openFrom(quick, unlocked, envelope, cut(5)), "too-few-fragments");
});

test("an envelope cut at any length or extended is refused", async () => {
  const { bytes } = record.envelope;
  for (let length = 0; length < bytes.length; length++) {
    await expectRefused(() => parseEnvelope(quick, bytes.subarray(0, length)), "malformed");
  }
  await expectRefused(() => parseEnvelope(quick, concat(bytes, Uint8Array.of(0))), "malformed");
});

test("a chart document cut at any length or extended is refused", async () => {
  const bytes = encodeChart(record.unlocked.chart);
  for (let length = 0; length < bytes.length; length++) {
    await expectRefused(() => parseChart(quick, bytes.subarray(0, length)), "malformed");
  }
  await expectRefused(() => parseChart(quick, concat(bytes, Uint8Array.of(0))), "malformed");
});

test("an envelope file cut at any length or extended is refused", async () => {
  const bytes = encodeEnvelopeFile({ chart: record.unlocked.chart, envelope: record.envelope });
  // In steps: the chart document and the envelope inside it are cut at every length above.
  for (let length = 0; length < bytes.length; length += 5) {
    await expectRefused(() => parseEnvelopeFile(quick, bytes.subarray(0, length)), "malformed");
  }
  await expectRefused(() => parseEnvelopeFile(quick, concat(bytes, Uint8Array.of(0))), "malformed");
});

test("an identity file cut at any length or extended is refused", async () => {
  const text = await formatIdentityFile(quick, owner);
  for (let length = 0; length < text.length; length++) {
    await expectRefused(() => parseIdentityFile(quick, text.slice(0, length)), "malformed");
  }
  for (const longer of [`${text}\n`, `\n${text}`, `${text} `, text.replaceAll("\n", "\r\n"), text + text]) {
    await expectRefused(() => parseIdentityFile(quick, longer), "malformed");
  }
});

test("a recipient line cut at any length or extended is refused", async () => {
  const line = await formatRecipientLine(quick, owner.recipient);
  for (let length = 0; length < line.length; length++) {
    await expectRefused(() => parseRecipientLine(quick, line.slice(0, length)), "malformed");
  }
  for (const longer of [`${line}A`, `${line}=`, ` ${line}`]) {
    await expectRefused(() => parseRecipientLine(quick, longer), "malformed");
  }
});

test("a sealed message cut at a chunk or anywhere else never opens", async () => {
  const request = { suite: suiteNamed("aes-128"), inputKey: pattern(16), context: pattern(9) };
  const sealed = await sealMessage(quick, request, pattern(2 * 16_384 + 5));
  const chunkEnd = 56 + 16_400;
  for (const length of [0, 24, 55, 56, 71, 72, chunkEnd, chunkEnd + 16, 2 * 16_400 + 56, sealed.length - 1]) {
    const cut = sealed.subarray(0, length);
    let opened: Uint8Array | null = null;
    const error = await refusal(async () => {
      opened = await openMessage(quick, request, cut);
    });
    expect(opened).toBeNull();
    expect(error?.code).toBeOneOf([undefined, "malformed"]);
  }
});
