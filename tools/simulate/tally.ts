import type { HistoryResult } from "./history.ts";

/** A history that broke a promise, as short as leaving groups out makes it. */
export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly message: string;
  /** Groups that were left out and not missed. */
  readonly without: readonly number[];
  readonly story: readonly string[];
}

/** What a number of histories came to. */
export interface Tally {
  histories: number;
  /** Histories that were run twice, and went the same way. */
  repeated: number;
  events: number;
  cpuMs: number;
  readonly counts: Record<string, number>;
  readonly failures: Failure[];
}

export function emptyTally(): Tally {
  return { histories: 0, repeated: 0, events: 0, cpuMs: 0, counts: {}, failures: [] };
}

export function addResult(tally: Tally, { counts, events }: HistoryResult): void {
  tally.histories++;
  tally.events += events;
  addCounts(tally, counts);
}

export function addTally(tally: Tally, other: Tally): void {
  tally.histories += other.histories;
  tally.repeated += other.repeated;
  tally.events += other.events;
  tally.cpuMs += other.cpuMs;
  tally.failures.push(...other.failures);
  addCounts(tally, other.counts);
}

function addCounts(tally: Tally, counts: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(counts)) tally.counts[what] = (tally.counts[what] ?? 0) + count;
}
