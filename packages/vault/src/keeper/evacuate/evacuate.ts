import type { Id } from "../../catalogue.ts";
import { callOptions } from "../fragment-sources.ts";
import { condemnExpired, deleteCondemned } from "../erase/condemned.ts";
import { finishErasures } from "../erase/finish-erasures.ts";
import type { Finding } from "../findings.ts";
import { type JobOptions, SavedJob } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores, sayLeaving } from "../leaving/leaving.ts";
import { JobCounts } from "../moving/job-counts.ts";
import { Meter, type Traffic } from "../moving/metered.ts";
import { requireWhole } from "../moving/require-whole.ts";
import type { AtRisk } from "../repair/repair-fragments.ts";
import { requireCurrent } from "../require-current.ts";
import { checkHeaders, storesWithHeader } from "../verify/check-headers.ts";
import { Reach } from "../verify/reach.ts";
import {
  counted,
  type Counted,
  type Evacuation,
  moveAllFragments,
  type Troubles,
} from "./leave-fragments.ts";
import { leaveStatements } from "./leave-statements.ts";
import { type Remaining, remainingOn } from "./remaining.ts";
import { forecast, requireMostStay, requirePossible, requireStore } from "./require-possible.ts";

export interface EvacuateOptions extends JobOptions {
  /** Moves what the policy lets go, where it does not let go of everything. */
  readonly partly?: boolean;
}

/** Counts are those of all runs of an evacuation that was interrupted. */
export interface EvacuationReport extends Traffic {
  /** Fragments that were read from the store. */
  readonly copiedFragments: number;
  /** Fragments that were made again from k others. */
  readonly rebuiltFragments: number;
  /** Statement objects that other stores were given. */
  readonly writtenStatements: number;
  /** Objects that the store deleted. */
  readonly deletedObjects: number;
  /** What stays on the store, and why. */
  readonly atRisk: readonly AtRisk[];
  /** What is wrong with versions of which too few fragments are left. */
  readonly lost: readonly Finding[];
  readonly remaining: Remaining;
  /** Nothing is needed from the store any more. */
  readonly isEmpty: boolean;
  /** Stores that are not at hand, or did not answer at least once. */
  readonly unreachable: readonly Id[];
}

/**
 * Brings everything that the vault has on a store to the others, without any key of a reader: a fragment that the store
 * still gives is copied, another one rebuilt from k others, statements are written from the catalogue. From then on
 * the store is one that leaves: new fragments and statements go elsewhere, and nobody misses what it lacks.
 *
 * It may be interrupted at any step and run again, also beside others.
 * @throws VaultError `policy` where the policy cannot hold without the store, before anything is moved; `unknown` for a
 *   store that is none of the vault's; `stores-missing` for a catalogue that does not know everything
 */
export async function evacuateStore(
  keeping: Keeping,
  store: Id,
  options: EvacuateOptions = {},
): Promise<EvacuationReport> {
  requireStore(keeping, store);
  await requireCurrent(keeping);
  await requireWhole(keeping);
  const job = await openJob(keeping, store);
  const evacuation = await begin(keeping, { store, job, options });
  const troubles = await moveAllFragments(evacuation, options);
  await moveStatements(evacuation, troubles);
  await deleteMoved(evacuation);
  const report = await reportOf(evacuation, troubles);
  await job.end();
  return report;
}

/** The store is one like all others again; what was moved stays where it is until a rebalance spreads it. */
export async function keepStore(keeping: Keeping, store: Id): Promise<void> {
  requireStore(keeping, store);
  await sayLeaving(keeping.rows, store, false);
  await (await openJob(keeping, store)).end();
}

type Job = SavedJob<Record<Counted | keyof Traffic, number>, never>;

function openJob({ rows, settings }: Keeping, store: Id): Promise<Job> {
  const request = { vault: settings.vault, store };
  return SavedJob.open(rows, { name: `evacuate ${store}`, request, fresh: false });
}

/** Everything that may refuse; then nothing new comes to the store. */
async function begin(
  plain: Keeping,
  { store, job, options }: { readonly store: Id; readonly job: Job; readonly options: EvacuateOptions },
): Promise<Evacuation> {
  const meter = new Meter();
  const keeping = meter.over(plain);
  const reach = new Reach(keeping.stores, options.signal);
  const before = await leavingStores(keeping.rows);
  const withHeader = storesWithHeader(await checkHeaders(keeping, reach, undefined));
  const require = (leaving: ReadonlySet<Id>): Promise<Refusable> =>
    requireEverything(keeping, { store, withHeader, leaving, partly: options.partly === true });
  let allowed = await require(new Set(before).add(store));

  await sayLeaving(keeping.rows, store, true);
  const leaving = await leavingStores(keeping.rows);
  try {
    // Another store may have begun to leave meanwhile; of two who see only themselves each might count on the other.
    if ([...leaving].some((id) => !allowed.leaving.has(id))) allowed = await require(leaving);
  } catch (error) {
    if (!before.has(store)) await sayLeaving(keeping.rows, store, false);
    throw error;
  }
  await condemnExpired(keeping, reach);
  await finishErasures(keeping, callOptions(options.signal));
  const counts = new JobCounts<Counted>(job, meter, counted);
  return { keeping, store, reach, counts, withHeader, ...allowed };
}

type Refusable = Pick<Evacuation, "usable" | "leaving" | "expected">;

async function requireEverything(
  keeping: Keeping,
  plan: {
    readonly store: Id;
    readonly withHeader: ReadonlySet<Id>;
    readonly leaving: ReadonlySet<Id>;
    readonly partly: boolean;
  },
): Promise<Refusable> {
  const { store, leaving, withHeader, partly } = plan;
  requireMostStay(keeping, leaving);
  const usable = new Set([...withHeader].filter((id) => !leaving.has(id)));
  const expected = await forecast(keeping, { store, usable, leaving });
  if (!partly) requirePossible(store, expected);
  return { usable, leaving, expected: expected.fragments };
}

async function moveStatements(evacuation: Evacuation, { atRisk }: Troubles): Promise<void> {
  const { keeping, reach, counts } = evacuation;
  const left = await leaveStatements(keeping, reach, evacuation);
  atRisk.push(...left.atRisk);
  await counts.add("writtenStatements", left.written);
}

/** What was moved lies there until now: somebody who was told of it before may still be reading. */
async function deleteMoved({ keeping, store, reach, counts, withHeader }: Evacuation): Promise<void> {
  const deleted = await deleteCondemned(keeping, reach.within(withHeader));
  await counts.add("deletedObjects", deleted.get(store) ?? 0);
}

async function reportOf(
  { keeping, store, reach, counts }: Evacuation,
  { atRisk, lost }: Troubles,
): Promise<EvacuationReport> {
  const remaining = await remainingOn(keeping, store);
  const { fragments, statements, reservedObjects } = remaining;
  return {
    ...counts.all,
    atRisk,
    lost,
    remaining,
    isEmpty: fragments + statements + reservedObjects === 0,
    unreachable: reach.unreachable(keeping.settings.stores.map(({ id }) => id)),
  };
}
