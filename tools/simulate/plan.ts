import { Random } from "./random.ts";
import type { PlannedDeath } from "./step.ts";

/** How often each kind of step comes. */
const weights = {
  put: 30,
  get: 12,
  list: 6,
  "read as reader": 5,
  share: 4,
  revoke: 4,
  erase: 6,
  "finish erasures": 2,
  verify: 6,
  repair: 8,
  reindex: 3,
  sweep: 4,
  evacuate: 3,
  rebalance: 2,
  compact: 2,
  strike: 10,
  "come back": 6,
  "slow down": 2,
  "pass time": 5,
  "lose power": 2,
  forge: 2,
  // Rare in life, and what comes then goes on to the end: some histories have one, wherever it falls.
  "store comes": 0,
};

export type StepKind = keyof typeof weights;

/** Steps that stand alone: they stop the world, or their checks need it to stand still. */
const alone: ReadonlySet<StepKind> = new Set(["reindex", "lose power", "forge", "store comes"]);
/** Steps that are never there twice at the same time: both would claim the outcome. */
const once: ReadonlySet<StepKind> = new Set([
  "share",
  "revoke",
  "read as reader",
  "strike",
  "come back",
  "pass time",
]);
/** Steps over which somebody can die. */
const mortal: ReadonlySet<StepKind> = new Set([
  "put",
  "get",
  "list",
  "read as reader",
  "share",
  "revoke",
  "erase",
  "verify",
  "repair",
  "reindex",
  "sweep",
  "evacuate",
  "rebalance",
  "compact",
  "store comes",
]);
/** One history in so many has a store that comes. */
const COMES_ONE_IN = 6;

export interface PlannedStep {
  readonly kind: StepKind;
  readonly seed: number;
  readonly death: PlannedDeath | undefined;
}

/** Steps that run at the same time. */
export type Group = readonly PlannedStep[];

const FEWEST_GROUPS = 6;
const MOST_GROUPS = 14;
const MOST_CALLS = 120;

/** What will be tried, in which order, and who dies over it: all of it from the seed, none of it from what happens. */
export function planOf(seed: number): Group[] {
  const random = new Random(seed, 3);
  const groups = random.between(FEWEST_GROUPS, MOST_GROUPS);
  // Nothing can be tried on an empty vault.
  const plan = [[stepOf(random, "put")], ...Array.from({ length: groups }, () => groupOf(random))];
  if (random.below(COMES_ONE_IN) === 0)
    plan.splice(random.between(1, plan.length), 0, [stepOf(random, "store comes")]);
  return plan;
}

function groupOf(random: Random): PlannedStep[] {
  const size = Number(random.weighted({ "1": 6, "2": 3, "3": 1 }));
  const group: PlannedStep[] = [];
  for (let tries = 0; group.length < size && tries < 10; tries++) {
    const step = stepOf(random, random.weighted(weights));
    const isMember = step.kind === "share" || step.kind === "revoke";
    const clashes = group.some(
      ({ kind }) =>
        alone.has(kind) ||
        alone.has(step.kind) ||
        (once.has(kind) && kind === step.kind) ||
        (isMember && (kind === "share" || kind === "revoke")),
    );
    if (!clashes) group.push(step);
  }
  return group;
}

function stepOf(random: Random, kind: StepKind): PlannedStep {
  const seed = random.uint32();
  const dies = mortal.has(kind) && random.chance(0.2);
  const who = kind === "reindex" ? "actor" : random.weighted({ actor: 4, keeper: 4, catalogue: 2, power: 2 });
  // Early calls are as likely as all late ones together.
  const afterCalls = 1 + Math.floor(MOST_CALLS ** random.share());
  return { kind, seed, death: dies ? { who, afterCalls } : undefined };
}
