import { HEADER_NAME } from "../header.ts";
import type { Id } from "../../catalogue.ts";
import { inParallel } from "../../in-parallel.ts";
import { condemnExpired, deleteCondemned } from "../erase/condemned.ts";
import { callOptions } from "../fragment-sources.ts";
import { storesToAcknowledge } from "../intent.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { requireWhole } from "../moving/require-whole.ts";
import { isId } from "../names.ts";
import { knowsEverything } from "../reindex/whole.ts";
import { requireCurrent } from "../require-current.ts";
import type { Target } from "../rows.ts";
import { checkHeaders, storesWithHeader } from "../verify/check-headers.ts";
import { Reach } from "../verify/reach.ts";
import { findStrangers, type Strangers } from "./listing.ts";
import { isExpected, judgeStranger, missedFragments } from "./judge.ts";
import { Sightings } from "./sightings.ts";

const DAY_MS: number = 24 * 3_600_000;
/** Reservations last a day, also those of other catalogues. */
const SHORTEST_GRACE_MS: number = DAY_MS;
const GRACE_MS: number = 2 * DAY_MS;
const WIDTH = 4;

export interface SweepOptions extends JobOptions {
  /** So long nothing must have referred to an object, in milliseconds: two days if nothing is said, at least one. */
  readonly graceMs?: number;
}

export interface SweepReport {
  /** Objects that stores listed. */
  readonly listedObjects: number;
  /** Objects that nothing refers to, seen for less than the grace period. */
  readonly waitingObjects: number;
  /** Those that were deleted now. */
  readonly deletedObjects: number;
  readonly deletedBytes: number;
  /** Objects of puts that were broken off, and such as were condemned before. */
  readonly expiredObjects: number;
  readonly condemnedObjects: number;
  /** Names that are none of a vault's. They stay. */
  readonly foreign: readonly Target[];
  /** Objects that hold a fragment which is missed. They stay; `reindex` finds it. */
  readonly missed: readonly Target[];
  /** Statements that this catalogue does not know: as long as there are some, nothing is deleted. `reindex` reads them. */
  readonly news: readonly Target[];
  /** N − f stores listed everything; with fewer, nothing is deleted. */
  readonly isProven: boolean;
  /** The catalogue knows everything still; while it is being made again, nothing is deleted. */
  readonly isWhole: boolean;
  /** Stores that list more objects than anybody looks at which this catalogue does not know: they prove nothing. */
  readonly unbelieved: readonly Id[];
  /** Stores that are not at hand, or did not answer at least once. */
  readonly unreachable: readonly Id[];
}

/** An object that nothing refers to. */
interface Orphan extends Target {
  readonly sizeBytes: number;
  readonly since: number;
}

type Found = Pick<SweepReport, "foreign" | "missed" | "news"> & { readonly orphans: readonly Orphan[] };

/**
 * Deletes what lies on stores and nothing refers to: the rest of puts of a lost catalogue, copies that a crash left.
 * An object goes when this catalogue knows everything, when N − f stores have listed all that they have and none of
 * it is a commit that this catalogue does not know, and when nothing referred to it in this sweep and in one at least
 * the grace period ago. What is reserved, or about to be committed, is left alone.
 *
 * It may be interrupted at any step and run again, also beside others: what was seen is remembered.
 * @throws VaultError `stores-missing` for a catalogue that does not know everything
 */
