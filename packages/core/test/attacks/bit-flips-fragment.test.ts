import { beforeAll, describe, expect, test } from "vitest";
import type { KnownFragment } from "../../src/cut/rebuild.ts";
import { equalBytes } from "../../src/encoding/bytes.ts";
import { surveyFragments } from "../../src/folder/survey.ts";
import { openVersion } from "../../src/record/open.ts";
import {
  bitsOf,
  collect,
  fileOf,
  flipBit,
  makeChart,
  people,
  quick,
  refusal,
  type SealedRecord,
  sealInto,
} from "./support.ts";

const content = Uint8Array.of(77);
let record: SealedRecord;

beforeAll(async () => {
  const { owner } = await people("owner");
  record = await sealInto(quick, await makeChart(quick, owner), owner, content);
});

describe("a bit flipped in a fragment", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])("fragment %i: named, and repaired from the others", async (index) => {
    const { envelope, fragments } = record;
    const files = fragments.map((bytes) => fileOf(bytes));
    const { known } = await surveyFragments(quick, envelope, files);
    const others = known.filter((fragment) => fragment.index !== index);
    expect((await openKnown(others)).bytes).toStrictEqual(content);

    const wrong: string[] = [];
    for (const bit of bitsOf(fragments[index]!)) {
      const survey = await surveyFragments(quick, envelope, [fileOf(flipBit(fragments[index]!, bit))]);
      const [flipped] = survey.known;
      // Where the file is refused as a whole, nothing of it is used: the record opens as it did without it.
      const done =
        flipped === undefined
          ? survey.places[index]!.damaged.length === 1
          : await isRepaired(flipped, others);
      if (!done) wrong.push(`bit ${bit}`);
    }
    expect(wrong).toStrictEqual([]);
  });
});

/** With enough others the content comes out, and the damage is told; with too few nothing does. */
async function isRepaired(flipped: KnownFragment, others: readonly KnownFragment[]): Promise<boolean> {
  const { bytes, damaged } = await openKnown([flipped, ...others]);
  // A data fragment is read; a parity fragment's block is not, while no data is lost.
  const told = flipped.index >= record.envelope.needed || damaged.has(flipped);
  const lost = (flipped.index + 1) % 8;
  const few = others.filter(({ index }) => index !== lost).slice(0, 5);
  const refused = await refusal(() => openKnown([flipped, ...few]));
  return equalBytes(bytes, content) && told && refused?.code === "too-few-fragments";
}

async function openKnown(
  known: readonly KnownFragment[],
): Promise<{ bytes: Uint8Array; damaged: ReadonlySet<KnownFragment> }> {
  const opened = await openVersion(quick, record.unlocked, record.envelope, known);
  return { bytes: await collect(opened.content()), damaged: opened.damaged };
}
