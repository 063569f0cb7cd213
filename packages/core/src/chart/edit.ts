import type { Engine } from "@chirograph/engine/interface";
import { type Argon2Cost, LOWEST_COST } from "../argon2.ts";
import { compareBytes, concatAll, equalBytes, toHex } from "../encoding/bytes.ts";
import { ChirographError, notForYou } from "../error.ts";
import type { Signer } from "../identity/identity.ts";
import type { Recipient } from "../identity/recipient.ts";
import { NO_ID } from "../ids.ts";
import type { Word } from "../word/rules.ts";
import { type Change, RIGHT_READ, type WordChange, type WrapChange } from "./change.ts";
import { epochChange, newEpochSecrets, stretchNewWord, wrapEpoch } from "./create.ts";
import { appendLink } from "./document.ts";
import { sealLock } from "./lock.ts";
import { readersOf } from "./rules.ts";
import { deriveReaderSecret } from "./secrets.ts";
import type { UnlockedChart } from "./unlock.ts";
import { wrapFor } from "./wrap.ts";

/** Who does something to a chart, and when. */
export interface Step {
  readonly signer: Signer;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
}

/** Adds a member, or changes the rights of one. A new reader gets the keys of every epoch that is unlocked here. */
export async function setMember(
  engine: Engine,
  unlocked: UnlockedChart,
  member: { recipient: Recipient; rights: number },
  step: Step,
): Promise<UnlockedChart> {
  const { epochs } = unlocked.chart.state;
  const id = toHex(member.recipient.member);
  const reads = (member.rights & RIGHT_READ) !== 0;
  const lacking = [...unlocked.epochs.keys()].filter((epoch) => reads && !epochs[epoch - 1]!.wraps.has(id));
  const wraps = await wrapEpochs(engine, unlocked, member.recipient, lacking, step);
  return append(engine, unlocked, step, [{ type: "member", ...member }, ...wraps]);
}

/** Wraps the keys of every epoch that is unlocked here to a reader once more, in place of wraps that do not open. */
export async function rewrapReader(
  engine: Engine,
  unlocked: UnlockedChart,
  recipient: Recipient,
  step: Step,
): Promise<UnlockedChart> {
  const wraps = await wrapEpochs(engine, unlocked, recipient, [...unlocked.epochs.keys()], step);
  return append(engine, unlocked, step, wraps);
}

function wrapEpochs(
  engine: Engine,
  unlocked: UnlockedChart,
  recipient: Recipient,
  epochs: readonly number[],
  { signer }: Step,
): Promise<WrapChange[]> {
  return Promise.all(
    epochs.map(async (epoch) => {
      const place = { chart: unlocked.chart.state.chart, epoch };
      const secrets = unlocked.epochs.get(epoch)!;
      const wrap = await wrapEpoch(engine, recipient, { place, signer: signer.signing, secrets });
      return { type: "wrap", epoch, wrap } as const;
    }),
  );
}

/**
 * Takes a member away, and with him what was granted to him record by record. What he read he may have kept; new
 * versions are closed to him as soon as somebody begins a new epoch, which the next version needs anyway.
 */
export function removeMember(
  engine: Engine,
  unlocked: UnlockedChart,
  member: Uint8Array,
  step: Step,
): Promise<UnlockedChart> {
  const granted = unlocked.chart.state.grants.filter((grant) => equalBytes(grant.recipient.member, member));
  const records = new Map(granted.map(({ record }) => [toHex(record), record]));
  const withdrawals = Array.from(
    records.values(),
    (record) => ({ type: "withdraw", record, member }) as const,
  );
  return append(engine, unlocked, step, [{ type: "remove", member }, ...withdrawals]);
}

/** Fresh keys for everyone who is a reader now. */
export async function beginEpoch(
  engine: Engine,
  unlocked: UnlockedChart,
  step: Step,
): Promise<UnlockedChart> {
  const { state } = unlocked.chart;
  const secrets = newEpochSecrets(engine);
  const number = state.epochs.length + 1;
  const change = await epochChange(engine, {
    chart: state.chart,
    number,
    readers: readersOf(state).map(({ recipient }) => recipient),
    signer: step.signer.signing,
    secrets,
    word: unlocked.word,
  });
  const next = await append(engine, unlocked, step, [change]);
  return { ...next, epochs: new Map(next.epochs).set(number, secrets) };
}

/**
 * Puts every epoch that is unlocked here under another word. The old word keeps opening for whoever kept the old
 * chart document; a different length counts from the next version on.
 */
export async function changeWord(
  engine: Engine,
  unlocked: UnlockedChart,
  word: Word,
  step: Step,
  cost: Argon2Cost = LOWEST_COST,
): Promise<UnlockedChart> {
  const { state } = unlocked.chart;
  const stretched = await stretchNewWord(engine, word, cost);
  const changes: WordChange[] = [];
  for (const [epoch, { guardKey, chartSecret }] of unlocked.epochs) {
    const lock = await sealLock(engine, { chart: state.chart, epoch, guardKey }, stretched, chartSecret);
    changes.push({ type: "word", epoch, lock });
  }
  return { ...(await append(engine, unlocked, step, changes)), word: stretched };
}

/** Shares one record with somebody who does not read the chart: its versions of one epoch, and nothing else. */
export async function shareRecord(
  engine: Engine,
  unlocked: UnlockedChart,
  share: { recipient: Recipient; record: Uint8Array; epoch: number },
  step: Step,
): Promise<UnlockedChart> {
  const { state } = unlocked.chart;
  const { recipient, record, epoch } = share;
  const secrets = unlocked.epochs.get(epoch);
  if (secrets === undefined) throw notForYou();
  const versions = (state.records.get(toHex(record))?.versions ?? [])
    .filter((version) => version.epoch === epoch && !version.erased)
    .map(({ version }) => version)
    .toSorted(compareBytes);
  if (versions.length === 0) {
    throw new ChirographError("mismatch", `The chart has no such record with a version in epoch ${epoch}.`);
  }
  const readerSecrets = await Promise.all(
    versions.map((version) =>
      deriveReaderSecret(engine, secrets.chartKey, { chart: state.chart, epoch, record, version }),
    ),
  );
  const { encapsulated, ciphertext } = await wrapFor(
    engine,
    recipient,
    { chart: state.chart, purpose: { of: "grant", epoch, record, versions }, signer: step.signer.signing },
    concatAll([secrets.guardKey, ...readerSecrets]),
  );
  return append(engine, unlocked, step, [
    { type: "grant", recipient, record, epoch, versions, encapsulated, ciphertext },
  ]);
}

/** Takes back what `shareRecord` gave; like the removal of a reader it makes the current epoch stale. */
export function withdrawRecord(
  engine: Engine,
  unlocked: UnlockedChart,
  share: { member: Uint8Array; record: Uint8Array },
  step: Step,
): Promise<UnlockedChart> {
  return append(engine, unlocked, step, [{ type: "withdraw", ...share }]);
}

/** Writes the tombstone of one version, or of a whole record when no version is named. */
export function eraseRecord(
  engine: Engine,
  unlocked: UnlockedChart,
  erased: { record: Uint8Array; version?: Uint8Array },
  step: Step,
): Promise<UnlockedChart> {
  const { record, version = NO_ID } = erased;
  return append(engine, unlocked, step, [{ type: "tombstone", record, version }]);
}

async function append(
  engine: Engine,
  unlocked: UnlockedChart,
  step: Step,
  changes: readonly Change[],
): Promise<UnlockedChart> {
  return { ...unlocked, chart: await appendLink(engine, unlocked.chart, { ...step, changes }) };
}
