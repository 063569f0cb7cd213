import {
  beginEpoch,
  ChirographError,
  currentEpoch,
  fromHex,
  type Recipient,
  removeMember,
  setMember,
  shareRecord,
  toHex,
  type UnlockedChart,
  withdrawRecord,
} from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { ChartSession, Edit } from "./session.ts";

/** Adds a member, or changes the rights of one. */
export function shareChart(session: ChartSession, recipient: Recipient, rights: number): Promise<void> {
  const { engine } = session.parts;
  return session.change((unlocked) => setMember(engine, unlocked, { recipient, rights }, session.step()));
}

/**
 * Takes a member out; in the same commit a new epoch begins, if this client can begin one. One who was a member when this
 * was asked, and whom somebody else has removed by then, is out.
 */
export function revokeMember(session: ChartSession, member: Uint8Array): Promise<{ epochBegun: boolean }> {
  const { engine } = session.parts;
  const isMember = ({ chart }: UnlockedChart): boolean => chart.state.members.has(toHex(member));
  const wasMember = isMember(session.unlocked);
  return closing(session, async (unlocked) =>
    wasMember && !isMember(unlocked) ? unlocked : removeMember(engine, unlocked, member, session.step()),
  );
}

/** Shares one record: all its versions, of whatever epoch. */
export function shareOneRecord(session: ChartSession, recipient: Recipient, record: Id): Promise<void> {
  const { engine } = session.parts;
  return session.change(async (unlocked) => {
    const { versions, record: id } = requireRecord(unlocked, record);
    const epochs = new Set(versions.filter(({ erased }) => !erased).map(({ epoch }) => epoch));
    if (epochs.size === 0) throw new ChirographError("erased", "The record was erased.");
    let shared = unlocked;
    for (const epoch of epochs) {
      shared = await shareRecord(engine, shared, { recipient, record: id, epoch }, session.step());
    }
    return shared;
  });
}

export function revokeOneRecord(
  session: ChartSession,
  member: Uint8Array,
  record: Id,
): Promise<{ epochBegun: boolean }> {
  const { engine } = session.parts;
  return closing(session, (unlocked) =>
    withdrawRecord(
      engine,
      unlocked,
      { member, record: requireRecord(unlocked, record).record },
      session.step(),
    ),
  );
}

/** @throws VaultError `unknown` */
export function requireRecord({ chart }: UnlockedChart, record: Id): UnlockedRecord {
  const known = fromHex(record) === null ? undefined : chart.state.records.get(record);
  if (known === undefined) throw new VaultError("unknown", "The chart has no such record.");
  return known;
}

type UnlockedRecord = NonNullable<ReturnType<UnlockedChart["chart"]["state"]["records"]["get"]>>;

/**
 * Does what makes the epoch stale, and begins the next one at once where that is possible.
 * @returns whether there is another epoch than before, and no former reader knows its keys
 */
export async function closing(session: ChartSession, edit: Edit): Promise<{ epochBegun: boolean }> {
  const before = epochOf(session.unlocked);
  let epochBegun = false;
  await session.change(async (unlocked) => {
    const edited = await edit(unlocked);
    const next = edited.chart.state.stale ? await begunIfPossible(session, edited) : edited;
    epochBegun = !next.chart.state.stale && epochOf(next) !== before;
    return next;
  });
  return { epochBegun };
}

function epochOf({ chart }: UnlockedChart): number | undefined {
  return currentEpoch(chart.state)?.number;
}

/** Whoever may manage and not write, or has no word here, leaves it to the next who writes. */
async function begunIfPossible(session: ChartSession, unlocked: UnlockedChart): Promise<UnlockedChart> {
  try {
    return await beginEpoch(session.parts.engine, unlocked, session.step());
  } catch (error) {
    const mayNot = ["not-permitted", "word-needed", "not-for-you"];
    if (error instanceof ChirographError && mayNot.includes(error.code)) return unlocked;
    throw error;
  }
}
