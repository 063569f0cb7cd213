import type { Id } from "../../catalogue.ts";
import { pause } from "../../pause.ts";
import type { VaultParts } from "../parts.ts";
import type { ChartSession } from "../session.ts";
import { commitBatch } from "./commit-batch.ts";
import type { Job } from "./job.ts";
import { packVersions } from "./pack.ts";

/** What one batch holds at most. */
const MOST_VERSIONS = 320;
const MOST_BYTES: number = 16 * 1_048_576;
/** A batch waits this long for others, and again as long as others come. */
const SETTLE_MS = 4;

/**
 * Puts jobs that come at the same time, of whatever chart, into one batch: while one batch is being stored and
 * committed, what arrives waits and goes together next. One batch is stored while the one before it is committed; and
 * where enough waits for another, that is sealed meanwhile. However slow commits are, no more than that is ahead of them.
 */
export class CommitQueue {
  readonly #parts: VaultParts;
  #waiting: Job[] = [];
  #running = false;
  /** When the last two batches begin to be committed, the later one last. */
  #begun: readonly [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  /** The batch that is being committed: two at once could each hold a chart that the other one waits for. */
  #committing: Promise<void> = Promise.resolve();

  constructor(parts: VaultParts) {
    this.#parts = parts;
  }

  add(job: Job): void {
    this.#waiting.push(job);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      await this.#settle();
      const [before, last] = this.#begun;
      // What comes one by one is to gather.
      await (this.#isFull() ? before : last);
      const batch = this.#take();
      const packed = packVersions(this.#parts, batch, ({ stored }) => stored === undefined);
      const begins = Promise.all([this.#committing, packed]);
      this.#begun = [last, begins];
      this.#committing = begins.then(() => this.#commit(batch));
    }
    this.#running = false;
  }

  /** Waits until nobody adds any more, or there is enough for a batch. */
  async #settle(): Promise<void> {
    for (let before = 0; before < this.#waiting.length && !this.#isFull();) {
      before = this.#waiting.length;
      await pause(SETTLE_MS);
    }
  }

  #isFull(): boolean {
    const bytes = this.#waiting.reduce((sum, { weightBytes }) => sum + weightBytes, 0);
    return this.#waiting.length >= MOST_VERSIONS || bytes >= MOST_BYTES;
  }

  /** The first that wait, and of each chart those of one session; the others stay for the next batch. */
  #take(): Job[] {
    const batch: Job[] = [];
    const left: Job[] = [];
    const sessions = new Map<Id, ChartSession>();
    let versions = 0;
    let bytes = 0;
    for (const job of this.#waiting) {
      if (job.isOver) continue;
      const fits = versions + job.versions.length <= MOST_VERSIONS && bytes + job.weightBytes <= MOST_BYTES;
      const session = sessions.get(job.session.id) ?? job.session;
      sessions.set(job.session.id, session);
      if (session === job.session && (fits || batch.length === 0)) {
        batch.push(job);
        versions += job.versions.length;
        bytes += job.weightBytes;
      } else {
        left.push(job);
      }
    }
    this.#waiting = left;
    return batch;
  }

  /** Keeps every chart of the batch to itself until the end. */
  #commit(batch: readonly Job[]): Promise<void> {
    const sessions = [...new Set(batch.map(({ session }) => session))];
    const nested = sessions.reduce<() => Promise<void>>(
      (inner, session) => () => session.exclusively(inner),
      () => commitBatch(this.#parts, batch),
    );
    return nested();
  }
}
