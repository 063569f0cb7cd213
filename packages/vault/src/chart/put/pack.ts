import {
  type Envelope,
  type FragmentSink,
  fromHex,
  type LockedEnvelope,
  type PlannedFragment,
  sealVersion,
  toHex,
  type UnlockedChart,
} from "@chirograph/core";
import { type EntryToPack, packEntries, StoreError } from "@chirograph/stores";
import type { Id, Place, Reservation, Target } from "../../catalogue.ts";
import type { VaultParts } from "../parts.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Job } from "./job.ts";
import { currentKey, type PendingVersion } from "./pending.ts";
import { readyToSeal } from "./ready.ts";
import { isEnough, keyOf, reserve, tooFewStored } from "./targets.ts";

/** Versions that are sealed at the same time. */
const SEALING_AT_ONCE = 8;

/** A small version of a job, the chart it is sealed under, and then its fragments. */
interface Small {
  readonly job: Job;
  readonly version: PendingVersion;
  readonly unlocked: UnlockedChart;
  targets: readonly Target[];
  fragments: Fragments;
  envelope: (Envelope & LockedEnvelope) | undefined;
}

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
    await guarded(job, async () => {
      const unlocked = await readyToSeal(job.session);
      const group = byLength.get(unlocked.wordLength) ?? [];
      for (const version of versions) {
        group.push({ job, version, unlocked, targets: [], fragments: new Fragments(), envelope: undefined });
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
    await inParallel(group, SEALING_AT_ONCE, (small) =>
      guarded(small.job, () => seal(parts, small, reservation.tolerate)),
    );
    const whole = group.filter(({ job }) => !job.isOver);
    if (whole.length > 0) await store(parts, reservation, whole);
  } catch (error) {
    for (const { job } of group) job.fail(error);
  }
}

async function seal({ engine }: VaultParts, small: Small, tolerate: number): Promise<void> {
  const { job, version, unlocked, fragments } = small;
  if (job.isOver) return;
  const content = await version.content();
  const { suite, padded, time, record } = version.plan;
  const plan = { author: job.session.identity, suite, padded, time, record, tolerate, content };
  const { envelope } = await sealVersion(engine, unlocked, plan, fragments);
  await version.plan.onSealed?.({ version: toHex(envelope.version) });
  small.envelope = envelope as Envelope & LockedEnvelope;
}

/** Puts one object for each store, and says of each version where its fragments are. */
async function store(parts: VaultParts, reservation: Reservation, group: readonly Small[]): Promise<void> {
  const objects = new Map<string, { target: Target; entries: EntryToPack[] }>();
  for (const { targets, fragments } of group) {
    targets.forEach((target, index) => {
      const object = objects.get(keyOf(target)) ?? { target, entries: [] };
      object.entries.push(fragments.entry(index));
      objects.set(keyOf(target), object);
    });
  }
  const written = new Map<string, ReadonlyMap<string, Place>>();
  const failures = new Map<Id, unknown>();
  await Promise.all(
    Array.from(objects, async ([key, { target, entries }]) => {
      try {
        written.set(key, await putObject(parts, target, entries));
      } catch (error) {
        failures.set(target.store, error);
      }
    }),
  );
  for (const { job, version, unlocked, targets, fragments, envelope } of group) {
    const places = targets.map(
      (target, index) => written.get(keyOf(target))?.get(fragments.name(index)) ?? null,
    );
    const failed = new Set(targets.map((target) => target.store).filter((id) => failures.has(id)));
    const placed = places.filter((place) => place !== null).length;
    if (isEnough(placed, envelope!.geometry)) {
      const chartKey = currentKey(unlocked)!;
      version.stored = { envelope: envelope!, places, reservation: reservation.id, failed, chartKey };
    } else {
      job.fail(tooFewStored(failed, [...failures.values()][0]));
    }
  }
}

/** @returns by a fragment's name where it lies */
async function putObject(
  { stores }: VaultParts,
  target: Target,
  fragments: readonly EntryToPack[],
): Promise<ReadonlyMap<string, Place>> {
  const { body, entries } = packEntries(fragments);
  const found = stores.get(target.store);
  if (found === undefined) throw new StoreError("unavailable", "The store is not at hand.");
  await found.put(target.object, body);
  return new Map(
    entries.map(({ id, offset, lengthBytes }) => [toHex(id), { ...target, offset, lengthBytes }]),
  );
}

async function guarded(job: Job, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    job.fail(error);
  }
}

/** The fragments of one small version, in memory. */
class Fragments implements FragmentSink {
  #planned: readonly PlannedFragment[] = [];
  #bytes: readonly Uint8Array[] = [];
  #filled: number[] = [];

  async open(fragments: readonly PlannedFragment[]): Promise<void> {
    this.#planned = fragments;
    this.#bytes = fragments.map(({ sizeBytes }) => new Uint8Array(sizeBytes));
    this.#filled = fragments.map(() => 0);
  }

  async write(index: number, bytes: Uint8Array): Promise<void> {
    this.#bytes[index]!.set(bytes, this.#filled[index]);
    this.#filled[index]! += bytes.length;
  }

  name(index: number): string {
    return this.#planned[index]!.name;
  }

  entry(index: number): EntryToPack {
    const { name, sizeBytes } = this.#planned[index]!;
    return { id: fromHex(name)!, kind: "fragment", lengthBytes: sizeBytes, bytes: [this.#bytes[index]!] };
  }
}
