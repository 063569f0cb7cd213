import type { SavedJob } from "../jobs.ts";
import type { Meter, Traffic } from "./metered.ts";

/**
 * What a job that was interrupted has done so far, in all its runs: where it goes on, the rows tell. What a run that
 * was killed had read since it last saved is not counted.
 */
export class JobCounts<What extends string> {
  readonly #job: SavedJob<Record<What | keyof Traffic, number>, never>;
  readonly #meter: Meter;
  readonly #before: Record<What | keyof Traffic, number>;
  readonly now: Record<What, number>;

  constructor(
    job: SavedJob<Record<What | keyof Traffic, number>, never>,
    meter: Meter,
    names: readonly What[],
  ) {
    this.#job = job;
    this.#meter = meter;
    const zeros = (): Record<What, number> =>
      Object.fromEntries(names.map((name) => [name, 0])) as Record<What, number>;
    this.now = zeros();
    this.#before = { ...zeros(), readBytes: 0, writtenBytes: 0, ...job.state };
  }

  /** Those of all runs together. */
  get all(): Record<What | keyof Traffic, number> {
    const { readBytes, writtenBytes } = this.#meter;
    const own: Record<string, number> = { ...this.now, readBytes, writtenBytes };
    const sums = Object.entries<number>(this.#before).map(([name, before]) => [name, before + own[name]!]);
    return Object.fromEntries(sums) as Record<What | keyof Traffic, number>;
  }

  async add(what: What, by: number): Promise<void> {
    this.now[what] += by;
    await this.save();
  }

  save(): Promise<void> {
    return this.#job.save(this.all, []);
  }
}
