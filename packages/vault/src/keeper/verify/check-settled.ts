import { type Id, samePlace } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import type { Rows, VersionRow } from "../rows.ts";
import { checkVersions, type GroupCheck } from "./check-versions.ts";
import type { Reach } from "./reach.ts";
import type { VersionCheck } from "./version-check.ts";

/**
 * How often versions that moved while they were being checked are checked again. Every round takes another process that
 * moved a fragment since the one before: erasing moves each of up to 32 fragments once, object by object.
 */
const MOST_ROUNDS = 64;

/**
 * `checkVersions`, but what another process moves or erases meanwhile is not taken for missing: versions that are not
 * whole are looked up once more, left out where they are erased, and of what lies elsewhere by now the fragments are
 * read where they are. Fragments that stayed where they were are not read twice.
 */
export async function checkSettled(
  keeping: Pick<Keeping, "engine" | "rows">,
  reach: Reach,
  group: { readonly versions: readonly VersionRow[]; readonly keepBytes: number },
): Promise<GroupCheck> {
  const first = await checkVersions(keeping, reach, group);
  const checks = new Map(first.checks.map((check) => [check.row.version, check]));
  const strays = [...first.strays];
  let { readBytes } = first;
  let suspects = first.checks.filter(isWanting);
  for (let round = 0; round < MOST_ROUNDS && suspects.length > 0; round++) {
    const { moved, erased } = await changesOf(keeping.rows, suspects);
    for (const version of erased) checks.delete(version);
    if (moved.length === 0) break;
    const again = await checkVersions(keeping, reach, { versions: moved, keepBytes: 0, before: checks });
    for (const check of again.checks) checks.set(check.row.version, check);
    strays.push(...again.strays);
    readBytes += again.readBytes;
    suspects = again.checks.filter(isWanting);
  }
  return { checks: [...checks.values()], unreadable: first.unreadable, strays, readBytes };
}

function isWanting({ fragments }: VersionCheck): boolean {
  return fragments.some(({ state }) => state !== "good");
}

async function changesOf(
  rows: Pick<Rows, "versions">,
  suspects: readonly VersionCheck[],
): Promise<{ moved: VersionRow[]; erased: Id[] }> {
  const before = new Map(suspects.map(({ row }) => [row.version, row]));
  const now = await rows.versions([...before.keys()]);
  return {
    moved: now.filter((row) => !row.erased && !liesAs(row, before.get(row.version)!)),
    erased: now.filter(({ erased }) => erased).map(({ version }) => version),
  };
}

function liesAs({ places }: VersionRow, before: VersionRow): boolean {
  return places.every((place, index) => samePlace(place, before.places[index] ?? null));
}
