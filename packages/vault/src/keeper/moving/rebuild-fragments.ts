import { ChirographError } from "@chirograph/core";
import type { Id, Place } from "../../catalogue.ts";
import { fragmentFinding, type Finding } from "../findings.ts";
import type { Keeping } from "../keeping.ts";
import type { FragmentWriter } from "../repair/fragment-writer.ts";
import { collected, knownFragments, remake, SMALL_BYTES } from "../repair/repair-fragments.ts";
import { SourceError } from "../repair/source-error.ts";
import type { VersionRow } from "../rows.ts";
import { checkSettled } from "../verify/check-settled.ts";
import { checkVersions, judgeVersion } from "../verify/check-versions.ts";
import type { Reach } from "../verify/reach.ts";
import { canBeRead, type VersionCheck } from "../verify/version-check.ts";
import { type Move, remadeOf } from "./move.ts";

/** So many bytes of fragments are rebuilt together, at least one version's. */
const GROUP_BYTES: number = 16 * 1_048_576;
/** So much of what was read for them stays in memory. */
const KEEP_BYTES: number = 128 * 1_048_576;

/**
 * Makes fragments that cannot be read where they lie again from k others, byte for byte. Of each version k are read,
 * and all of it only where one of them is damaged, too.
 * @returns what is wrong with versions of which too few are left
 */
export async function rebuildFragments(
  keeping: Keeping,
  reach: Reach,
  { moves, writer }: { readonly moves: readonly Move[]; readonly writer: FragmentWriter },
): Promise<Finding[]> {
  const lost: Finding[] = [];
  for (const group of groupsOf(moves)) {
    const rows = Array.from(group.values(), (own) => withNeeded(reach, own));
    const { checks } = await checkVersions(keeping, reach, { versions: rows, keepBytes: KEEP_BYTES });
    for (const check of checks) {
      reach.signal?.throwIfAborted();
      const own = group.get(check.row.version)!;
      lost.push(...(await rebuildVersion(keeping, reach, { own, check, writer })));
    }
  }
  return lost;
}

/** Whole versions, so that what is read for one fragment serves the others. */
function* groupsOf(moves: readonly Move[]): Generator<Map<Id, Move[]>> {
  let group = new Map<Id, Move[]>();
  let sizeBytes = 0;
  for (const [version, own] of Map.groupBy(moves, ({ row }) => row.version)) {
    group.set(version, own);
    sizeBytes += own.reduce((sum, { place }) => sum + place.lengthBytes, 0);
    if (sizeBytes < GROUP_BYTES) continue;
    yield group;
    [group, sizeBytes] = [new Map(), 0];
  }
  if (group.size > 0) yield group;
}

/** A version with the places of k fragments that are not to be rebuilt and may be had. */
function withNeeded(reach: Reach, own: readonly Move[]): VersionRow {
  const { row, envelope } = own[0]!;
  const wanted = new Set(own.map(({ index }) => index));
  let left = envelope.needed;
  const places = row.places.map((place, index): Place | null => {
    if (place === null || wanted.has(index) || reach.store(place.store) === undefined || left === 0)
      return null;
    left--;
    return place;
  });
  return { ...row, places };
}

async function rebuildVersion(
  keeping: Keeping,
  reach: Reach,
  version: { readonly own: readonly Move[]; readonly check: VersionCheck; readonly writer: FragmentWriter },
): Promise<Finding[]> {
  const { own, writer } = version;
  const check = await enough(keeping, reach, version.check);
  if (check === undefined) return [];
  const judged = await judgeVersion(keeping, reach, check);
  if (judged.isLost) return judged.findings;
  const known = await knownFragments(keeping.engine, reach, check);
  const lost: Finding[] = [];
  for (const move of own) {
    const { row, index, place, to } = move;
    const bytes = remake(keeping.engine, check, known, check.fragments[index]!);
    try {
      if (place.lengthBytes > SMALL_BYTES) await writer.stream(to, remadeOf(move, bytes));
      else await writer.add(to, remadeOf(move, [await collected(bytes)]));
    } catch (error) {
      reach.signal?.throwIfAborted();
      if (!(error instanceof ChirographError || error instanceof SourceError)) throw error;
      lost.push(fragmentFinding("fragment damaged", row, index, place));
    }
  }
  return lost;
}

/** The check, if k fragments are whole; else one of the whole version, as it is now. `undefined`: it was erased. */
async function enough(
  keeping: Keeping,
  reach: Reach,
  check: VersionCheck,
): Promise<VersionCheck | undefined> {
  if (check.fragments.filter(canBeRead).length >= check.envelope.needed) return check;
  const versions = (await keeping.rows.versions([check.row.version])).filter(({ erased }) => !erased);
  const settled = await checkSettled(keeping, reach, { versions, keepBytes: KEEP_BYTES });
  return settled.checks[0];
}
