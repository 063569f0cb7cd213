import type { Id } from "../../catalogue.ts";
import { fragmentFinding, type Finding } from "../findings.ts";
import type { Keeping } from "../keeping.ts";
import { FragmentWriter, stillThere } from "../repair/fragment-writer.ts";
import type { AtRisk } from "../repair/repair-fragments.ts";
import type { Reach } from "../verify/reach.ts";
import { copyFragments } from "./copy-fragments.ts";
import type { Move } from "./move.ts";
import { rebuildFragments } from "./rebuild-fragments.ts";

export interface Moved {
  /** Fragments that their new stores did not take; they stay where they are. */
  readonly atRisk: readonly AtRisk[];
  /** Fragments that stay since others of their versions were moved by somebody else meanwhile. */
  readonly overtaken: readonly AtRisk[];
  /** What is wrong with versions of which too few fragments are left. */
  readonly lost: readonly Finding[];
  /** Stores that did not take what they were given. */
  readonly refusing: ReadonlySet<Id>;
}

/** Fragments that lie in their new places now. */
export interface Landed {
  /** Of them, those that were read where they lay. */
  readonly copied: number;
  /** Those that were made again from k others. */
  readonly rebuilt: number;
}

/**
 * Moves fragments: copies those that can be read, rebuilds the others. A new object is named in the rows only when it
 * is durable, and a fragment that somebody else has moved meanwhile stays where he put it. Objects that lose their last
 * fragment are condemned, not deleted.
 * @param onLanded told after every object that was written
 */
export async function moveFragments(
  keeping: Keeping,
  reach: Reach,
  moves: readonly Move[],
  onLanded: (landed: Landed) => Promise<void>,
): Promise<Moved> {
  const unread = new Set<string>();
  const writer = new FragmentWriter(keeping, reach, async (fragments) => {
    const rebuilt = fragments.filter((fragment) => unread.has(keyOf(fragment))).length;
    await onLanded({ copied: fragments.length - rebuilt, rebuilt });
  });
  const failed = await copyFragments(keeping, reach, { moves, writer });
  for (const { row, index } of failed) unread.add(keyOf({ version: row.version, index }));
  const lost = await rebuildFragments(keeping, reach, { moves: failed, writer });
  await writer.flush();

  const byKey = new Map(moves.map((move) => [keyOf({ version: move.row.version, index: move.index }), move]));
  const overtaken = await stillThere(keeping.rows, writer.stayed);
  return {
    overtaken: overtaken.map((fragment) => stuck(byKey.get(keyOf(fragment))!, "fragments")),
    atRisk: writer.refused.map(({ fragment }) => stuck(byKey.get(keyOf(fragment))!, "store")),
    lost,
    refusing: new Set(writer.refused.map(({ store }) => store)),
  };
}

/** A fragment that stays where it is, and why. */
export function stuck(
  { row, index, place }: Pick<Move, "row" | "index" | "place">,
  reason: AtRisk["reason"],
): AtRisk {
  return { ...fragmentFinding("fragment not moved", row, index, place), reason };
}

function keyOf({ version, index }: { readonly version: Id; readonly index: number }): string {
  return `${version}/${index}`;
}
