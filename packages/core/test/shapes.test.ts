import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { sealFolder } from "../src/folder/seal.ts";
import { parseEnvelopeFile } from "../src/folder/envelope-file.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import { unlockChart } from "../src/chart/unlock.ts";
import type { Identity } from "../src/identity/identity.ts";
import { type OpenedVersion, openVersion } from "../src/record/open.ts";
import { generateWord } from "../src/word/generate.ts";
import type { Word } from "../src/word/rules.ts";
import { Bag, engine, gather, makePeople, oneFile, pattern, quickEngine, refusal, TIME } from "./fixtures.ts";

const RUNS = 25;

let ada: Identity;
beforeAll(async () => {
  ({ ada } = await makePeople());
});

/** n, T, a length, and an order in which fragments get lost. */
const shapes = fc.integer({ min: 8, max: 64 }).chain((total) =>
  fc.record({
    total: fc.constant(total),
    tolerate: fc.integer({ min: 0, max: total - 2 }),
    bytes: fc.integer({ min: 0, max: 40_000 }),
    losses: fc.shuffledSubarray(
      Array.from({ length: total }, (_, index) => index),
      { minLength: total, maxLength: total },
    ),
  }),
);

test("any T of n fragments may be lost, n from 8 to 64 and T from 0 to n − 2, and not one more", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ total, tolerate, bytes, losses }) => {
      const word = generateWord(engine, total);
      const content = pattern(bytes);
      const bag = new Bag();
      const how = { profile: "locked", suite: "aes-128", padded: bytes % 2 === 0, tolerate } as const;
      const plan = { readers: [ada.recipient], word, time: TIME, content: oneFile(content), how };
      const { envelopeFile } = await sealFolder(quickEngine, plan, bag);

      const opened = await open(envelopeFile, word, bag, losses.slice(0, tolerate));
      expect(await gather(opened.content())).toEqual(content);

      const missing = losses.slice(0, tolerate + 1);
      await expect(open(envelopeFile, word, bag, missing)).rejects.toThrow(refusal("too-few-fragments"));
      await expect(open(envelopeFile, word, bag, missing)).rejects.toMatchObject({
        missing: missing.toSorted((left, right) => left - right),
      });
    }),
    { numRuns: RUNS },
  );
});

async function open(
  envelopeFile: Uint8Array,
  word: Word,
  bag: Bag,
  lost: readonly number[],
): Promise<OpenedVersion> {
  const { chart, envelope } = await parseEnvelopeFile(quickEngine, envelopeFile);
  if (envelope.profile !== "locked") throw new Error("sealed as something else");
  const files = bag.files().filter((_, index) => !lost.includes(index));
  const { known } = await surveyFragments(quickEngine, envelope, files);
  return openVersion(quickEngine, await unlockChart(quickEngine, chart, ada, word), envelope, known);
}
