import type { Id } from "../../catalogue.ts";
import { inParallel } from "../../in-parallel.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import type { ObjectRow, Target, VersionRow } from "../rows.ts";
import { knowsEverything } from "../reindex/whole.ts";
import { Batches, objectRows } from "../verify/batches.ts";
import { checkHeaders, storesWithHeader } from "../verify/check-headers.ts";
import { readStatements } from "../verify/check-statements.ts";
import { Reach } from "../verify/reach.ts";
import { condemn, deleteCondemned, deleteObject } from "./condemned.ts";
import { awaitedObjects } from "./awaited.ts";
import { rewriteObject } from "./rewrite.ts";
import { writeCopy } from "./statement-copy.ts";

const WIDTH = 4;
const PAGE = 500;

export interface ErasureReport {
  /** Versions of which no store that answered holds anything any more. */
  readonly erased: readonly Id[];
  /** Versions of which something still lies, or may lie, in a store: run it again when the stores are back. */
  readonly unfinished: readonly Id[];
  readonly stores: readonly StoreConfirmation[];
}

/** What one store confirmed. */
export interface StoreConfirmation {
  readonly store: Id;
  /** Objects that it deleted. */
  readonly deleted: number;
  /** Objects that were written again without what was erased; the old ones count among `deleted`. */
  readonly rewritten: number;
  /** Objects that it holds and that could not be deleted or written again. */
  readonly unreachable: number;
}

/** What one run counts, store by store. */
class Confirmations {
  readonly #stores: Map<Id, { deleted: number; rewritten: number; unreachable: number }>;

  constructor(stores: readonly Id[]) {
    this.#stores = new Map(stores.map((id) => [id, { deleted: 0, rewritten: 0, unreachable: 0 }]));
  }

  count(store: Id, what: "deleted" | "rewritten" | "unreachable", by = 1): void {
    const counts = this.#stores.get(store) ?? { deleted: 0, rewritten: 0, unreachable: 0 };
    counts[what] += by;
    this.#stores.set(store, counts);
  }

