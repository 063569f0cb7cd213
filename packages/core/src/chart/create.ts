import type { Engine } from "@chirograph/engine/interface";
import { ARGON2_SALT_BYTES, type Argon2Cost, checkCost, LOWEST_COST } from "../argon2.ts";
import { concat, toHex } from "../encoding/bytes.ts";
import type { Signer } from "../identity/identity.ts";
import type { Recipient } from "../identity/recipient.ts";
import { newId } from "../ids.ts";
import type { Word } from "../word/rules.ts";
import { type Change, type EpochChange, RIGHT_READ, type Wrap } from "./change.ts";
import { beginChart, type Chart } from "./document.ts";
import { sealLock, type StretchedWord, stretchWord } from "./lock.ts";
import { type EpochSecrets, secretCheck } from "./secrets.ts";
import type { UnlockedChart } from "./unlock.ts";
import { wrapFor } from "./wrap.ts";

const KEY_BYTES = 32;

/** Who is in a chart from its first link on. */
export interface ChartPlan {
  /** The patient or guardian; signs the first link. */
  readonly owner: Signer;
  /** Vouches for the chart by a second signature. */
  readonly registrar?: Signer;
  readonly members: readonly { readonly recipient: Recipient; readonly rights: number }[];
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
}

/** What a chart is before anybody knows of it: its id and the secrets of its first epoch, all of them random. */
export interface NewChart {
  readonly chart: Uint8Array;
  readonly secrets: EpochSecrets;
}

export const FIRST_EPOCH = 1;

export function newChart(engine: Engine): NewChart {
  return { chart: newId(engine), secrets: newEpochSecrets(engine) };
}

/** A new chart with its first epoch, unlocked. */
export function createChart(
  engine: Engine,
  plan: ChartPlan,
  word: Word,
  cost: Argon2Cost = LOWEST_COST,
): Promise<UnlockedChart> {
  return makeChart(engine, newChart(engine), plan, word, cost);
}

/** The same of a chart of which somebody had to know before the word was stretched. */
export async function makeChart(
  engine: Engine,
  { chart, secrets }: NewChart,
  plan: ChartPlan,
  word: Word,
  cost: Argon2Cost = LOWEST_COST,
): Promise<UnlockedChart> {
  const stretched = await stretchNewWord(engine, word, cost);
  const readers = plan.members
    .filter(({ rights }) => (rights & RIGHT_READ) !== 0)
    .map(({ recipient }) => recipient);
  const epoch = await epochChange(engine, {
    chart,
    number: FIRST_EPOCH,
    readers,
    signer: plan.owner.signing,
    secrets,
    word: stretched,
  });
  return {
    chart: await begin(engine, chart, plan, [epoch]),
    epochs: new Map([[FIRST_EPOCH, secrets]]),
    granted: new Map(),
    refused: new Map(),
    word: stretched,
    wordLength: stretched.length,
  };
}

/** A new chart without a word, which can hold nothing but records of the classic profile. */
export function createWordlessChart(engine: Engine, plan: ChartPlan): Promise<Chart> {
  return begin(engine, newId(engine), plan, []);
}

/** A word stretched with a fresh salt. */
export function stretchNewWord(engine: Engine, word: Word, cost: Argon2Cost): Promise<StretchedWord> {
  checkCost(cost);
  return stretchWord(engine, word, { ...cost, salt: engine.randomBytes(ARGON2_SALT_BYTES) });
}

export function newEpochSecrets(engine: Engine): EpochSecrets {
  return {
    chartKey: engine.randomBytes(KEY_BYTES),
    guardKey: engine.randomBytes(KEY_BYTES),
    chartSecret: engine.randomBytes(KEY_BYTES),
  };
}

/** The change that begins an epoch: keys wrapped to every reader, the chart secret locked under the word. */
export async function epochChange(
  engine: Engine,
  plan: {
    chart: Uint8Array;
    number: number;
    readers: readonly Recipient[];
    signer: Uint8Array;
    secrets: EpochSecrets;
    word: StretchedWord;
  },
): Promise<EpochChange> {
  const { chart, number, secrets } = plan;
  const place = { chart, epoch: number };
  return {
    type: "epoch",
    number,
    chartKeyCheck: await secretCheck(engine, "chart-key", place, secrets.chartKey),
    guardKeyCheck: await secretCheck(engine, "guard-key", place, secrets.guardKey),
    chartSecretCheck: await secretCheck(engine, "chart-secret", place, secrets.chartSecret),
    lock: await sealLock(engine, { ...place, guardKey: secrets.guardKey }, plan.word, secrets.chartSecret),
    wraps: await wrapToAll(plan.readers, (recipient) => wrapEpoch(engine, recipient, { ...plan, place })),
  };
}

/** One epoch's keys for one reader. */
export function wrapEpoch(
  engine: Engine,
  recipient: Recipient,
  epoch: { place: { chart: Uint8Array; epoch: number }; signer: Uint8Array; secrets: EpochSecrets },
): Promise<Wrap> {
  const { place, signer, secrets } = epoch;
  return wrapFor(
    engine,
    recipient,
    { chart: place.chart, purpose: { of: "epoch", epoch: place.epoch }, signer },
    concat(secrets.chartKey, secrets.guardKey),
  );
}

/** One wrap a reader, ascending by member id. */
export function wrapToAll(
  readers: readonly Recipient[],
  wrap: (recipient: Recipient) => Promise<Wrap>,
): Promise<Wrap[]> {
  const ordered = [...readers].toSorted((left, right) => (toHex(left.member) < toHex(right.member) ? -1 : 1));
  return Promise.all(ordered.map(wrap));
}

function begin(
  engine: Engine,
  chart: Uint8Array,
  plan: ChartPlan,
  changes: readonly Change[],
): Promise<Chart> {
  const { owner, registrar, members, time } = plan;
  const genesis = { type: "genesis", owner: owner.signing, registrar: registrar?.signing } as const;
  const joined = members.map((member) => ({ type: "member", ...member }) as const);
  return beginChart(engine, chart, {
    signers: registrar === undefined ? [owner] : [owner, registrar],
    time,
    changes: [genesis, ...joined, ...changes],
  });
}
