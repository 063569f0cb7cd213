import {
  type FragmentSource,
  type KnownFragment,
  surveyFragments,
  toHex,
  verifyBlocks,
} from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import { type PackedEntry, StoreError } from "@chirograph/stores";
import type { Id, Place } from "../../catalogue.ts";
import { fragmentFinding, type Finding, versionFinding } from "../findings.ts";
import { sourceOfBytes, StoredFragment } from "../fragment-sources.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Keeping } from "../keeping.ts";
import type { Target, VersionRow } from "../rows.ts";
import { ObjectView } from "./object-view.ts";
import type { Reach } from "./reach.ts";
import {
  beginCheck,
  canBeRead,
  type FragmentCheck,
  kindOfState,
  type VersionCheck,
} from "./version-check.ts";

/** Larger fragments are read block by block. */
export const IN_MEMORY_BYTES: number = 4 * 1_048_576;
/** Objects that are read at the same time, of all stores together. */
const WIDTH = 8;

/** What was found of a group of versions. */
export interface GroupCheck {
  readonly checks: readonly VersionCheck[];
  /** Without an envelope nothing of them can be checked. */
  readonly unreadable: readonly VersionRow[];
  /** Objects that hold bytes which no version needs. */
  readonly strays: readonly Target[];
  readonly readBytes: number;
}

/** A fragment that is to be looked for in an object. */
interface Wanted {
  readonly check: VersionCheck;
  readonly fragment: FragmentCheck;
  readonly place: Place;
}

/**
 * Reads every fragment of every version: its frame against the envelope, its blocks against their leaves, the entry
 * in its object's table. Every object is read once, however many fragments of the group lie in it.
 * @param keepBytes of so many bytes of small fragments the content stays with the checks
 * @param before earlier checks: what they found where it still lies is taken from them
 */
export async function checkVersions(
  { engine, rows }: Pick<Keeping, "engine" | "rows">,
  reach: Reach,
  group: {
    readonly versions: readonly VersionRow[];
    readonly keepBytes: number;
    readonly before?: ReadonlyMap<Id, VersionCheck>;
  },
): Promise<GroupCheck> {
  const checks: VersionCheck[] = [];
  const unreadable: VersionRow[] = [];
  for (const row of group.versions) {
    const check = await beginCheck(engine, row, group.before?.get(row.version));
    if (check === undefined) unreadable.push(row);
    else checks.push(check);
  }
  const strays: Target[] = [];
  let [readBytes, keepBytes] = [0, group.keepBytes];

  await inParallel(interleaved(byObject(checks)), WIDTH, async (wanted) => {
    reach.signal?.throwIfAborted();
    const { store, object: name } = wanted[0]!.place;
    const opened = await reach.ask(store, (at) => ObjectView.open({ store: at, name, signal: reach.signal }));
    if (typeof opened === "string") {
      for (const { fragment } of wanted) fragment.state = opened;
      return;
    }
    const table = await reach.ask(store, () => opened.table());
    for (const { check, fragment, place } of wanted) {
      const bytes = await readFragment(engine, reach, { opened, check, fragment, place });
      const isListed = typeof table !== "string" && lists(table, check, fragment);
      if (fragment.state === "good" && !isListed) fragment.state = "unlisted";
      if (canBeRead(fragment)) readBytes += place.lengthBytes;
      if (bytes !== undefined && bytes.length <= keepBytes) {
        // A copy: the rest of the object need not stay with it.
        fragment.bytes = new Uint8Array(bytes);
        keepBytes -= bytes.length;
      }
    }
    if (typeof table !== "string" && table.length > wanted.length) {
      const known = new Set((await rows.contents(store, name)).map(({ offset }) => offset));
      if (table.some(({ offset }) => !known.has(offset))) strays.push({ store, object: name });
    }
  });
  return { checks, unreadable, strays, readBytes };
}

/** What is wrong with a version, and whether it can be made whole without anybody's key. */
export async function judgeVersion(
  { engine }: Pick<Keeping, "engine">,
  reach: Reach,
  check: VersionCheck,
): Promise<{ findings: Finding[]; isLost: boolean }> {
  const findings = check.fragments.flatMap(({ index, place, state }) =>
    state === "good" ? [] : [fragmentFinding(kindOfState(state), check.row, index, place)],
  );
  if (findings.length === 0) return { findings, isLost: false };
  const readable = check.fragments.filter(canBeRead).length;
  const isLost = readable < check.envelope.needed && (await lacksStripe(engine, reach, check));
  return { findings, isLost };
}

export function unreadableFinding(row: VersionRow): Finding {
  return versionFinding("envelope damaged", row);
}

/** The fragments whose frames are right, whatever their blocks are. */
export async function framedFragments(
  engine: Engine,
  reach: Reach,
  check: VersionCheck,
): Promise<KnownFragment[]> {
  const known: KnownFragment[] = [];
  for (const fragment of check.fragments) {
    const source = sourceOf(reach, fragment);
    if (source === undefined) continue;
    const framed = await frameOf(engine, check, fragment.index, source);
    if (framed !== undefined) known.push(framed);
  }
  return known;
}

