import { beforeAll, expect, test } from "vitest";
import { parseEnvelope } from "../../src/envelope/envelope.ts";
import { encodeEnvelopeFile, parseEnvelopeFile, salvageChart } from "../../src/folder/envelope-file.ts";
import {
  bitsOf,
  flipBit,
  makeChart,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
} from "./support.ts";

let record: SealedRecord;

beforeAll(async () => {
  const { owner } = await people("owner");
  record = await sealInto(quick, await makeChart(quick, owner), owner, Uint8Array.of(77));
});

test("a bit flipped in the envelope is refused", async () => {
  const { bytes } = record.envelope;
  for (const bit of bitsOf(bytes)) {
    const error = await refusal(() => parseEnvelope(quick, flipBit(bytes, bit)));
    expect(error?.code, `bit ${bit}`).toBeOneOf([
      "malformed",
      "unsupported",
      "out-of-limits",
      "bad-signature",
    ]);
  }
});

test("a bit flipped in the envelope of an envelope file leaves its chart document to be salvaged", async () => {
  const { envelope, unlocked } = record;
  const file = encodeEnvelopeFile({ chart: unlocked.chart, envelope });
  const envelopeAt = file.length - envelope.bytes.length;
  for (const bit of [0, 200, 3000, envelope.bytes.length * 8 - 1]) {
    const damaged = flipBit(file, envelopeAt * 8 + bit);
    const salvaged = await salvageChart(quick, damaged);
    expect(salvaged.chart.links).toStrictEqual(unlocked.chart.links);
    expect(salvaged.envelope).toBeUndefined();
    expect(salvaged.problem?.message).toMatch(/envelope/);
  }
});

test("a bit flipped in the lengths or the first bytes of an envelope file is refused", async () => {
  const file = encodeEnvelopeFile({ chart: record.unlocked.chart, envelope: record.envelope });
  const chartAt = 8 + 4;
  const envelopeAt = file.length - record.envelope.bytes.length;
  for (let bit = 0; bit < envelopeAt * 8; bit++) {
    if (bit >= chartAt * 8 && bit < (envelopeAt - 4) * 8) continue;
    const error = await refusal(() => parseEnvelopeFile(quick, flipBit(file, bit)));
    expect(error?.code, `bit ${bit}`).toBe("malformed");
  }
});
