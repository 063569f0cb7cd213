// Charts that the core makes, with forks and other ways to their secrets than the word, read by the decoder.
import {
  allowStanding,
  appendLink,
  beginEpoch,
  type Change,
  type Chart,
  createChart,
  createIdentity,
  encodeChart,
  extendChart,
  formatIdentityFile,
  type Identity,
  releaseShare,
  removeMember,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  setEscrow,
  setLabel,
  setMember,
  type UnlockedChart,
  type VersionChange,
  Word,
} from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { hex } from "./bytes.ts";
import { readChart } from "./chart.ts";
import type { Chart as DecodedChart } from "./chart-state.ts";
import { openIdentity } from "./identity.ts";
import { openEscrow, openStanding, readLabel } from "./unlocking.ts";

const engine = createEngine();
const TIME = 1_700_000_000_000;

let owner: Identity;
let ben: Identity;
let cleo: Identity;
let base: UnlockedChart;
beforeAll(async () => {
  [owner, ben, cleo] = (await Promise.all([1, 2, 3].map(() => createIdentity(engine)))) as [
    Identity,
    Identity,
    Identity,
  ];
  const members = [
    { recipient: owner.recipient, rights: RIGHT_READ },
    { recipient: ben.recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE },
    { recipient: cleo.recipient, rights: RIGHT_READ | RIGHT_WRITE },
  ];
  base = await createChart(engine, { owner, members, time: TIME }, new Word("adk21937"));
});

const step = (signer: Identity) => ({ signer, time: TIME });
const decoded = async (identity: Identity) =>
  openIdentity(await formatIdentityFile(engine, identity), undefined);

function version({ state }: Chart, record: number, number: number): VersionChange {
  const id = new Uint8Array(16).fill(record);
  return {
    type: "version",
    record: id,
    version: new Uint8Array(16).fill(number),
    parent: state.records.get(hex(id))?.versions.at(-1)?.version ?? new Uint8Array(16),
    epoch: state.epochs.at(-1)!.number,
    suite: 1,
    total: 8,
    needed: 6,
    envelopeHash: new Uint8Array(32).fill(number),
  };
}

const add = async (to: UnlockedChart, signer: Identity, ...changes: Change[]): Promise<UnlockedChart> => ({
  ...to,
  chart: await appendLink(engine, to.chart, { ...step(signer), changes }),
});

const join = async (...charts: UnlockedChart[]): Promise<UnlockedChart> => ({
  ...charts[0]!,
  chart: await extendChart(
    engine,
    undefined,
    charts.flatMap(({ chart }) => chart.links),
  ),
});

const byText = (left: unknown, right: unknown): number => (String(left) < String(right) ? -1 : 1);

/** What two readers of a document must agree on. */
const ofCore = ({ state }: Chart) => ({
  members: [...state.members].map(([id, { rights }]) => [id, rights]).toSorted(byText),
  everMembers: [...state.everMembers.keys()].toSorted(byText),
  epochs: state.epochs.map(({ number, lock, wraps }) => [
    number,
    hex(lock),
    [...wraps.keys()].toSorted(byText),
  ]),
  stale: state.stale,
  records: [...state.records]
    .map(([id, { versions }]) => [id, versions.map((each) => [hex(each.version), each.erased])])
    .toSorted(byText),
  grants: state.grants.length,
  standing: [...state.standing]
    .flatMap(([id, held]) => [...held.keys()].map((epoch) => `${id}/${epoch}`))
    .toSorted(byText),
  escrows: [...state.escrows.keys()].toSorted(byText),
  planned: state.escrowPlan !== undefined,
  label: state.label && [state.label.epoch, hex(state.label.box)],
});
const ofDecoder = (chart: DecodedChart) => ({
  members: [...chart.members].map(([id, { rights }]) => [id, rights]).toSorted(byText),
  everMembers: [...chart.everMembers.keys()].toSorted(byText),
  epochs: [...chart.epochs.values()].map(({ number, lock, wraps }) => [
    number,
    hex(lock),
    [...wraps.keys()].toSorted(byText),
  ]),
  stale: chart.stale,
  records: [...chart.records]
    .map(([id, versions]) => [id, versions.map((each) => [hex(each), chart.versions.get(hex(each))!.erased])])
    .toSorted(byText),
  grants: chart.grants.size,
  standing: [...chart.standing.keys()].toSorted(byText),
  escrows: [...chart.escrows.keys()].toSorted(byText),
  planned: chart.escrowPlan !== undefined,
  label: chart.label && [chart.label.epoch, hex(chart.label.box)],
});

