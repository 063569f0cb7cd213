import type { Change, Chart } from "@chirograph/core";
import type { Id } from "../../catalogue.ts";
import type { ChartSession } from "../session.ts";
import type { PendingVersion } from "./pending.ts";

/** A version that is part of its chart now. */
export interface Committed {
  readonly version: Id;
  readonly record: Id;
  /** Stores that did not take their part of it; `repair` makes it whole. */
  readonly storesMissing: readonly Id[];
}

/** Versions that become part of a chart all or none, in one link with what belongs to them. */
export class Job {
  readonly session: ChartSession;
  readonly versions: readonly PendingVersion[];
  /** What it counts of a batch's bytes. */
  readonly weightBytes: number;
  /** Changes behind the versions; throws what speaks against the whole job, as the chart is now. */
  readonly closing: (chart: Chart) => readonly Change[];
  readonly #outcome: PromiseWithResolvers<Committed[]> = Promise.withResolvers();
  #isOver = false;

  constructor(
    session: ChartSession,
    work: {
      versions: readonly PendingVersion[];
      weightBytes: number;
      closing?: (chart: Chart) => readonly Change[];
    },
  ) {
    this.session = session;
    this.versions = work.versions;
    this.weightBytes = work.weightBytes;
    this.closing = work.closing ?? (() => []);
    // Whoever waits hears of it; that nobody waits any more is no accident.
    this.#outcome.promise.catch(() => undefined);
  }

  /** Its versions in turn, once they are committed. */
  get outcome(): Promise<Committed[]> {
    return this.#outcome.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Does a part of the job, unless it is over; where that fails, so does the job. */
  async attempt(part: () => Promise<void>): Promise<void> {
    if (this.#isOver) return;
    try {
      await part();
    } catch (error) {
      this.fail(error);
    }
  }

  succeed(committed: Committed[]): void {
    this.#isOver = true;
    this.#outcome.resolve(committed);
  }

  fail(reason: unknown): void {
    this.#isOver = true;
    this.#outcome.reject(reason);
  }
}