function sourceOf(reach: Reach, { place, state, bytes }: FragmentCheck): FragmentSource | undefined {
  if (bytes !== undefined) return sourceOfBytes(bytes);
  if (place === null || state === "missing" || state === "unreachable") return undefined;
  const store = reach.store(place.store);
  return store && new StoredFragment(store, place, reach.signal);
}

/** Too few whole fragments may still be enough, if they are damaged in different places. */
async function lacksStripe(engine: Engine, reach: Reach, check: VersionCheck): Promise<boolean> {
  const known = await framedFragments(engine, reach, check);
  if (known.length < check.envelope.needed) return true;
  return (await verifyBlocks(engine, check.envelope, known)).problem !== undefined;
}

/** Sets what the fragment is; gives its bytes where it is whole and was read in one piece. */
async function readFragment(
  engine: Engine,
  reach: Reach,
  wanted: Wanted & { readonly opened: ObjectView },
): Promise<Uint8Array | undefined> {
  const { opened, check, fragment, place } = wanted;
  if (place.lengthBytes !== check.envelope.geometry.fragmentBytes) {
    fragment.state = "damaged";
    return undefined;
  }
  if (place.lengthBytes > IN_MEMORY_BYTES) {
    await readInBlocks(engine, reach, wanted);
    return undefined;
  }
  const bytes = await reach.ask(place.store, () => opened.read(place));
  if (typeof bytes === "string") {
    fragment.state = bytes;
    return undefined;
  }
  const isWhole = await isAsSigned(engine, check, fragment.index, sourceOfBytes(bytes));
  fragment.state = isWhole ? "good" : "damaged";
  return isWhole ? bytes : undefined;
}

async function readInBlocks(
  engine: Engine,
  reach: Reach,
  { opened, check, fragment, place }: Wanted & { readonly opened: ObjectView },
): Promise<void> {
  const state = await reach.ask(place.store, async (store) => {
    if (place.lengthBytes > opened.sizeBytes - place.offset) {
      throw new StoreError("out-of-range", "The fragment does not lie inside the object.");
    }
    const source = new StoredFragment(store, place, reach.signal);
    const isWhole = await isAsSigned(engine, check, fragment.index, source);
    // The core takes a failing source for a damaged one.
    if (source.failure !== undefined) throw source.failure;
    return isWhole ? ("good" as const) : ("damaged" as const);
  });
  fragment.state = state;
}

/** Whether a source is fragment `index` of the version, with all its blocks. */
export async function isAsSigned(
  engine: Engine,
  check: Pick<VersionCheck, "envelope">,
  index: number,
  source: FragmentSource,
): Promise<boolean> {
  const known = await frameOf(engine, check, index, source);
  if (known === undefined) return false;
  return (await verifyBlocks(engine, check.envelope, [known])).damaged.size === 0;
}

/** The fragment with its frame, if that is the signed one; its blocks are not read. */
export async function frameOf(
  engine: Engine,
  { envelope }: Pick<VersionCheck, "envelope">,
  index: number,
  source: FragmentSource,
): Promise<KnownFragment | undefined> {
  const { known } = await surveyFragments(engine, envelope, [{ name: "", source }]);
  return known.find((fragment) => fragment.index === index);
}

function lists(
  table: readonly PackedEntry[],
  { envelope }: VersionCheck,
  { index, place }: FragmentCheck,
): boolean {
  const entry = entryAt(table, place!.offset);
  const { id } = envelope.places[index]!;
  return (
    entry !== undefined &&
    entry.kind === "fragment" &&
    entry.lengthBytes === place!.lengthBytes &&
    toHex(entry.id) === toHex(id)
  );
}

/** Entries stand in the order of their offsets. */
function entryAt(table: readonly PackedEntry[], offset: number): PackedEntry | undefined {
  let [low, high] = [0, table.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return table[low]?.offset === offset ? table[low] : undefined;
}

/** What is still to be looked for, by the object in which it should lie. */
function byObject(checks: readonly VersionCheck[]): Map<string, Wanted[]> {
  const objects = new Map<string, Wanted[]>();
  for (const check of checks) {
    for (const fragment of check.fragments) {
      const { place } = fragment;
      // Whatever it is, another look has found that already.
      if (place === null || fragment.state !== "missing") continue;
      const key = `${place.store}/${place.object}`;
      const wanted = objects.get(key);
      if (wanted === undefined) objects.set(key, [{ check, fragment, place }]);
      else wanted.push({ check, fragment, place });
    }
  }
  for (const wanted of objects.values()) wanted.sort((left, right) => left.place.offset - right.place.offset);
  return objects;
}

/** One object of each store in turn, so that all stores work at the same time. */
function interleaved(objects: ReadonlyMap<string, Wanted[]>): Wanted[][] {
  const turns = new Map<string, number>();
  const inTurn = [...objects.values()].map((wanted) => {
    const { store } = wanted[0]!.place;
    const turn = turns.get(store) ?? 0;
    turns.set(store, turn + 1);
    return { wanted, turn };
  });
  return inTurn.toSorted((left, right) => left.turn - right.turn).map(({ wanted }) => wanted);
}