describe("forks", () => {
  test("come to the same with both readers, at the heads and merged, however they cross", async () => {
    const standing = { recipient: ben.recipient, until: TIME + 1 };
    const start = await allowStanding(
      engine,
      await add(base, cleo, version(base.chart, 1, 11)),
      standing,
      step(owner),
    );
    const one = await add(
      await setLabel(engine, start, "one", step(owner)),
      ben,
      version(start.chart, 1, 12),
    );
    const erased = {
      type: "tombstone",
      record: new Uint8Array(16).fill(1),
      version: new Uint8Array(16),
    } as const;
    const two = await beginEpoch(engine, await add(start, owner, erased), step(cleo));
    const three = await removeMember(engine, start, ben.recipient.member, step(owner));
    const plan = { officers: [owner.recipient, cleo.recipient], threshold: 2 };
    const four = await setEscrow(engine, await beginEpoch(engine, start, step(ben)), plan, step(ben));
    const member = { recipient: cleo.recipient, rights: RIGHT_READ };
    const five = await setMember(engine, start, member, step(ben));
    const all = [one, two, three, four, five];
    const crossed: UnlockedChart[] = [];
    for (const left of all) {
      for (const right of all) {
        const both = await join(left, right);
        crossed.push(both);
        if (left !== right) crossed.push(await add(both, owner), await beginEpoch(engine, both, step(owner)));
      }
    }
    crossed.push(
      await join(...all),
      await add(await join(...all), owner),
      await join(crossed[1]!, crossed[10]!),
    );
    for (const { chart } of crossed) expect(ofDecoder(readChart(encodeChart(chart)))).toEqual(ofCore(chart));
  });
});

describe("without the word", () => {
  test("a standing unlock opens what it opens to the core, until its date, and the label with it", async () => {
    const standing = { recipient: ben.recipient, until: TIME + 1 };
    const allowed = await beginEpoch(
      engine,
      await allowStanding(engine, base, standing, step(owner)),
      step(cleo),
    );
    const named = await setLabel(engine, allowed, "Zoë", step(owner));
    const chart = readChart(encodeChart(named.chart));
    for (const [epoch, secrets] of named.epochs)
      expect(await openStanding(chart, epoch, await decoded(ben), TIME)).toEqual({ ...secrets, n: 8 });
    const newest = [...named.epochs.keys()].at(-1)!;
    await expect(openStanding(chart, newest, await decoded(ben), TIME + 1)).rejects.toThrow(
      "no standing unlock",
    );
    await expect(openStanding(chart, newest, await decoded(cleo), TIME)).rejects.toThrow(
      "no standing unlock",
    );
    expect(readLabel(chart, await openStanding(chart, newest, await decoded(ben), TIME))).toBe("Zoë");
  });

  test("two of three officers open every epoch, one of them none", async () => {
    const officers = [owner, ben, cleo];
    const plan = { officers: officers.map(({ recipient }) => recipient), threshold: 2 };
    const held = await beginEpoch(engine, await setEscrow(engine, base, plan, step(owner)), step(cleo));
    const opener = await createIdentity(engine);
    const release = { opener: opener.recipient, reason: "an emergency" };
    const releases = await Promise.all(
      officers.map((officer) => releaseShare(engine, held.chart, officer, release)),
    );
    const chart = readChart(encodeChart(held.chart));
    for (const [epoch, secrets] of held.epochs) {
      for (const left of [0, 1, 2]) {
        const two = releases.toSpliced(left, 1);
        expect(await openEscrow(chart, epoch, await decoded(opener), two)).toEqual({ ...secrets, n: 8 });
      }
      const one = [releases[0]!, releases[0]!];
      await expect(openEscrow(chart, epoch, await decoded(opener), one)).rejects.toThrow("1 of 2 shares");
    }
  });
});
