import { beforeAll, describe, expect, test } from "vitest";
import { RIGHT_READ, RIGHT_WRITE } from "../../src/chart/change.ts";
import { extendChart } from "../../src/chart/document.ts";
import { beginEpoch, removeMember, setMember, shareRecord } from "../../src/chart/edit.ts";
import { setEscrow } from "../../src/chart/escrow.ts";
import { openByEscrow, releaseShare } from "../../src/chart/escrow-release.ts";
import { allowStanding, unlockStanding } from "../../src/chart/standing.ts";
import type { UnlockedChart } from "../../src/chart/unlock.ts";
import type { Identity } from "../../src/identity/identity.ts";
import {
  addLink,
  ALL_RIGHTS,
  expectRefused,
  makeChart,
  openFrom,
  pattern,
  people,
  quick,
  type SealedRecord,
  sealInto,
  TIME,
  unlock,
} from "./support.ts";

const content = pattern(500);

let persons: Record<"owner" | "former" | "accomplice" | "reader", Identity>;
/** As the former manager knew it, from before he was removed. */
let known: UnlockedChart;
/** Without him, in an epoch that he has no key of. */
let main: SealedRecord;

beforeAll(async () => {
  persons = await people("owner", "former", "accomplice", "reader");
  const { owner, former, reader } = persons;
  known = await makeChart(quick, owner, [
    { identity: former, rights: ALL_RIGHTS },
    { identity: reader, rights: RIGHT_READ | RIGHT_WRITE },
  ]);
  const removed = await removeMember(quick, known, former.recipient.member, by(owner));
  main = await sealInto(quick, await beginEpoch(quick, removed, by(owner)), owner, content);
});

const by = (signer: Identity): { signer: Identity; time: number } => ({ signer, time: TIME });

/** Both branches, as the owner has them who reads every epoch that is wrapped to him. */
async function meet(branch: UnlockedChart, other: UnlockedChart = main.unlocked): Promise<UnlockedChart> {
  const chart = await extendChart(quick, other.chart, branch.chart.links);
  return unlock(quick, { ...other, chart }, persons.owner);
}

/** What the owner seals once he has found the branches. */
async function sealNext(found: UnlockedChart): Promise<SealedRecord> {
  await expectRefused(() => sealInto(quick, found, persons.owner, content), "not-permitted");
  return sealInto(quick, await beginEpoch(quick, found, by(persons.owner)), persons.owner, content);
}

describe("a former manager who goes on from the last link that he could sign", () => {
  test("and adds himself, an accomplice and an epoch reads nothing that is sealed since", async () => {
    const { former, accomplice } = persons;
    let branch = await setMember(
      quick,
      known,
      { recipient: accomplice.recipient, rights: ALL_RIGHTS },
      by(former),
    );
    branch = await setMember(quick, branch, { recipient: former.recipient, rights: ALL_RIGHTS }, by(former));
    branch = await beginEpoch(quick, branch, by(former));
    const next = await sealNext(await meet(branch));
    for (const identity of [former, accomplice]) {
      const opened = await unlock(quick, next.unlocked, identity);
      for (const each of [main, next])
        await expectRefused(() => openFrom(quick, opened, each.envelope, each.fragments), "not-for-you");
    }
    const reads = await unlock(quick, next.unlocked, persons.reader);
    expect(await openFrom(quick, reads, next.envelope, next.fragments)).toStrictEqual(content);
  });

  test("and names officers of his own has them asked for no later epoch", async () => {
    const { former, accomplice, owner } = persons;
    const officers = [former.recipient, accomplice.recipient];
    const branch = await setEscrow(quick, known, { officers, threshold: 2 }, by(former));
    const next = await sealNext(await meet(branch));
    const releases = await Promise.all(
      [former, accomplice].map((officer) =>
        releaseShare(quick, next.unlocked.chart, officer, { opener: former.recipient, reason: "" }),
      ),
    );
    const opened = await openByEscrow(quick, next.unlocked.chart, former, releases);
    expect([...opened.epochs.keys()]).toStrictEqual([1]);
    await expectRefused(() => openFrom(quick, opened, next.envelope, next.fragments), "not-for-you");
    expect((await unlock(quick, next.unlocked, owner)).epochs.size).toBe(3);
  });

  test("and gives himself a standing unlock or a record has neither", async () => {
    const { former, accomplice, owner } = persons;
    const early = await sealInto(quick, known, owner, content);
    const share = { recipient: accomplice.recipient, record: early.envelope.record, epoch: 1 };
    const until = TIME + 1;
    const standing = await allowStanding(
      quick,
      early.unlocked,
      { recipient: former.recipient, until },
      by(former),
    );
    const branch = await shareRecord(quick, standing, share, by(former));
    const removed = await removeMember(quick, early.unlocked, former.recipient.member, by(owner));
    const next = await sealNext(await meet(branch, removed));
    expect(next.unlocked.chart.state.grants).toStrictEqual([]);
    await expectRefused(() => unlockStanding(quick, next.unlocked.chart, former, TIME), "not-for-you");
    await expectRefused(() => unlock(quick, next.unlocked, accomplice), "not-for-you");
  });

  test("stays without rights after the merge, and whenever he does it again", async () => {
    const { former, accomplice } = persons;
    const change = { type: "member", recipient: accomplice.recipient, rights: ALL_RIGHTS } as const;
    const branch = await addLink(quick, known, former, change);
    const merged = await addLink(quick, await meet(branch), persons.owner);
    const again = await meet(await addLink(quick, branch, accomplice, change), merged);
    for (const chart of [merged, again]) {
      for (const signer of [former, accomplice])
        await expectRefused(() => addLink(quick, chart, signer, change), "not-permitted");
    }
  });

  test("can take members away until somebody sees it (a documented limit)", async () => {
    const { former, reader } = persons;
    const branch = await removeMember(quick, known, reader.recipient.member, by(former));
    const found = await meet(branch);
    expect(found.chart.state.members.size).toBe(1);
    const back = await setMember(
      quick,
      found,
      { recipient: reader.recipient, rights: RIGHT_READ },
      by(persons.owner),
    );
    expect((await unlock(quick, back, reader)).epochs).toStrictEqual(back.epochs);
  });
});
