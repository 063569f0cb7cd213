import { equalBytes, toHex } from "@chirograph/core";
import { type PackedEntry, readAll, readTable, type Store, StoreError } from "@chirograph/stores";
import type { Id } from "@chirograph/vault";
import type { World } from "./world.ts";

/** An object in use that its store does not have, or never gives as somebody needs it. */
export interface Gap {
  readonly store: Id;
  readonly object: string;
}

type ObjectRow = Awaited<ReturnType<World["rows"]["pageObjects"]>>[number];

/** All gaps, as the rows and the disks tell. */
export async function gapsOf(world: World): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const row of await world.rows.pageObjects({ state: "live", limit: 1000 })) {
    const { store, name: object } = row;
    const { disk, spoilsEverything } = world.site(store);
    if (disk.objects.has(object) && !spoilsEverything) continue;
    const needed = await neededOf(world, row);
    // What is erased is deleted one day, and nobody misses it before.
    if (needed.size === 0) continue;
    if (!disk.objects.has(object) || !(await givesNeeded(world, row, needed))) gaps.push({ store, object });
  }
  return gaps;
}

/** Offsets of the entries that somebody needs: those of versions that live, and all statements. */
async function neededOf({ rows }: World, { store, name, kind }: ObjectRow): Promise<ReadonlySet<number>> {
  if (kind === "statement") return new Set([0]);
  const contents = await rows.contents(store, name);
  const versions = await rows.versions(contents.map(({ version }) => version));
  const living = new Set(versions.filter(({ erased }) => !erased).map(({ version }) => version));
  return new Set(contents.filter(({ version }) => living.has(version)).map(({ offset }) => offset));
}

/**
 * Whether all is as it should be that somebody needs of an object which a store spoils: it may strike what a fragment
 * left that lies elsewhere by now, or the id of a statement's entry, which is random and read by nobody.
 */
async function givesNeeded(world: World, row: ObjectRow, needed: ReadonlySet<number>): Promise<boolean> {
  const { disk, served } = world.site(row.store);
  const own = new Map((await entriesOf(disk, row, needed)).map((entry) => [entry.offset, entry]));
  try {
    const given = await entriesOf(served, row, needed);
    return (
      given.length === own.size &&
      given.every((entry) => {
        const { label, bytes } = own.get(entry.offset)!;
        return entry.label === label && equalBytes(entry.bytes, bytes);
      })
    );
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

interface NeededEntry {
  readonly offset: number;
  /** What its row in the table says that counts. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

async function entriesOf(
  store: Store,
  { name, kind }: ObjectRow,
  needed: ReadonlySet<number>,
): Promise<NeededEntry[]> {
  const table = await readTable(store, name);
  const labelOf = (entry: PackedEntry): string =>
    kind === "statement" ? `${entry.kind} of ${table.length}` : `${entry.kind} ${toHex(entry.id)}`;
  return Promise.all(
    table
      .filter(({ offset }) => needed.has(offset))
      .map(async (entry) => ({
        offset: entry.offset,
        label: labelOf(entry),
        bytes: await readAll(store, name, entry),
      })),
  );
}
