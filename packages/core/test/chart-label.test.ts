import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_READ, RIGHT_WRITE } from "../src/chart/change.ts";
import { openLabel, setLabel } from "../src/chart/chart-label.ts";
import { createChart } from "../src/chart/create.ts";
import { appendLink, type Chart, encodeChart, parseChart } from "../src/chart/document.ts";
import { beginEpoch } from "../src/chart/edit.ts";
import { type UnlockedChart, unlockChart } from "../src/chart/unlock.ts";
import type { Identity } from "../src/identity/identity.ts";
import {
  flipped,
  makePeople,
  pattern,
  type People,
  quickEngine as engine,
  refusal,
  TIME,
  word,
} from "./fixtures.ts";

let people: People;
/** Ada's; cleo reads and writes. */
let chart: UnlockedChart;
beforeAll(async () => {
  people = await makePeople();
  const members = [
    { recipient: people.ada.recipient, rights: RIGHT_READ },
    { recipient: people.cleo.recipient, rights: RIGHT_READ | RIGHT_WRITE },
  ];
  chart = await createChart(engine, { owner: people.ada, members, time: TIME }, word);
});

const step = (signer: Identity): { signer: Identity; time: number } => ({ signer, time: TIME });
const named = (text: string, to = chart): Promise<UnlockedChart> =>
  setLabel(engine, to, text, step(people.ada));

describe("a chart's label", () => {
  test.each(["", "Ada Lovelace", "Zoë", "日".repeat(341), "x".repeat(1024)])(
    "%j comes back",
    async (text) => {
      const { chart: document } = await named(text);
      const parsed = await parseChart(engine, encodeChart(document));
      expect(await openLabel(engine, await unlockChart(engine, parsed, people.cleo, word))).toBe(
        text.normalize("NFC"),
      );
    },
  );

  test("is absent until it is set, replaced by the next, and hides its length", async () => {
    expect(await openLabel(engine, chart)).toBeUndefined();
    const [short, long] = [await named("A"), await named("A".repeat(200))];
    expect(short.chart.state.label!.box).toHaveLength(long.chart.state.label!.box.length);
    expect(await openLabel(engine, await named("B", short))).toBe("B");
  });

  test("goes on into an epoch that a manager begins, and stays under the old one otherwise", async () => {
    const before = await named("Ada");
    const byOwner = await beginEpoch(engine, before, step(people.ada));
    expect(byOwner.chart.state.label!.epoch).toBe(byOwner.chart.state.epochs[1]!.number);
    const byWriter = await beginEpoch(engine, before, step(people.cleo));
    expect(byWriter.chart.state.label!.epoch).toBe(1);
    for (const each of [byOwner, byWriter]) expect(await openLabel(engine, each)).toBe("Ada");
    const onlyNew = { ...byWriter, epochs: new Map([...byWriter.epochs].slice(1)) };
    expect(await openLabel(engine, onlyNew)).toBeUndefined();
  });

  test("is a manager's, of an epoch that exists, and short", async () => {
    await expect(setLabel(engine, chart, "x", step(people.cleo))).rejects.toThrow(refusal("not-permitted"));
    await expect(named("x".repeat(1025))).rejects.toThrow(refusal("out-of-limits"));
    const box = (await named("x")).chart.state.label!.box;
    const attempt = (epoch: number, sealed: Uint8Array<ArrayBuffer>): Promise<Chart> =>
      appendLink(engine, chart.chart, {
        signer: people.ada,
        time: TIME,
        changes: [{ type: "label", epoch, box: sealed }],
      });
    await expect(attempt(2, box)).rejects.toThrow(refusal("not-permitted"));
    for (const bytes of [0, 327, 1161])
      await expect(attempt(1, pattern(bytes))).rejects.toThrow(refusal("out-of-limits"));
    const spoilt = await attempt(1, flipped(box, 80));
    const lie = refusal("inconsistent-author");
    await expect(openLabel(engine, { ...chart, chart: spoilt })).rejects.toThrow(lie);
    // It keeps no epoch from beginning.
    expect((await beginEpoch(engine, { ...chart, chart: spoilt }, step(people.ada))).epochs.size).toBe(2);
  });
});