  list(): StoreConfirmation[] {
    return Array.from(this.#stores, ([store, counts]) => ({ store, ...counts }));
  }
}

/**
 * Deletes everything that the stores hold of erased versions: fragments, and envelopes in statement objects. Objects
 * that hold more are written again without it, neighbours byte for byte. It needs no key of a reader.
 *
 * Every step can be the last one: a version's places are told until the bytes are deleted, so the next run goes on. A
 * version is gone when no place and no object is left that may hold something of it; a store that does not answer, or
 * has lost its header, keeps it unfinished. So does a catalogue that was made again without all that it takes: what it
 * does not know must not be lost with what is erased.
 */
export async function finishErasures(keeping: Keeping, options: JobOptions = {}): Promise<ErasureReport> {
  const stores = new Reach(keeping.stores, options.signal);
  const reach = stores.within(storesWithHeader(await checkHeaders(keeping, stores, undefined)));
  const confirmations = new Confirmations(keeping.settings.stores.map(({ id }) => id));
  const versions = await erasedVersions(keeping);
  if (!(await knowsEverything(keeping.rows))) {
    for (const { store } of objectsOf(versions).values()) confirmations.count(store, "unreachable");
    return { erased: [], unfinished: [...versions.keys()], stores: confirmations.list() };
  }
  const before = await deleteCondemned(keeping, reach);
  for (const [store, count] of before) confirmations.count(store, "deleted", count);

  await eraseFragments(keeping, reach, confirmations, versions, options);
  const held = await eraseEnvelopes(keeping, reach, confirmations, versions);
  const { erased, unfinished } = await markGone(keeping, versions, held);
  return { erased, unfinished, stores: confirmations.list() };
}

/** An erased version, without its envelope: there may be many. */
type Erased = Pick<VersionRow, "version" | "batch" | "places">;

async function erasedVersions({ rows }: Pick<Keeping, "rows">): Promise<Map<Id, Erased>> {
  const erased = new Map<Id, Erased>();
  let after: Id | undefined;
  while (true) {
    const page = await rows.pageErased({ limit: PAGE, ...(after !== undefined && { after }) });
    for (const { version, batch, places } of page) erased.set(version, { version, batch, places });
    if (page.length < PAGE) return erased;
    after = page.at(-1)!.version;
  }
}

/** The objects that hold their fragments, each once. */
function objectsOf(versions: ReadonlyMap<Id, Erased>): Map<string, Target> {
  const objects = new Map<string, Target>();
  for (const place of [...versions.values()].flatMap(({ places }) => places)) {
    if (place === null) continue;
    const { store, object } = place;
    objects.set(`${store}/${object}`, { store, object });
  }
  return objects;
}

async function eraseFragments(
  keeping: Keeping,
  reach: Reach,
  confirmations: Confirmations,
  versions: ReadonlyMap<Id, Erased>,
  { onProgress }: JobOptions,
): Promise<void> {
  const objects = objectsOf(versions);
  const awaited = await awaitedObjects(keeping.rows);
  let done = 0;
  await inParallel(objects, WIDTH, async ([key, target]) => {
    reach.signal?.throwIfAborted();
    if (awaited.has(key)) confirmations.count(target.store, "unreachable");
    else await eraseFromObject(keeping, reach, confirmations, { target, erased: versions });
    onProgress?.({ what: "erasures", done: ++done, total: objects.size });
  });
}

async function eraseFromObject(
  keeping: Keeping,
  reach: Reach,
  confirmations: Confirmations,
  { target, erased }: { target: Target; erased: ReadonlyMap<Id, Erased> },
): Promise<void> {
  const { store, object } = target;
  const contents = await keeping.rows.contents(store, object);
  const kept = contents.filter(({ version }) => !erased.has(version));
  if (kept.length > 0) {
    const answer = await reach.ask(store, async (at) => {
      await rewriteObject(keeping, at, { ...target, kept, signal: reach.signal });
      return "rewritten" as const;
    });
    if (answer !== "rewritten") return confirmations.count(store, "unreachable");
    confirmations.count(store, "rewritten");
  } else {
    await condemn(keeping, [target]);
  }
  const isDeleted = await deleteObject(keeping, reach, target);
  confirmations.count(store, isDeleted ? "deleted" : "unreachable");
}

/**
 * Statement objects hold the envelopes of erased versions until they are written again.
 * @returns batches of which an object may still hold some
 */
async function eraseEnvelopes(
  keeping: Keeping,
  reach: Reach,
  confirmations: Confirmations,
  versions: ReadonlyMap<Id, Erased>,
): Promise<Set<Id>> {
  const concerned = new Set([...versions.values()].map(({ batch }) => batch));
  const held = new Set<Id>();
  if (concerned.size === 0) return held;
  for await (const page of objectRows(keeping.rows, { kind: "statement" })) {
    const batches = new Batches(keeping);
    const mayHold = page.filter(({ envelopes, batch }) => envelopes && concerned.has(batch!));
    await inParallel(mayHold, WIDTH, async (row) => {
      reach.signal?.throwIfAborted();
      if (!(await eraseFromStatement(keeping, reach, confirmations, batches, row))) held.add(row.batch!);
    });
  }
  return held;
}

/** @returns whether it is certain that the object holds nothing that was erased */
async function eraseFromStatement(
  keeping: Keeping,
  reach: Reach,
  confirmations: Confirmations,
  batches: Batches,
  row: ObjectRow,
): Promise<boolean> {
  const { store, name, batch } = row;
  // Condemned ones that could be deleted were deleted before.
  if (row.state === "condemned") return false;
  const statements = await readStatements(keeping, reach, row);
  if (statements === "missing") return true;
  if (typeof statements !== "string") {
    if (!(await batches.holdsErased(statements))) return true;
    if ((await batches.judge(statements, row)) === "unknown") {
      confirmations.count(store, "unreachable");
      return false;
    }
  }

  const answer = await reach.ask(store, async (at) => {
    await writeCopy(keeping, at, { store, batch: batch!, envelopes: true, old: row });
    return "rewritten" as const;
  });
  if (answer === "rewritten") confirmations.count(store, "rewritten");
  const isDeleted = answer === "rewritten" && (await deleteObject(keeping, reach, { store, object: name }));
  confirmations.count(store, isDeleted ? "deleted" : "unreachable");
  return isDeleted;
}

/** A version is gone when nothing is left that may hold something of it. */
async function markGone(
  { rows }: Pick<Keeping, "rows">,
  versions: ReadonlyMap<Id, Erased>,
  held: ReadonlySet<Id>,
): Promise<{ erased: Id[]; unfinished: Id[] }> {
  const [erased, unfinished]: [Id[], Id[]] = [[], []];
  const ids = [...versions.keys()];
  for (let first = 0; first < ids.length; first += PAGE) {
    for (const { version, batch, places } of await rows.versions(ids.slice(first, first + PAGE))) {
      const isGone = !held.has(batch) && places.every((place) => place === null);
      (isGone ? erased : unfinished).push(version);
    }
  }
  await rows.gone(erased);
  return { erased, unfinished };
}
