import type { Engine } from "@chirograph/engine/interface";
import { concat, toHex } from "../encoding/bytes.ts";
import { type ChirographError, notForYou } from "../error.ts";
import type { Identity } from "../identity/identity.ts";
import type { Recipient } from "../identity/recipient.ts";
import type { StandingChange } from "./change.ts";
import type { Chart } from "./document.ts";
import { orRefuse, requireCheck, requireWordLength, unwrapEpoch } from "./epoch-keys.ts";
import type { EpochSecrets } from "./secrets.ts";
import type { ChartState, Epoch, Standing } from "./state.ts";
import { type Step, takeStep } from "./step.ts";
import type { UnlockedChart } from "./unlock.ts";
import { unwrap, wrapFor } from "./wrap.ts";

const SECRET_BYTES = 32;

/**
 * Lets a reader open every epoch that is unlocked here without the word, until a date; whoever begins an epoch before
 * then carries it on. The date binds honest software only: what was opened once is known.
 */
export async function allowStanding(
  engine: Engine,
  unlocked: UnlockedChart,
  allowed: {
    recipient: Recipient;
    /** Milliseconds since 1970-01-01 UTC. */
    until: number;
  },
  step: Step,
): Promise<UnlockedChart> {
  const changes = await Promise.all(
    [...unlocked.epochs].map(([epoch, { chartSecret }]) =>
      sealStanding(engine, { ...allowed, unlocked, epoch, chartSecret, step }),
    ),
  );
  return takeStep(engine, unlocked, step, changes);
}

/** Ends a member's standing unlocks. What they opened he may have kept, so the epoch is stale from then on. */
export function endStanding(
  engine: Engine,
  unlocked: UnlockedChart,
  member: Uint8Array,
  step: Step,
): Promise<UnlockedChart> {
  return takeStep(engine, unlocked, step, [{ type: "standing-end", member }]);
}

/** The standing unlocks that have not ended, for an epoch that begins. */
export function renewStanding(
  engine: Engine,
  unlocked: UnlockedChart,
  begun: { epoch: number; secrets: EpochSecrets },
  step: Step,
): Promise<StandingChange[]> {
  const { state } = unlocked.chart;
  const { epoch, secrets } = begun;
  const newest = [...state.standing].map(([member, unlocks]) => ({
    recipient: state.members.get(member)!.recipient,
    until: newestOf(state, unlocks).until,
  }));
  return Promise.all(
    newest
      .filter(({ until }) => until > step.time)
      .map((held) =>
        sealStanding(engine, { ...held, unlocked, epoch, chartSecret: secrets.chartSecret, step }),
      ),
  );
}

/**
 * Opens without a word what the standing unlocks of `identity` open that have not ended by `now` (milliseconds since
 * 1970-01-01 UTC).
 * @throws ChirographError `not-for-you` when there are none; what speaks against an epoch only if no other opens
 */
export async function unlockStanding(
  engine: Engine,
  chart: Chart,
  identity: Identity,
  now: number,
): Promise<UnlockedChart> {
  const { state } = chart;
  const unlocks = state.standing.get(toHex(identity.recipient.member));
  const epochs = new Map<number, EpochSecrets>();
  const refused = new Map<number, ChirographError>();
  let wordLength: number | undefined;
  for (const epoch of state.epochs) {
    const unlock = unlocks?.get(epoch.number);
    if (unlock === undefined || unlock.until <= now) continue;
    const opened = await orRefuse(refused, epoch.number, () =>
      openStanding(engine, state, epoch, unlock, identity),
    );
    if (opened === undefined || opened === null) continue;
    epochs.set(epoch.number, opened.secrets);
    wordLength = opened.wordLength;
  }
  if (wordLength === undefined) throw refused.values().next().value ?? notForYou();
  return { chart, epochs, granted: new Map(), refused, word: undefined, wordLength };
}

async function sealStanding(
  engine: Engine,
  plan: {
    recipient: Recipient;
    until: number;
    unlocked: UnlockedChart;
    epoch: number;
    chartSecret: Uint8Array;
    step: Step;
  },
): Promise<StandingChange> {
  const { recipient, until, unlocked, epoch, chartSecret, step } = plan;
  const wrap = await wrapFor(
    engine,
    recipient,
    {
      chart: unlocked.chart.state.chart,
      purpose: { of: "standing", epoch, until },
      signer: step.signer.signing,
    },
    concat(chartSecret, Uint8Array.of(unlocked.wordLength)),
  );
  return { type: "standing", epoch, until, ...wrap };
}

async function openStanding(
  engine: Engine,
  state: ChartState,
  epoch: Epoch,
  unlock: Standing,
  identity: Identity,
): Promise<{ secrets: EpochSecrets; wordLength: number } | null> {
  const keys = await unwrapEpoch(engine, state, epoch, identity);
  const place = {
    chart: state.chart,
    purpose: { of: "standing", epoch: epoch.number, until: unlock.until },
    member: unlock.member,
    signer: unlock.signer,
  } as const;
  const message = await unwrap(engine, identity.kemSeed, place, unlock);
  if (keys === null || message === null) return null;
  const chartSecret = message.slice(0, SECRET_BYTES);
  await requireCheck(engine, state, epoch, "chart-secret", chartSecret);
  const wordLength = requireWordLength(message[SECRET_BYTES], epoch);
  return { secrets: { ...keys, chartSecret }, wordLength };
}

function newestOf(state: ChartState, unlocks: ReadonlyMap<number, Standing>): Standing {
  const placeOf = ({ epoch }: Standing): number => state.epochPlaces.get(epoch)!;
  return [...unlocks.values()].reduce((newest, unlock) =>
    placeOf(unlock) > placeOf(newest) ? unlock : newest,
  );
}
