import { fragmentOf } from "@chirograph/core";
import { type EntryToPack, packEntries, StoreError } from "@chirograph/stores";
import type { Id, Place, Reservation, Target } from "../../catalogue.ts";
import type { VaultParts } from "../parts.ts";
import type { Job } from "./job.ts";
import { currentKey, type PendingVersion } from "./pending.ts";
import { readyToSeal } from "./ready.ts";
import { sealGroup } from "./seal-group.ts";
import type { Small } from "./small.ts";
import { isEnough, keyOf, reserve, tooFewStored } from "./targets.ts";

/**
 * Seals the small versions of these jobs in memory and puts them together: one object a store. Where something is
 * wrong with one job, it fails and the others go on.
 */
export async function packVersions(
  parts: VaultParts,
  jobs: readonly Job[],
  isDue: (version: PendingVersion) => boolean,
): Promise<void> {
  const byLength = new Map<number, Small[]>();
  for (const job of jobs) {
    const versions = job.versions.filter((version) => version.isSmall && isDue(version));
    if (versions.length === 0) continue;
    await job.attempt(async () => {
      const unlocked = await readyToSeal(job.session);
      const group = byLength.get(unlocked.wordLength) ?? [];
      for (const version of versions) {
        group.push({ job, version, unlocked, targets: [], sealed: undefined });
      }
      byLength.set(unlocked.wordLength, group);
    });
  }
  await Promise.all(Array.from(byLength, ([fragments, group]) => packGroup(parts, fragments, group)));
}

/** All of one n, and so of one k. */
async function packGroup(parts: VaultParts, fragments: number, group: readonly Small[]): Promise<void> {
  try {
    const reservation = await reserve(parts, { fragments, versions: group.length, layout: "packed" });
    group.forEach((small, index) => (small.targets = reservation.targets[index]!));
    await sealGroup(parts, group, reservation.tolerate);
    const whole = group.filter(({ job }) => !job.isOver);
    if (whole.length > 0) await store(parts, reservation, whole);
  } catch (error) {
    for (const { job } of group) job.fail(error);
  }
}

/** One object for one store, and whose fragments it holds. */
interface Shared {
  readonly target: Target;
  readonly entries: EntryToPack[];
  /** Of each entry in turn. */
  readonly owners: { readonly places: (Place | null)[]; readonly index: number }[];
}

/** Puts one object for each store, and says of each version where its fragments are. */
async function store(parts: VaultParts, reservation: Reservation, group: readonly Small[]): Promise<void> {
  const objects = new Map<string, Shared>();
  const placesOf = group.map((small) => {
    const { targets } = small;
    const places = targets.map((): Place | null => null);
    targets.forEach((target, index) => {
      const key = keyOf(target);
      const object = objects.get(key) ?? { target, entries: [], owners: [] };
      object.entries.push(entryOf(small, index));
      object.owners.push({ places, index });
      objects.set(key, object);
    });
    return places;
  });
  const failures = new Map<Id, unknown>();
  await Promise.all(
    Array.from(objects.values(), async (object) => {
      try {
        await putObject(parts, object);
      } catch (error) {
        failures.set(object.target.store, error);
      }
    }),
  );
  group.forEach(({ job, version, unlocked, targets, sealed }, position) => {
    const { envelope } = sealed!;
    const places = placesOf[position]!;
    const failed = new Set(targets.map((target) => target.store).filter((id) => failures.has(id)));
    const placed = places.filter((place) => place !== null).length;
    if (isEnough(placed, envelope.geometry)) {
      const chartKey = currentKey(unlocked)!;
      version.stored = { envelope, places, reservation: reservation.id, failed, chartKey };
    } else {
      job.fail(tooFewStored(failed, [...failures.values()][0]));
    }
  });
}

/** Gives every owner the place of its fragment once it is durable. */
async function putObject({ stores }: VaultParts, { target, entries, owners }: Shared): Promise<void> {
  const packed = packEntries(entries);
  const found = stores.get(target.store);
  if (found === undefined) throw new StoreError("unavailable", "The store is not at hand.");
  await found.put(target.object, packed.body);
  packed.entries.forEach(({ offset, lengthBytes }, position) => {
    const { places, index } = owners[position]!;
    places[index] = { ...target, offset, lengthBytes };
  });
}

function entryOf({ sealed }: Small, index: number): EntryToPack {
  const { geometry, places } = sealed!.envelope;
  const bytes = [fragmentOf(sealed!, index)];
  return { id: places[index]!.id, kind: "fragment", lengthBytes: geometry.fragmentBytes, bytes };
}
