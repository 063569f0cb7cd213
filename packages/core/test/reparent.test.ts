import { beforeAll, describe, expect, it } from "vitest";
import { createChart } from "../src/chart/create.ts";
import { appendLink } from "../src/chart/document.ts";
import { eraseRecord } from "../src/chart/edit.ts";
import { unlockChart } from "../src/chart/unlock.ts";
import { parseEnvelope } from "../src/envelope/envelope.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import { openVersion } from "../src/record/open.ts";
import { reparentVersion } from "../src/record/reparent.ts";
import { sealVersion } from "../src/record/seal.ts";
import {
  Bag,
  gather,
  makePeople,
  oneFile,
  pattern,
  type People,
  quickEngine as engine,
  TIME,
  word,
} from "./fixtures.ts";

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

describe("a version that somebody else's has overtaken", () => {
  it("stands behind it once it is signed again, and opens as it was sealed", async () => {
    const { ada } = people;
    const members = [{ recipient: ada.recipient, rights: 7 }];
    const empty = await createChart(engine, { owner: ada, members, time: TIME }, word);
    const step = { signer: ada, time: TIME };
    const plan = { author: ada, suite: "aes-128", tolerate: 2, padded: true, time: TIME } as const;
    const first = await sealVersion(engine, empty, { ...plan, content: oneFile(pattern(10)) }, new Bag());
    const { record } = first.envelope;
    const bag = new Bag();
    const late = await sealVersion(engine, empty, { ...plan, record, content: oneFile(pattern(2000)) }, bag);

    const overtaken = await appendLink(engine, empty.chart, { ...step, changes: [first.change] });
    await expect(appendLink(engine, overtaken, { ...step, changes: [late.change] })).rejects.toThrow();
    const { envelope, change } = await reparentVersion(engine, late.envelope, first.envelope.version, ada);
    expect(await parseEnvelope(engine, envelope.bytes)).toEqual(envelope);
    const chart = await appendLink(engine, overtaken, { ...step, changes: [change] });
    const unlocked = await unlockChart(engine, chart, ada, word);
    if (envelope.profile !== "locked") throw new Error("not locked");
    const { known } = await surveyFragments(engine, envelope, bag.files());
    const opened = await openVersion(engine, unlocked, envelope, known);
    expect(await gather(opened.content())).toEqual(pattern(2000));
    const erased = await eraseRecord(engine, unlocked, { record }, step);
    await expect(openVersion(engine, erased, envelope, known)).rejects.toMatchObject({ code: "erased" });
  });
});
