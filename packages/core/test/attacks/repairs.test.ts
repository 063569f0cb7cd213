import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_READ } from "../../src/chart/change.ts";
import { createChart } from "../../src/chart/create.ts";
import { appendLink, type Chart } from "../../src/chart/document.ts";
import { beginEpoch, removeMember, rewrapReader, setMember, shareRecord } from "../../src/chart/edit.ts";
import { requireWord, type UnlockedChart, unlockChart } from "../../src/chart/unlock.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { createIdentity, type Identity } from "../../src/identity/identity.ts";
import { sealVersion } from "../../src/record/seal.ts";
import { ALL_RIGHTS, contentOf, engine, pattern, quick, TIME, WORD } from "./support.ts";

let owner: Identity;
let reader: Identity;
let chart: UnlockedChart;
const step = (): { signer: Identity; time: number } => ({ signer: owner, time: TIME });

beforeAll(async () => {
  owner = await createIdentity(engine);
  reader = await createIdentity(engine);
  const members = [{ recipient: owner.recipient, rights: ALL_RIGHTS }];
  chart = await createChart(quick, { owner, members, time: TIME }, WORD);
});

describe("a spoilt wrap", () => {
  test("by a manager shuts a new reader out, until somebody wraps again", async () => {
    const joined = await setMember(quick, chart, { recipient: reader.recipient, rights: RIGHT_READ }, step());
    const spoilt = await spoilWrap(joined.chart, reader);
    await expect(unlockChart(quick, spoilt, reader, WORD)).rejects.toMatchObject({ code: "not-for-you" });

    const mended = await rewrapReader(quick, { ...joined, chart: spoilt }, reader.recipient, step());
    expect((await unlockChart(quick, mended.chart, reader, WORD)).epochs.size).toBe(1);
  });
});

describe("epochs without end", () => {
  test("each with an Argon2 of its own, cost at most eight of them, and the newest epochs open", async () => {
    let grown = chart;
    for (let count = 0; count < 12; count++) {
      const word = requireWord(grown);
      const settings = { ...word.settings, salt: engine.randomBytes(16) };
      const key = await quick.argon2id({ password: WORD.bytes(), ...settings, lengthBytes: 32 });
      grown = await beginEpoch(quick, { ...grown, word: { ...word, settings, key } }, step());
    }
    let guesses = 0;
    const counting = {
      ...quick,
      argon2id: (request: Parameters<typeof quick.argon2id>[0]) => {
        guesses++;
        return quick.argon2id(request);
      },
    };
    const opened = await unlockChart(counting, grown.chart, owner, WORD);
    expect(guesses).toBe(8);
    expect([...opened.epochs.keys()]).toEqual(grown.chart.state.epochs.slice(5).map(({ number }) => number));
    expect(opened.refused.get(1)?.code).toBe("out-of-limits");
  });
});

describe("a member who is removed", () => {
  test("loses what was granted to him record by record as well", async () => {
    const sink = { open: async () => {}, write: async () => {} };
    const plan = { author: owner, suite: "aes-128", tolerate: 2, padded: true, time: TIME } as const;
    const sealed = await sealVersion(quick, chart, { ...plan, content: contentOf(pattern(9)) }, sink);
    const committed = await appendLink(quick, chart.chart, { ...step(), changes: [sealed.change] });
    const { record } = sealed.envelope;

    const writer = { recipient: reader.recipient, rights: 2 };
    const joined = await setMember(quick, { ...chart, chart: committed }, writer, step());
    const granted = await shareRecord(
      quick,
      joined,
      { recipient: reader.recipient, record, epoch: 1 },
      step(),
    );
    expect(granted.chart.state.grants.map((grant) => toHex(grant.record))).toEqual([toHex(record)]);

    const removed = await removeMember(quick, granted, reader.recipient.member, step());
    expect(removed.chart.state.grants).toEqual([]);
    expect(removed.chart.state.stale).toBe(true);
    await expect(unlockChart(quick, removed.chart, reader, WORD)).rejects.toMatchObject({
      code: "not-for-you",
    });
  });
});

/** The chart with the reader's wrap replaced by one of the right length that opens for nobody. */
async function spoilWrap(joined: Chart, { recipient }: Identity): Promise<Chart> {
  const { member } = recipient;
  const wrap = { member, encapsulated: engine.randomBytes(1120), ciphertext: engine.randomBytes(80) };
  return appendLink(quick, joined, { ...step(), changes: [{ type: "wrap", epoch: 1, wrap }] });
}
