import { beforeAll, describe, expect, test } from "vitest";
import { type EscrowChange, RIGHT_MANAGE, RIGHT_READ, RIGHT_WRITE } from "../src/chart/change.ts";
import { createChart } from "../src/chart/create.ts";
import { appendLink, type Chart, encodeChart, parseChart } from "../src/chart/document.ts";
import { beginEpoch, setMember } from "../src/chart/edit.ts";
import { setEscrow } from "../src/chart/escrow.ts";
import { openByEscrow, readRelease, releaseShare } from "../src/chart/escrow-release.ts";
import { currentEpoch } from "../src/chart/state.ts";
import type { UnlockedChart } from "../src/chart/unlock.ts";
import { compareBytes } from "../src/encoding/bytes.ts";
import { createIdentity, type Identity } from "../src/identity/identity.ts";
import { fingerprint } from "../src/identity/recipient.ts";
import {
  choices,
  flipped,
  makePeople,
  pattern,
  type People,
  quickEngine as engine,
  refusal,
  seeded,
  TIME,
  word,
} from "./fixtures.ts";

const FULL = RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE;

let people: People;
/** Four officers, of whom three are needed. */
let officers: Identity[];
/** Ada's, in escrow; cleo reads and writes. Two epochs. */
let chart: UnlockedChart;
let releases: Uint8Array[];
beforeAll(async () => {
  people = await makePeople();
  const random = seeded(engine, 9);
  officers = await Promise.all([1, 2, 3, 4].map(() => createIdentity(random)));
  officers.sort((left, right) => compareBytes(left.recipient.member, right.recipient.member));
  const members = [
    { recipient: people.ada.recipient, rights: FULL },
    { recipient: people.cleo.recipient, rights: RIGHT_READ | RIGHT_WRITE },
  ];
  const plain = await createChart(engine, { owner: people.ada, members, time: TIME }, word);
  chart = await beginEpoch(engine, await escrow(plain), step(people.cleo));
  releases = await Promise.all(officers.map((officer) => release(chart.chart, officer)));
});

const step = (signer: Identity): { signer: Identity; time: number } => ({ signer, time: TIME });
const escrow = (to: UnlockedChart, threshold = 3, held: readonly Identity[] = officers) =>
  setEscrow(engine, to, { threshold, officers: held.map(({ recipient }) => recipient) }, step(people.ada));
const release = (of: Chart, officer: Identity, opener: Identity = people.dora, reason = "an emergency") =>
  releaseShare(engine, of, officer, { opener: opener.recipient, reason });
const open = async (
  shares: readonly Uint8Array[],
  opener: Identity = people.dora,
  { links }: Chart = chart.chart,
) => openByEscrow(engine, await parseChart(engine, encodeChart({ links })), opener, shares);

describe("an escrow", () => {
  test("opens every epoch with any three of four shares, also what a writer began since", async () => {
    for (const chosen of choices(4, 3)) {
      const opened = await open(chosen.map((index) => releases[index]!));
      expect(opened.epochs).toEqual(chart.epochs);
      expect(opened).toMatchObject({ word: undefined, wordLength: 8, refused: new Map() });
    }
    expect((await open(releases)).epochs.size).toBe(2);
  });

  test("opens nothing with two, however often they come, and says how many are lacking", async () => {
    const few = refusal("too-few-shares");
    for (const chosen of choices(4, 2)) {
      const two = chosen.map((index) => releases[index]!);
      await expect(open([...two, ...two])).rejects.toThrow(few);
    }
    await expect(open([])).rejects.toThrow("3 more");
    await expect(open(releases.slice(0, 2))).rejects.toThrow("1 more");
  });

  test("opens for the one that the shares were released to", async () => {
    await expect(open(releases, people.ben)).rejects.toThrow(refusal("too-few-shares"));
    const stolen = { ...people.ben, recipient: people.dora.recipient };
    await expect(open(releases, stolen)).rejects.toThrow(refusal("too-few-shares"));
  });

  test("names the officer whose share is wrong, and opens without him", async () => {
    const wrong = flipped(releases[0]!, releases[0]!.length - 100);
    await expect(open([wrong, ...releases.slice(1, 3)])).rejects.toThrow(refusal("too-few-shares"));
    expect((await open([wrong, ...releases.slice(1)])).epochs.size).toBe(2);
    // Signed by the officer himself, with a share that is not his.
    const [liar] = officers as [Identity];
    const other = { ...chart.chart, state: { ...chart.chart.state, escrows: new Map() } };
    for (const [epoch, kept] of chart.chart.state.escrows) {
      const changed = kept.officers.map((officer) => ({ ...officer, shareCheck: pattern(32) }));
      other.state.escrows.set(epoch, { ...kept, officers: changed });
    }
    await expect(openByEscrow(engine, other, people.dora, releases)).rejects.toThrow(
      fingerprint(liar.recipient.member),
    );
  });

  test("that was set again takes no share of the one before", async () => {
    const again = await escrow(chart, 2);
    await expect(open(releases, people.dora, again.chart)).rejects.toThrow("2 more");
    const fresh = await Promise.all(officers.slice(2).map((officer) => release(again.chart, officer)));
    expect((await open(fresh, people.dora, again.chart)).epochs).toEqual(chart.epochs);
  });

  test("is of two to all of at most 32 officers, each once", async () => {
    const limits = refusal("out-of-limits");
    for (const threshold of [0, 1, 5]) await expect(escrow(chart, threshold)).rejects.toThrow(limits);
    await expect(escrow(chart, 2, Array<Identity>(33).fill(people.ben))).rejects.toThrow(limits);
    await expect(escrow(chart, 2, [people.ben, people.ben])).rejects.toThrow(refusal("malformed"));
    expect((await escrow(chart, 4)).chart.state.escrowPlan?.threshold).toBe(4);
  });
});

