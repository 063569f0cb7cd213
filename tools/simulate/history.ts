import { ChirographError } from "@chirograph/core";
import { StoreError } from "@chirograph/stores";
import { VaultError } from "@chirograph/vault";
import { Clock } from "./clock.ts";
import { requireHeld } from "./held.ts";
import { type Group, type PlannedStep, planOf, type StepKind } from "./plan.ts";
import { Random } from "./random.ts";
import { describe, type Outcome, type StepContext } from "./step.ts";
import { settle } from "./settle.ts";
import { erase, finish } from "./steps/erase.ts";
import { comeBack, losePower, passTime, slowDown, strike } from "./steps/faults.ts";
import { forge } from "./steps/forge.ts";
import { reindex, repair, verify } from "./steps/maintain.ts";
import { compact, evacuate, rebalance, sweep } from "./steps/move.ts";
import { put } from "./steps/put.ts";
import { get, list, readAsReader } from "./steps/read.ts";
import { storeComes } from "./steps/resettle.ts";
import { revoke, share } from "./steps/share.ts";
import { Violation } from "./violation.ts";
import { type WorldBreaks, World } from "./world.ts";

const steps: Record<StepKind, (context: StepContext) => Promise<Outcome>> = {
  put,
  get,
  list,
  "read as reader": readAsReader,
  share,
  revoke,
  erase,
  "finish erasures": finish,
  verify,
  repair,
  reindex,
  sweep,
  evacuate,
  rebalance,
  compact,
  strike,
  "come back": comeBack,
  "slow down": slowDown,
  "pass time": passTime,
  "lose power": losePower,
  forge,
  "store comes": storeComes,
};

/** What follows when a catalogue is lost in the middle of something. */
const madeAgain: PlannedStep = { kind: "reindex", seed: 0, death: undefined };

export interface HistoryPlan {
  readonly seed: number;
  readonly breaks: WorldBreaks;
  /** Groups that are left out, by position: how a history is made shorter. */
  readonly without?: ReadonlySet<number>;
}

export interface HistoryResult {
  readonly seed: number;
  readonly violation: { readonly kind: string; readonly message: string } | undefined;
  /** What happened, a line a group. */
  readonly story: readonly string[];
  readonly groups: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Of everything that happened and when: equal for equal histories. */
  readonly events: number;
}

/** One history of a vault from its founding to its last check. */
export async function runHistory({ seed, breaks, without }: HistoryPlan): Promise<HistoryResult> {
  const counts: Record<string, number> = {};
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  const story: string[] = [];
  const plan = planOf(seed);
  const clock = new Clock();
  const uninstall = clock.install();
  let violation: HistoryResult["violation"];
  try {
    const world = await World.create(clock, seed, breaks);
    for (const [position, group] of plan.entries()) {
      if (without?.has(position)) continue;
      story.push(await clock.drive(runGroup(world, group, count)));
    }
    story.push(await clock.drive(settle(world, count)));
  } catch (error) {
    violation = violationOf(error, seed);
  } finally {
    uninstall();
  }
  return { seed, violation, story, groups: plan.length, counts, events: clock.passed };
}

async function runGroup(world: World, group: Group, count: (what: string) => void): Promise<string> {
  await world.everybodyUp();
  const outcomes = await Promise.all(group.map((step) => runStep(world, step, group.length === 1, count)));
  if (world.isWithoutRows) outcomes.push(await runStep(world, madeAgain, true, count));
  await requireHeld(world);
  return outcomes.join(" ‖ ");
}

async function runStep(
  world: World,
  { kind, seed, death }: PlannedStep,
  isAlone: boolean,
  count: (what: string) => void,
): Promise<Outcome> {
  count(kind);
  return steps[kind]({ world, random: new Random(seed), death, isAlone, count });
}

/** What the vault refuses where nothing may be refused breaks a promise, too; anything else is a defect of this tool. */
function violationOf(error: unknown, seed: number): HistoryResult["violation"] {
  if (error instanceof Violation) return { kind: error.kind, message: error.message };
  const isOfVault =
    error instanceof VaultError || error instanceof StoreError || error instanceof ChirographError;
  if (isOfVault) return { kind: "refused", message: describe(error) };
  throw new Error(`seed ${seed}: the simulation itself failed`, { cause: error });
}
