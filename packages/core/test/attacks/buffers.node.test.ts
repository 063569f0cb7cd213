import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { encodeChart, parseChart } from "../../src/chart/document.ts";
import { parseEnvelope } from "../../src/envelope/envelope.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import { openVersion } from "../../src/record/open.ts";
import { collect, makeChart, people, quick, type SealedRecord, sealInto, WORD } from "./support.ts";

const content = Uint8Array.of(77);
let record: SealedRecord;

beforeAll(async () => {
  const { owner } = await people("owner");
  record = await sealInto(quick, await makeChart(quick, owner), owner, content);
});

// The `slice` of a Buffer copies nothing: what was checked must not change with the memory it came from.
test("an envelope or chart that was checked does not change with the memory it was read from", async () => {
  const bytes = Buffer.from(record.envelope.bytes);
  const envelope = await parseEnvelope(quick, bytes);
  bytes.fill(0);
  expect(envelope).toStrictEqual(await parseEnvelope(quick, record.envelope.bytes));

  const document = Buffer.from(encodeChart(record.unlocked.chart));
  const chart = await parseChart(quick, document);
  document.fill(0);
  expect(chart).toStrictEqual(await parseChart(quick, encodeChart(record.unlocked.chart)));
});

test("a fragment's leaves that were checked do not change with the memory they were read from", async () => {
  const memory = record.fragments.map((bytes) => Buffer.from(bytes));
  const files = memory.map((bytes) => ({
    name: "file",
    source: {
      sizeBytes: bytes.length,
      read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
    },
  }));
  const { known } = await surveyFragments(quick, record.envelope, files);
  // Everything but the blocks is overwritten: the frames were read and need not be there any more.
  for (const bytes of memory) bytes.fill(0, 0, 49).fill(0, bytes.length - 48);
  const opened = await openVersion(quick, record.unlocked, record.envelope, known);
  expect(await collect(opened.content())).toStrictEqual(content);
});

test("a word that is printed shows no character", () => {
  expect(inspect(WORD, { showHidden: true, depth: 9 })).not.toMatch(/\d/);
  expect(`${String(WORD)} ${JSON.stringify({ WORD })}`).not.toContain("adk");
});
