import type { Engine } from "@chirograph/engine";
import { beforeAll, expect, test } from "vitest";
import { encodeChart, parseChart } from "../../src/chart/document.ts";
import { toHex } from "../../src/encoding/bytes.ts";
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

const known = new Map<string, boolean>();

/** A signature that did not change is verified once: most of a document is as it was. */
const remembering: Engine = {
  ...quick,
  ed25519Verify: async (check) => {
    const id = toHex(await quick.sha256([check.publicKey, check.signature, check.message]));
    const valid = known.get(id) ?? (await quick.ed25519Verify(check));
    known.set(id, valid);
    return valid;
  },
};

test.each([0, 1])(
  "a bit flipped in link %i of the chart document is refused, and the link named",
  async (link) => {
    const bytes = encodeChart(record.unlocked.chart);
    const [first] = record.unlocked.chart.links;
    const secondAt = 8 + 4 + 4 + first!.length;
    const bits = bitsOf(bytes).filter((bit) => bit >> 3 < secondAt === (link === 0));
    for (const bit of bits) {
      const error = await refusal(() => parseChart(remembering, flipBit(bytes, bit)));
      // In the front, and in the lengths of links, it is the document as a whole that does not parse.
      expect(error?.message, `bit ${bit}`).toMatch(
        new RegExp(`chart document (is|has|does)|link ${link}`, "i"),
      );
    }
  },
);