describe("a release", () => {
  test("says for whom and why, and needs no key to be read", async () => {
    const read = await readRelease(engine, chart.chart, releases[0]!);
    expect(read).toMatchObject({
      officer: officers[0]!.recipient.member,
      opener: people.dora.recipient.member,
      reason: "an emergency",
    });
    expect(read.shares.map(({ epoch }) => epoch)).toEqual(
      [...chart.epochs.keys()].toSorted((left, right) => left - right),
    );
  });

  test("is refused with any byte changed, cut short, or with a byte more", async () => {
    const [bytes] = releases as [Uint8Array];
    for (let index = 0; index < bytes.length; index += 53)
      await expect(
        readRelease(engine, chart.chart, flipped(bytes, index)),
        `byte ${index}`,
      ).rejects.toThrow();
    for (let length = 0; length < bytes.length; length += 61)
      await expect(readRelease(engine, chart.chart, bytes.slice(0, length))).rejects.toThrow(
        refusal("malformed"),
      );
    const longer = new Uint8Array([...bytes, 0]);
    await expect(readRelease(engine, chart.chart, longer)).rejects.toThrow(refusal("malformed"));
  });

  test("is an officer's, and short", async () => {
    await expect(release(chart.chart, people.ben)).rejects.toThrow(refusal("not-for-you"));
    const [officer] = officers as [Identity];
    const long = release(chart.chart, officer, people.dora, "x".repeat(1025));
    await expect(long).rejects.toThrow(refusal("out-of-limits"));
    const other = await createChart(engine, { owner: people.ada, members: [], time: TIME }, word);
    await expect(readRelease(engine, other.chart, releases[0]!)).rejects.toThrow(refusal("mismatch"));
    await expect(openByEscrow(engine, other.chart, people.dora, releases)).rejects.toThrow(
      refusal("mismatch"),
    );
  });
});

const attempt = (signer: Identity, to: UnlockedChart, fields: Partial<EscrowChange>): Promise<Chart> => {
  const { signer: _, ...kept } = chart.chart.state.escrows.get(1)!;
  const change: EscrowChange = { type: "escrow", ...kept, ...fields };
  return appendLink(engine, to.chart, { signer, time: TIME, changes: [change] });
};

describe("the rules of escrow", () => {
  const refused = refusal("not-permitted");
  test("an epoch that exists, and a signer who manages and reads", async () => {
    expect((await attempt(people.ada, chart, {})).state.escrows.size).toBe(2);
    await expect(attempt(people.ada, chart, { epoch: 2 })).rejects.toThrow(refused);
    await expect(attempt(people.cleo, chart, {})).rejects.toThrow(refused);
    const manager = { recipient: people.dora.recipient, rights: RIGHT_MANAGE };
    await expect(
      attempt(people.dora, await setMember(engine, chart, manager, step(people.ada)), {}),
    ).rejects.toThrow(refused);
  });

  test("a writer carries on the same officers and no others", async () => {
    const epoch = currentEpoch(chart.chart.state)!.number;
    const without = { ...chart, chart: await parseChart(engine, encodeChart(chart.chart)) };
    // He begins an epoch without the escrow's new change, and may add it later.
    const state = { ...without.chart.state, escrowPlan: undefined };
    const bare = await beginEpoch(
      engine,
      { ...without, chart: { ...without.chart, state } },
      step(people.cleo),
    );
    const parsed = { ...bare, chart: await parseChart(engine, encodeChart(bare.chart)) };
    const begun = currentEpoch(parsed.chart.state)!.number;
    const { officers: held } = chart.chart.state.escrows.get(epoch)!;
    expect(parsed.chart.state.escrows.has(begun)).toBe(false);
    expect((await attempt(people.cleo, parsed, { epoch: begun })).state.escrows.has(begun)).toBe(true);
    await expect(attempt(people.cleo, parsed, { epoch: begun, threshold: 2 })).rejects.toThrow(refused);
    await expect(attempt(people.cleo, parsed, { epoch: begun, officers: held.slice(1) })).rejects.toThrow(
      refused,
    );
  });

  test("officers ascending, enough of them", async () => {
    const { officers: held } = chart.chart.state.escrows.get(1)!;
    const turned = attempt(people.ada, chart, { officers: held.toReversed() });
    await expect(turned).rejects.toThrow(refusal("malformed"));
    for (const threshold of [0, 1, 5])
      await expect(attempt(people.ada, chart, { threshold })).rejects.toThrow(refusal("out-of-limits"));
  });
});
