import type { Id } from "../../catalogue.ts";
import { deleteCondemned } from "../erase/condemned.ts";
import { type Finding, versionFinding } from "../findings.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { beginRun } from "../moving/begin-run.ts";
import { fragmentsOf, type LyingFragment } from "../moving/fragments-in.ts";
import type { JobCounts } from "../moving/job-counts.ts";
import type { Traffic } from "../moving/metered.ts";
import { mendRules } from "../moving/mend-rules.ts";
import { moveFragments } from "../moving/move-fragments.ts";
import type { Move } from "../moving/move.ts";
import { isWanting, Lying } from "../moving/targets.ts";
import { brokenRules } from "../placement.ts";
import type { AtRisk } from "../repair/repair-fragments.ts";
import type { VersionRow } from "../rows.ts";
import { groupsOfAll } from "../verify/groups.ts";
import type { Reach } from "../verify/reach.ts";
import { Balance, type StoreLoad } from "./balance.ts";
import { evenOut } from "./plan.ts";
import { survey } from "./survey.ts";

/** Versions that are asked for at once. */
const PAGE = 500;
/** One after which nothing is left to move is the last; two or three are usual. */
const MOST_ROUNDS = 16;

/** Counts are those of all runs of a rebalance that was interrupted. */
export interface RebalanceReport extends Traffic {
  /** Fragments that were read from where they lay. */
  readonly copiedFragments: number;
  /** Fragments that could not be read there, and were made again from k others. */
  readonly rebuiltFragments: number;
  /** Bytes of fragments on every store that can be used: before this run, after it, and what it should have. */
  readonly loads: readonly StoreLoad[];
  /** Versions that break a rule still, and fragments that their new store did not take. */
  readonly atRisk: readonly AtRisk[];
  /** What is wrong with versions of which too few fragments are left. */
  readonly lost: readonly Finding[];
  /** Stores that are not at hand, or did not answer at least once. */
  readonly unreachable: readonly Id[];
}

const counted = ["copiedFragments", "rebuiltFragments"] as const;
type Counted = (typeof counted)[number];

interface Run {
  readonly keeping: Keeping;
  readonly reach: Reach;
  readonly counts: JobCounts<Counted>;
  readonly usable: ReadonlySet<Id>;
  readonly balance: Balance;
  readonly atRisk: AtRisk[];
  readonly lost: Finding[];
  readonly options: JobOptions;
  /** Something did not go where it was to. */
  hasStrayed: boolean;
}

/**
 * Moves fragments so that every version keeps the policy where it lies, and then so that all stores have their share of
 * the bytes: after stores were added, and after repairs put fragments elsewhere. It moves only what helps, so a second
 * run moves nothing. No key of a reader is needed.
 *
 * It may be interrupted at any step and run again, also beside others. Stores that are leaving, and those without their
 * header, get nothing.
 * @throws VaultError `stores-missing` for a catalogue that does not know everything
 */
export async function rebalanceVault(plain: Keeping, options: JobOptions = {}): Promise<RebalanceReport> {
  const begun = await beginRun(plain, { name: "rebalance", counted }, options);
  const { keeping, reach, counts, withHeader, usable } = begun;
  const { settings } = keeping;
  const { loads, broken } = await survey(keeping, usable);
  const balance = new Balance(settings.stores, loads);
  const run: Run = {
    keeping,
    reach,
    counts,
    usable,
    balance,
    atRisk: [],
    lost: [],
    options,
    hasStrayed: false,
  };

  await keepRules(run, broken);
  await balanceAsIs(run);
  if (balance.isUneven) await evenAllOut(run);
  await balanceAsIs(run);
  await deleteCondemned(keeping, reach.within(withHeader));

  const report: RebalanceReport = {
    ...counts.all,
    loads: balance.list(),
    atRisk: run.atRisk,
    lost: run.lost,
    unreachable: reach.unreachable(settings.stores.map(({ id }) => id)),
  };
  await begun.end();
  return report;
}

async function keepRules(run: Run, broken: readonly Id[]): Promise<void> {
  const { keeping, balance, usable, atRisk } = run;
  const { rows, settings } = keeping;
  for (let first = 0; first < broken.length; first += PAGE) {
    const versions = await rows.versions(broken.slice(first, first + PAGE));
    const plan = (fragments: readonly LyingFragment[]): Move[] => {
      const moves = mendRules(settings, balance, { fragments, usable });
      if (breaksRules(run, fragments, moves)) {
        atRisk.push({ ...versionFinding("fragment not moved", fragments[0]!.row), reason: "policy" });
      }
      return moves;
    };
    await moveSome(run, versions, plan, true);
  }
}

async function evenAllOut(run: Run): Promise<void> {
  const { keeping, balance } = run;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await balanceAsIs(run);
    balance.beginRound();
    let moved = 0;
    for await (const { versions } of groupsOfAll(keeping.rows, undefined)) {
      const giving = versions.filter(({ places }) =>
        places.some((place) => place !== null && balance.gives(place.store)),
      );
      moved += await moveSome(run, giving, (fragments) => evenOut(keeping.settings, balance, fragments));
    }
    if (moved === 0) return;
  }
}

async function balanceAsIs(run: Run): Promise<void> {
  if (!run.hasStrayed) return;
  run.hasStrayed = false;
  run.balance.restate((await survey(run.keeping, run.usable)).loads);
}

/**
 * @param isNamed whether what could not be moved is at risk, or will be tried again
 * @returns how many fragments were moved
 */
async function moveSome(
  run: Run,
  versions: readonly VersionRow[],
  plan: (fragments: readonly LyingFragment[]) => Move[],
  isNamed = false,
): Promise<number> {
  const { keeping, reach, counts, balance, atRisk, lost, options } = run;
  reach.signal?.throwIfAborted();
  const moves: Move[] = [];
  for (const row of versions.filter(({ erased }) => !erased)) {
    const fragments = await fragmentsOf(keeping, row);
    if (fragments === undefined || fragments.length === 0) continue;
    if (!isWanting(fragments[0]!)) moves.push(...plan(fragments));
    else if (isNamed) atRisk.push({ ...versionFinding("fragment not moved", row), reason: "others missing" });
  }
  if (moves.length === 0) return 0;
  const before = movedIn(counts);
  const moved = await moveFragments(keeping, reach, moves, async ({ copied, rebuilt }) => {
    counts.now.copiedFragments += copied;
    await counts.add("rebuiltFragments", rebuilt);
    options.onProgress?.({ what: "fragments", done: movedIn(counts) });
  });
  for (const store of moved.refusing) balance.close(store);
  run.hasStrayed ||= movedIn(counts) - before < moves.length;
  atRisk.push(...moved.atRisk, ...(isNamed ? moved.overtaken : []));
  lost.push(...moved.lost);
  return movedIn(counts) - before;
}

function movedIn({ now }: JobCounts<Counted>): number {
  return now.copiedFragments + now.rebuiltFragments;
}

function breaksRules({ keeping }: Run, fragments: readonly LyingFragment[], moves: readonly Move[]): boolean {
  const lying = new Lying(fragments[0]!);
  for (const { index, to } of moves) lying.move(index, to);
  return brokenRules(keeping.settings, lying.held).length > 0;
}
