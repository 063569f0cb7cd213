import type { Id } from "../../catalogue.ts";
import { type Finding, versionFinding } from "../findings.ts";
import type { Keeping } from "../keeping.ts";
import { fragmentsOf } from "../moving/fragments-in.ts";
import { type Fullness, mendRules } from "../moving/mend-rules.ts";
import { moveFragments } from "../moving/move-fragments.ts";
import type { Move } from "../moving/move.ts";
import { isWanting, Lying } from "../moving/targets.ts";
import { keepsPolicy } from "../placement.ts";
import type { Target, VersionRow } from "../rows.ts";
import type { Reach } from "../verify/reach.ts";
import type { AtRisk } from "./repair-fragments.ts";

/** How full stores are is no matter here: that is for a rebalance. */
const indifferent: Fullness = { fill: () => 0, moved: () => undefined };

export interface PlacementRepair {
  readonly moved: number;
  /** Objects that fragments were moved out of, and that still have their bytes. */
  readonly left: readonly Target[];
  readonly atRisk: readonly AtRisk[];
  readonly lost: readonly Finding[];
}

export const nothingMoved: PlacementRepair = { moved: 0, left: [], atRisk: [], lost: [] };

/**
 * Moves what has to move of versions that are whole and break a rule of the policy where they lie. A catalogue that was
 * made again while a store was away may have had no better choice. What no move brings to keep the policy is named.
 */
export async function repairPlacement(
  keeping: Keeping,
  reach: Reach,
  plan: { readonly versions: readonly Id[]; readonly usable: ReadonlySet<Id> },
): Promise<PlacementRepair> {
  const { rows, settings } = keeping;
  const moves: Move[] = [];
  const atRisk: AtRisk[] = [];
  for (const row of (await rows.versions(plan.versions)).filter(({ erased }) => !erased)) {
    const fragments = await fragmentsOf(keeping, row);
    const [first] = fragments ?? [];
    if (first === undefined || isWanting(first)) continue;
    const lying = new Lying(first);
    if (keepsPolicy(settings, lying.held)) continue;
    const own = mendRules(settings, indifferent, { fragments: fragments!, usable: plan.usable });
    for (const { index, to } of own) lying.move(index, to);
    if (!keepsPolicy(settings, lying.held)) atRisk.push(brokenBy(row));
    moves.push(...own);
  }
  if (moves.length === 0) return { ...nothingMoved, atRisk };
  let moved = 0;
  const { lost, ...others } = await moveFragments(keeping, reach, moves, async ({ copied, rebuilt }) => {
    moved += copied + rebuilt;
  });
  const left = new Map(
    moves.map(({ place: { store, object } }) => [`${store}/${object}`, { store, object }]),
  );
  return { moved, left: [...left.values()], atRisk: [...atRisk, ...others.atRisk], lost };
}

function brokenBy(row: VersionRow): AtRisk {
  return { ...versionFinding("fragment not moved", row), reason: "policy" };
}
