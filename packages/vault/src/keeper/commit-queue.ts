import type { CommitResult, Id } from "../catalogue.ts";
import { pause } from "../pause.ts";
import { type ChartCache, sameHashes } from "./chart-cache.ts";
import { checkCommit, type CheckedCommit } from "./commit-check.ts";
import type { ReadCommit } from "./commit-read.ts";
import { draftIntent, finishIntent, type IntentContent } from "./intent.ts";
import type { Keeping } from "./keeping.ts";
import { leavingStores } from "./leaving/leaving.ts";
import type { Recovery } from "./recovery.ts";
import type { Intent } from "./rows.ts";
import { MOST_STATEMENT_BYTES } from "./statement.ts";

const MOST_IN_BATCH = 1024;
/** How often a commit looks whether somebody else's intent has ended, and how long it waits between: about 6 s in all. */
const MOST_LOOKS = 240;
const LOOK_MS = 25;
/** Every so many looks it also sees whether the intent was left by whoever began it. */
const LOOKS_TO_RECOVERY = 10;

/** A commit that somebody waits for. */
interface Waiting {
  readonly read: ReadCommit;
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (reason: unknown) => void;
}

type Admitted = Waiting & { readonly commit: CheckedCommit };

/**
 * Puts commits that come at the same time into one batch: one intent, one statement object a store. Batches go one
 * after the other; while one is being written, the next one fills.
 */
export class CommitQueue {
  readonly #keeping: Keeping;
  readonly #charts: ChartCache;
  readonly #recovery: Recovery;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(keeping: Keeping, parts: { charts: ChartCache; recovery: Recovery }) {
    this.#keeping = keeping;
    this.#charts = parts.charts;
    this.#recovery = parts.recovery;
  }

  submit(read: ReadCommit): Promise<CommitResult> {
    const { promise, resolve, reject } = Promise.withResolvers<CommitResult>();
    this.#waiting.push({ read, resolve, reject });
    if (!this.#running) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#commit(await this.#admit(this.#takeBatch()));
    this.#running = false;
  }

  /** The first that wait, each chart and each version once; the others stay for the next batch. */
  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const taken = new Set<Id>();
    let sizeBytes = 0;
    for (const waiting of this.#waiting) {
      const { charts, versions, sizeBytes: own } = waiting.read;
      const ids = [...charts.keys(), ...versions.keys()];
      const fits = batch.length < MOST_IN_BATCH && sizeBytes + own <= MOST_STATEMENT_BYTES;
      if (fits && !ids.some((id) => taken.has(id))) {
        batch.push(waiting);
        sizeBytes += own;
      } else {
        left.push(waiting);
      }
      // A commit that stays behind keeps its place before later ones of its charts.
      for (const id of ids) taken.add(id);
    }
    this.#waiting = left;
    return batch;
  }

  /** Those that may be made; the others get their answer. */
  async #admit(batch: readonly Waiting[]): Promise<Admitted[]> {
    const admitted = await Promise.all(batch.map((waiting) => this.#check(waiting)));
    return admitted.filter((waiting) => waiting !== undefined);
  }

  async #check(waiting: Waiting): Promise<Admitted | undefined> {
    try {
      const checked = await checkCommit(this.#keeping, this.#charts, waiting.read);
      if (checked.state === "ready") return { ...waiting, commit: checked.commit };
      waiting.resolve(checked);
    } catch (error) {
      waiting.reject(error);
    }
    return undefined;
  }

  /** Makes one batch of all, but for those that somebody else's intent is in the way of. */
  async #commit(all: readonly Admitted[]): Promise<void> {
    let batch = [...all];
    while (batch.length > 0) {
      let intent: Intent;
      let inTheWay: ReadonlySet<Id>;
      try {
        const content = together(batch.map(({ commit }) => commit.content));
        intent = draftIntent(this.#keeping, content, await leavingStores(this.#keeping.rows));
        inTheWay = new Set(await this.#keeping.rows.begin(intent));
      } catch (error) {
        return this.#commitEach(batch, error);
      }
      if (inTheWay.size === 0) return this.#finish(intent, batch);
      const isHeld = ({ read }: Waiting): boolean => [...read.charts.keys()].some((id) => inTheWay.has(id));
      for (const waiting of batch.filter(isHeld)) void this.#giveWay(waiting, inTheWay);
      batch = batch.filter((waiting) => !isHeld(waiting));
    }
  }

  /** The rows refused the batch: each commit goes alone, so that only the one that they refuse has the error. */
  async #commitEach(batch: readonly Admitted[], error: unknown): Promise<void> {
    if (batch.length === 1) return batch[0]!.reject(error);
    for (const waiting of batch) await this.#commit([waiting]);
  }

  async #finish(intent: Intent, batch: readonly Admitted[]): Promise<void> {
    try {
      const { stored, owed } = await finishIntent(this.#keeping, intent, { resumed: false });
      for (const { commit, resolve } of batch) {
        for (const chart of commit.after) this.#charts.remember(chart);
        resolve({ state: "committed", stored, owed });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /**
   * An intent of somebody else on a chart moves its heads when it ends, so whoever meets one has a conflict in the end;
   * he is told once he can do something about it.
   */
  async #giveWay({ commit, resolve, reject }: Admitted, inTheWay: ReadonlySet<Id>): Promise<void> {
    try {
      resolve({ state: "conflict", charts: await this.#movedCharts(commit.content, inTheWay) });
    } catch (error) {
      reject(error);
    }
  }

  async #movedCharts({ charts }: IntentContent, inTheWay: ReadonlySet<Id>): Promise<Id[]> {
    const held = charts.filter(({ chart }) => inTheWay.has(chart));
    const ids = held.map(({ chart }) => chart);
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const moved = await this.#moved(held);
      if (moved.length > 0) return moved;
      const isFinished = looks % LOOKS_TO_RECOVERY === 0 && (await this.#recovery.finishLapsed(ids)) > 0;
      if (!isFinished) await pause(LOOK_MS);
    }
    return ids;
  }

  async #moved(charts: IntentContent["charts"]): Promise<Id[]> {
    const moved: Id[] = [];
    for (const { chart, expectedHeads } of charts) {
      if (!sameHashes(await this.#keeping.rows.heads(chart), expectedHeads)) moved.push(chart);
    }
    return moved;
  }
}

function together(contents: readonly IntentContent[]): IntentContent {
  return {
    charts: contents.flatMap(({ charts }) => charts),
    links: contents.flatMap(({ links }) => links),
    versions: contents.flatMap(({ versions }) => versions),
    erased: contents.flatMap(({ erased }) => erased),
    objects: joined(contents.flatMap(({ objects }) => objects)),
  };
}

/** Commits may share an object; then none of them knows its size. */
function joined(objects: IntentContent["objects"]): IntentContent["objects"] {
  const byName = new Map<string, IntentContent["objects"][number]>();
  for (const object of objects) {
    const key = `${object.store}/${object.name}`;
    byName.set(key, byName.has(key) ? { ...object, sizeBytes: 0 } : object);
  }
  return [...byName.values()];
}
