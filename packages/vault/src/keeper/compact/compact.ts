import type { Id } from "../../catalogue.ts";
import { deleteCondemned } from "../erase/condemned.ts";
import type { Finding } from "../findings.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { beginRun } from "../moving/begin-run.ts";
import { fragmentsIn, settledObjects } from "../moving/fragments-in.ts";
import type { JobCounts } from "../moving/job-counts.ts";
import type { Traffic } from "../moving/metered.ts";
import { moveFragments } from "../moving/move-fragments.ts";
import type { AtRisk } from "../repair/repair-fragments.ts";
import type { Reach } from "../verify/reach.ts";
import { type Candidate, findCandidates, groupsOf } from "./candidates.ts";

/** Counts are those of all runs of a compaction that was interrupted. */
export interface CompactReport extends Traffic {
  /** Objects that were written again. */
  readonly rewrittenObjects: number;
  /** Bytes in them that no version needed. */
  readonly freedBytes: number;
  readonly copiedFragments: number;
  /** Fragments that could not be read, and were made again from k others. */
  readonly rebuiltFragments: number;
  /** Objects that stores deleted. */
  readonly deletedObjects: number;
  /** Fragments that their store did not take anew; they stay as they are. */
  readonly atRisk: readonly AtRisk[];
  /** What is wrong with versions of which too few fragments are left. */
  readonly lost: readonly Finding[];
  /** Stores that are not at hand, or did not answer at least once. */
  readonly unreachable: readonly Id[];
}

const counted = [
  "rewrittenObjects",
  "freedBytes",
  "copiedFragments",
  "rebuiltFragments",
  "deletedObjects",
] as const;
type Counted = (typeof counted)[number];

interface Run {
  readonly keeping: Keeping;
  readonly reach: Reach;
  readonly counts: JobCounts<Counted>;
  readonly atRisk: AtRisk[];
  readonly lost: Finding[];
  readonly options: JobOptions;
}

/**
 * Writes objects again that are a quarter waste or more, and puts many small ones together: every store's for itself,
 * each fragment byte for byte as it was. It needs no key of a reader, may be interrupted at any step and run again,
 * also beside others; a second run finds next to nothing. Stores that are leaving, and those without their header, are
 * left as they are.
 * @throws VaultError `stores-missing` for a catalogue that does not know everything
 */
export async function compactVault(plain: Keeping, options: JobOptions = {}): Promise<CompactReport> {
  const begun = await beginRun(plain, { name: "compact", counted }, options);
  const { keeping, reach, counts, withHeader, usable } = begun;
  const run: Run = { keeping, reach, counts, atRisk: [], lost: [], options };

  for (const { id } of keeping.settings.stores) if (usable.has(id)) await compactStore(run, id);
  const deleted = await deleteCondemned(keeping, reach.within(withHeader));
  for (const count of deleted.values()) counts.now.deletedObjects += count;

  const report: CompactReport = {
    ...counts.all,
    atRisk: run.atRisk,
    lost: run.lost,
    unreachable: reach.unreachable(keeping.settings.stores.map(({ id }) => id)),
  };
  await begun.end();
  return report;
}

async function compactStore(run: Run, store: Id): Promise<void> {
  const { keeping, reach, counts, options } = run;
  for (const group of groupsOf(await findCandidates(keeping, reach, store))) {
    reach.signal?.throwIfAborted();
    await rewrite(run, store, group);
    await counts.save();
    options.onProgress?.({ what: "objects", done: counts.now.rewrittenObjects });
  }
}

async function rewrite(
  { keeping, reach, counts, atRisk, lost }: Run,
  store: Id,
  group: readonly Candidate[],
): Promise<void> {
  const objects = await settledObjects(
    keeping.rows,
    group.map(({ row }) => row),
  );
  const { fragments } = await fragmentsIn(keeping, objects);
  const moves = fragments.map((fragment) => ({ ...fragment, to: store }));
  const moved = await moveFragments(keeping, reach, moves, async ({ copied, rebuilt }) => {
    counts.now.copiedFragments += copied;
    await counts.add("rebuiltFragments", rebuilt);
  });
  for (const { row, wastedBytes } of group) {
    // One that a commit waits for, or of which a fragment was refused, is as it was.
    if ((await keeping.rows.contents(store, row.name)).length > 0) continue;
    counts.now.rewrittenObjects++;
    counts.now.freedBytes += wastedBytes;
  }
  atRisk.push(...moved.atRisk);
  lost.push(...moved.lost);
}
