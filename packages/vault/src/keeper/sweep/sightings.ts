import type { Id } from "../../catalogue.ts";
import type { Rows } from "../rows.ts";

type Jobs = Pick<Rows, "job" | "saveJob">;

/**
 * Since when each object of a store is seen that nothing refers to: stores tell no times, so a sweep remembers what the
 * ones before it saw.
 */
export class Sightings {
  readonly #rows: Jobs;
  readonly #name: string;
  readonly #since: ReadonlyMap<string, number>;
  readonly #now: number;

  private constructor(rows: Jobs, name: string, since: ReadonlyMap<string, number>, now: number) {
    this.#rows = rows;
    this.#name = name;
    this.#since = since;
    this.#now = now;
  }

  static async of(rows: Jobs, store: Id, now: number): Promise<Sightings> {
    const name = `sweep of ${store}`;
    const text = await rows.job(name);
    const pairs = text === undefined ? [] : (JSON.parse(text) as [string, number][]);
    return new Sightings(rows, name, new Map(pairs), now);
  }

  /** When it was first seen; now, if it was not there the last time. A clock that was set back counts from now. */
  since(name: string): number {
    return Math.min(this.#since.get(name) ?? this.#now, this.#now);
  }

  /** Remembers just these, for the next sweep. */
  async keep(names: readonly string[]): Promise<void> {
    const pairs = names.map((name): [string, number] => [name, this.since(name)]);
    await this.#rows.saveJob(this.#name, pairs.length === 0 ? undefined : JSON.stringify(pairs));
  }
}
