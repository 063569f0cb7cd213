import { Latencies } from "@chirograph/stores/around";
import type { Id } from "../catalogue.ts";
import { systemWaiting, type WaitingTime } from "../pause.ts";
import type { VaultParts } from "./parts.ts";

/** Until so many answers have come, nobody knows what is usual. */
const FEWEST_ANSWERS = 8;
const REMEMBERED = 256;
const REMEMBERED_EACH = 16;

/** A store that lets wait for longer than nearly all answers took is slow: a spare is begun beside it. */
const USUAL_SHARE = 0.95;
const SHORTEST_PATIENCE_MS = 200;
const LONGEST_PATIENCE_MS = 2000;
const PATIENCE_BEFORE_MS = 400;

/** So long a store that was silent comes last, and so long it is remembered how fast one was. */
const SILENCE_COUNTS_MS = 60_000;
const SPEED_COUNTS_MS = 300_000;
/** Stores within the same step count as equally fast, so that small differences do not put data fragments aside. */
const FASTEST_STEP_MS = 64;
const STEP = 4;
const SILENT = 1000;

interface Remembered {
  readonly waits: Latencies;
  answeredAt: number;
  /** When it was left last, and since when it had been silent then. */
  silentAt: number;
  silentSince: number;
}

/** How the stores of a vault have answered in this process: from when they were asked to their first byte. */
export class Answers {
  readonly time: WaitingTime;
  readonly #all: Latencies = new Latencies(REMEMBERED);
  readonly #stores = new Map<Id, Remembered>();
  #count = 0;

  constructor(time: WaitingTime) {
    this.time = time;
  }

  answered(store: Id, waitedMs: number): void {
    const remembered = this.#of(store);
    remembered.waits.note(waitedMs);
    remembered.answeredAt = this.time.now();
    remembered.silentAt = -Infinity;
    remembered.silentSince = Infinity;
    this.#all.note(waitedMs);
    this.#count++;
  }

  /** It failed, or was left because it was slow, by somebody who had asked it at this time. */
  silent(store: Id, since: number): void {
    const remembered = this.#of(store);
    if (!this.#isSilent(remembered)) remembered.silentSince = Infinity;
    remembered.silentSince = Math.min(remembered.silentSince, since);
    remembered.silentAt = this.time.now();
  }

  /** Since when a store that was silent lately has given nothing; `Infinity` for others. */
  silentSince(store: Id): number {
    const remembered = this.#of(store);
    return this.#isSilent(remembered) ? remembered.silentSince : Infinity;
  }

  /** The lower, the sooner a store is asked; equal for stores of which nothing speaks for one. */
  rank(store: Id): number {
    const remembered = this.#of(store);
    if (this.#isSilent(remembered)) return SILENT;
    const { waits, answeredAt } = remembered;
    const usualMs = this.time.now() - answeredAt < SPEED_COUNTS_MS ? (waits.percentile(0.5) ?? 0) : 0;
    return usualMs < FASTEST_STEP_MS
      ? 0
      : 1 + Math.floor(Math.log(usualMs / FASTEST_STEP_MS) / Math.log(STEP));
  }

  /** So long a store may be silent before a spare is begun beside it, in milliseconds. */
  get patienceMs(): number {
    if (this.#count < FEWEST_ANSWERS) return PATIENCE_BEFORE_MS;
    return Math.min(LONGEST_PATIENCE_MS, Math.max(SHORTEST_PATIENCE_MS, this.#all.percentile(USUAL_SHARE)!));
  }

  #isSilent({ silentAt }: Remembered): boolean {
    return this.time.now() - silentAt < SILENCE_COUNTS_MS;
  }

  #of(store: Id): Remembered {
    const known = this.#stores.get(store);
    if (known !== undefined) return known;
    const fresh = {
      waits: new Latencies(REMEMBERED_EACH),
      answeredAt: -Infinity,
      silentAt: -Infinity,
      silentSince: Infinity,
    };
    this.#stores.set(store, fresh);
    return fresh;
  }
}

/** One memory for all that reads from the same stores. */
const memories = new WeakMap<VaultParts["stores"], Answers>();

export function answersOf({ stores, waiting = systemWaiting }: VaultParts): Answers {
  const known = memories.get(stores);
  if (known !== undefined && known.time === waiting) return known;
  const fresh = new Answers(waiting);
  memories.set(stores, fresh);
  return fresh;
}
