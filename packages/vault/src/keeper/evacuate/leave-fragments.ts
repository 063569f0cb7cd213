import type { Id } from "../../catalogue.ts";
import { type Finding, versionFinding } from "../findings.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { fragmentsIn, settledObjects } from "../moving/fragments-in.ts";
import type { JobCounts } from "../moving/job-counts.ts";
import { moveFragments, stuck } from "../moving/move-fragments.ts";
import { objectGroups } from "../moving/object-groups.ts";
import { isWanting, planMoves } from "../moving/targets.ts";
import type { AtRisk } from "../repair/repair-fragments.ts";
import type { Reach } from "../verify/reach.ts";

/** What comes to the store while it is being evacuated is looked for so often. */
const MOST_PASSES = 3;

export const counted = [
  "copiedFragments",
  "rebuiltFragments",
  "writtenStatements",
  "deletedObjects",
] as const;
export type Counted = (typeof counted)[number];

/** A store on its way out. */
export interface Evacuation {
  readonly keeping: Keeping;
  readonly store: Id;
  readonly reach: Reach;
  readonly counts: JobCounts<Counted>;
  /** Stores that may take what is moved. */
  readonly usable: ReadonlySet<Id>;
  readonly leaving: ReadonlySet<Id>;
  /** Fragments that were there at the beginning of this run. */
  readonly expected: number;
  /** Stores that are known by their headers: only what these delete is deleted. */
  readonly withHeader: ReadonlySet<Id>;
}

/** What the last look at the store found. */
export interface Troubles {
  readonly atRisk: AtRisk[];
  readonly lost: Finding[];
  /** Somebody else moved fragments of the same versions: the plan has to be made anew. */
  isOvertaken: boolean;
}

/** As often as something was moved or a store was found full: what comes there meanwhile goes, too. */
export async function moveAllFragments(evacuation: Evacuation, options: JobOptions): Promise<Troubles> {
  const { keeping, store, counts } = evacuation;
  const refusing = new Set<Id>();
  for (let pass = 1; ; pass++) {
    const troubles: Troubles = { atRisk: [], lost: [], isOvertaken: false };
    const before = { moved: movedIn(counts), refusing: refusing.size };
    for await (const group of objectGroups(keeping.rows, store)) {
      const contents = await fragmentsIn(keeping, await settledObjects(keeping.rows, group));
      for (const id of await moveGroup(evacuation, contents, { troubles, refusing, options }))
        refusing.add(id);
    }
    const isOver =
      movedIn(counts) === before.moved && refusing.size === before.refusing && !troubles.isOvertaken;
    if (isOver || pass === MOST_PASSES) return troubles;
  }
}

/** @returns stores that did not take what they were given: they are asked for nothing more */
async function moveGroup(
  { keeping, reach, usable, counts, expected }: Evacuation,
  { fragments, unreadable }: Awaited<ReturnType<typeof fragmentsIn>>,
  run: { readonly troubles: Troubles; readonly refusing: ReadonlySet<Id>; readonly options: JobOptions },
): Promise<ReadonlySet<Id>> {
  reach.signal?.throwIfAborted();
  const { atRisk, lost } = run.troubles;
  const taking = new Set([...usable].filter((id) => !run.refusing.has(id)));
  const [whole, wanting] = [fragments.filter((one) => !isWanting(one)), fragments.filter(isWanting)];
  const plan = planMoves(keeping.settings, taking, whole);
  const moved = await moveFragments(keeping, reach, plan.moves, async ({ copied, rebuilt }) => {
    counts.now.copiedFragments += copied;
    await counts.add("rebuiltFragments", rebuilt);
    run.options.onProgress?.({ what: "fragments", done: movedIn(counts), total: expected });
  });
  atRisk.push(
    ...wanting.map((fragment) => stuck(fragment, "others missing")),
    ...plan.stuck.map((fragment) => stuck(fragment, "policy")),
    ...moved.atRisk,
    ...moved.overtaken,
  );
  if (moved.overtaken.length > 0) run.troubles.isOvertaken = true;
  lost.push(...unreadable.map((row) => versionFinding("envelope damaged", row)), ...moved.lost);
  return moved.refusing;
}

function movedIn({ now }: JobCounts<Counted>): number {
  return now.copiedFragments + now.rebuiltFragments;
}