export async function sweepVault(keeping: Keeping, options: SweepOptions = {}): Promise<SweepReport> {
  const { graceMs = GRACE_MS, signal } = options;
  if (!(graceMs >= SHORTEST_GRACE_MS)) throw new RangeError("the grace period is at least a day");
  await requireCurrent(keeping);
  await requireWhole(keeping);
  const { rows, settings } = keeping;
  const ids = settings.stores.map(({ id }) => id);
  const reach = new Reach(keeping.stores, signal);
  const known = reach.within(storesWithHeader(await checkHeaders(keeping, reach, undefined)));
  const expiredObjects = await condemnExpired(keeping, known);
  const condemned = await deleteCondemned(keeping, known);

  const strangers = await listAll(keeping, known, options);
  const isProven = [...strangers.values()].filter(({ isComplete }) => isComplete).length >= needed(keeping);
  const found = await judgeAll(keeping, known, strangers);
  const due = found.orphans.filter(({ since }) => keeping.now() - since >= graceMs);
  const mayDelete = isProven && found.news.length === 0;
  const deleted = mayDelete ? await deleteAll(keeping, known, due, options) : [];
  return {
    listedObjects: sumOf([...strangers.values()].map(({ listed }) => listed)),
    waitingObjects: found.orphans.length - deleted.length,
    deletedObjects: deleted.length,
    deletedBytes: sumOf(deleted.map(({ sizeBytes }) => sizeBytes)),
    expiredObjects,
    condemnedObjects: sumOf([...condemned.values()]),
    foreign: found.foreign,
    missed: found.missed,
    news: found.news,
    isProven,
    isWhole: await knowsEverything(rows),
    unbelieved: ids.filter((id) => strangers.get(id)?.isBeyond === true),
    unreachable: reach.unreachable(ids),
  };
}

/** Of all stores that are signed: another catalogue may not know that one of them is leaving. */
function needed(keeping: Keeping): number {
  return storesToAcknowledge(keeping);
}

async function listAll(
  { rows, settings }: Keeping,
  reach: Reach,
  { onProgress }: JobOptions,
): Promise<Map<Id, Strangers>> {
  const strangers = new Map<Id, Strangers>();
  let done = 0;
  await inParallel(settings.stores, WIDTH, async ({ id }) => {
    const found = await findStrangers(rows, reach, id);
    strangers.set(id, found);
    done += found.listed;
    onProgress?.({ what: "objects", done });
  });
  return strangers;
}

async function judgeAll(
  keeping: Keeping,
  reach: Reach,
  strangers: ReadonlyMap<Id, Strangers>,
): Promise<Found> {
  const missed = await missedFragments(keeping);
  const found = {
    orphans: [] as Orphan[],
    foreign: [] as Target[],
    missed: [] as Target[],
    news: [] as Target[],
  };
  for (const [store, { objects, isComplete }] of strangers) {
    const sightings = await Sightings.of(keeping.rows, store, keeping.now());
    const orphans: Orphan[] = [];
    const unread: string[] = [];
    await inParallel(objects, WIDTH, async ({ name, sizeBytes }) => {
      reach.signal?.throwIfAborted();
      if (name === HEADER_NAME) return;
      const target = { store, object: name };
      if (!isId(name)) found.foreign.push(target);
      else if (!(await isExpected(keeping, target))) {
        const verdict = await judgeStranger(keeping, reach, { target, missed });
        if (verdict === "orphan") orphans.push({ ...target, sizeBytes, since: sightings.since(name) });
        else if (verdict === "unreadable") unread.push(name);
        else found[verdict].push(target);
      }
    });
    found.orphans.push(...orphans);
    // A list that broke off says nothing about what it did not reach.
    if (isComplete) await sightings.keep([...orphans.map(({ object }) => object), ...unread].toSorted());
  }
  return found;
}

/** @returns those that their stores have deleted */
async function deleteAll(
  keeping: Keeping,
  reach: Reach,
  due: readonly Orphan[],
  { onProgress }: JobOptions,
): Promise<Orphan[]> {
  const deleted: Orphan[] = [];
  await inParallel(due, WIDTH, async (orphan) => {
    reach.signal?.throwIfAborted();
    // Somebody may be making the catalogue again meanwhile, and find a use for it.
    if (!(await knowsEverything(keeping.rows)) || (await isExpected(keeping, orphan))) return;
    const answer = await reach.ask(orphan.store, async (at) => {
      await at.delete(orphan.object, callOptions(reach.signal));
      return "deleted" as const;
    });
    if (answer === "deleted") deleted.push(orphan);
    onProgress?.({ what: "objects", done: deleted.length, total: due.length });
  });
  return deleted;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
