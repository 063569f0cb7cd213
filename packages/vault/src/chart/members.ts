import {
  beginEpoch,
  ChirographError,
  currentEpoch,
  fromHex,
  type Recipient,
  removeMember,
  setMember,
  shareRecord,
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

/** Takes a member out; in the same commit a new epoch begins, if this client can begin one. */
export function revokeMember(session: ChartSession, member: Uint8Array): Promise<{ epochBegun: boolean }> {
  const { engine } = session.parts;
  return closing(session, (unlocked) => removeMember(engine, unlocked, member, session.step()));
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

/** Does what makes the epoch stale, and begins the next one at once where that is possible. */
export async function closing(session: ChartSession, edit: Edit): Promise<{ epochBegun: boolean }> {
  let epochBegun = false;
  await session.change(async (unlocked) => {
    const edited = await edit(unlocked);
    const next = edited.chart.state.stale ? await begunIfPossible(session, edited) : edited;
    epochBegun = currentEpoch(next.chart.state) !== currentEpoch(edited.chart.state);
    return next;
  });
  return { epochBegun };
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
