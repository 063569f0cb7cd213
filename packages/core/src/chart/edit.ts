import type { Engine } from "@chirograph/engine/interface";
import { type Argon2Cost, LOWEST_COST } from "../argon2.ts";
import { compareBytes, concatAll, equalBytes, toHex } from "../encoding/bytes.ts";
import { Reader } from "../encoding/reader.ts";
import { ChirographError, notForYou } from "../error.ts";
import type { Recipient } from "../identity/recipient.ts";
import { NO_ID } from "../ids.ts";
import type { Word } from "../word/rules.ts";
import { type LabelChange, RIGHT_MANAGE, RIGHT_READ, type WordChange, type WrapChange } from "./change.ts";
import { openLabel, sealLabel } from "./chart-label.ts";
import { epochChange, newEpochSecrets, stretchNewWord, wrapEpoch } from "./create.ts";
import { sealLock } from "./lock.ts";
import { renewEscrow } from "./escrow.ts";
import { readersOf, rightsOf } from "./rights.ts";
import { deriveReaderSecret, type EpochSecrets } from "./secrets.ts";
import { renewStanding } from "./standing.ts";
import { type ChartState, epochNumbered } from "./state.ts";
import { type Step, takeStep } from "./step.ts";
import { requireWord, type UnlockedChart } from "./unlock.ts";
import { wrapFor } from "./wrap.ts";

/** Adds a member, or changes the rights of one. A new reader gets the keys of every epoch that is unlocked here. */
export async function setMember(
  engine: Engine,
  unlocked: UnlockedChart,
  member: { recipient: Recipient; rights: number },
  step: Step,
): Promise<UnlockedChart> {
  const { state } = unlocked.chart;
  const id = toHex(member.recipient.member);
  const reads = (member.rights & RIGHT_READ) !== 0;
  const lacking = [...unlocked.epochs.keys()].filter(
    (epoch) => reads && epochNumbered(state, epoch)?.wraps.has(id) === false,
  );
  const wraps = await wrapEpochs(engine, unlocked, member.recipient, lacking, step);
  return takeStep(engine, unlocked, step, [{ type: "member", ...member }, ...wraps]);
}

/** Wraps the keys of every epoch that is unlocked here to a reader once more, in place of wraps that do not open. */
export async function rewrapReader(
  engine: Engine,
  unlocked: UnlockedChart,
  recipient: Recipient,
  step: Step,
): Promise<UnlockedChart> {
  const wraps = await wrapEpochs(engine, unlocked, recipient, [...unlocked.epochs.keys()], step);
  return takeStep(engine, unlocked, step, wraps);
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
  return takeStep(engine, unlocked, step, [{ type: "remove", member }, ...withdrawals]);
}

/**
 * Fresh keys for everyone who is a reader now. Standing unlocks that have not ended, the escrow's officers and, if the
 * signer may manage, the label go on into the new epoch.
 * @throws ChirographError `word-needed`
 */
export async function beginEpoch(
  engine: Engine,
  unlocked: UnlockedChart,
  step: Step,
): Promise<UnlockedChart> {
  const { state } = unlocked.chart;
  const word = requireWord(unlocked);
  const secrets = newEpochSecrets(engine);
  const epoch = newEpochNumber(engine, state);
  const change = await epochChange(engine, {
    chart: state.chart,
    number: epoch,
    readers: readersOf(state).map(({ recipient }) => recipient),
    signer: step.signer.signing,
    secrets,
    word,
  });
  const begun = { epoch, secrets };
  const next = await takeStep(engine, unlocked, step, [
    change,
    ...(await renewStanding(engine, unlocked, begun, step)),
    ...(await renewEscrow(engine, unlocked, begun, step)),
    ...(await renewLabel(engine, unlocked, begun, step)),
  ]);
  return { ...next, epochs: new Map(next.epochs).set(epoch, secrets) };
}

/** 1 for the first; later ones are random, so that epochs begun in two branches do not meet. */
function newEpochNumber(engine: Engine, state: ChartState): number {
  if (state.epochs.length === 0) return 1;
  const number = new Reader(engine.randomBytes(4), "epoch").u32();
  return number === 0 || state.epochPlaces.has(number) ? newEpochNumber(engine, state) : number;
}

async function renewLabel(
  engine: Engine,
  unlocked: UnlockedChart,
  begun: { epoch: number; secrets: EpochSecrets },
  { signer }: Step,
): Promise<LabelChange[]> {
  if ((rightsOf(unlocked.chart.state, signer.signing) & RIGHT_MANAGE) === 0) return [];
  const text = await openLabelOrNone(engine, unlocked);
  return text === undefined ? [] : [await sealLabel(engine, unlocked, begun, text)];
}

/** A label that somebody sealed wrongly does not keep an epoch from beginning. */
async function openLabelOrNone(engine: Engine, unlocked: UnlockedChart): Promise<string | undefined> {
  try {
    return await openLabel(engine, unlocked);
  } catch (error) {
    if (error instanceof ChirographError) return undefined;
    throw error;
  }
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
  const changed = await takeStep(engine, unlocked, step, changes);
  return { ...changed, word: stretched, wordLength: stretched.length };
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
  return takeStep(engine, unlocked, step, [
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
  return takeStep(engine, unlocked, step, [{ type: "withdraw", ...share }]);
}

/** Writes the tombstone of one version, or of a whole record when no version is named. */
export function eraseRecord(
  engine: Engine,
  unlocked: UnlockedChart,
  erased: { record: Uint8Array; version?: Uint8Array },
  step: Step,
): Promise<UnlockedChart> {
  const { record, version = NO_ID } = erased;
  return takeStep(engine, unlocked, step, [{ type: "tombstone", record, version }]);
}
