import {
  type ByteRange,
  type ListRequest,
  type ObjectBody,
  type ObjectHead,
  type Store,
  StoreError,
} from "@chirograph/stores";
import { type Behaviour, hostileStore } from "@chirograph/stores/hostile";
import type { Id } from "@chirograph/vault";
import type { Clock } from "./clock.ts";
import { type Disk, joined } from "./disk.ts";
import type { Life } from "./life.ts";
import type { Random } from "./random.ts";

/** Whoever does not answer by then is given up: what wraps a store in life does the same. */
const TIMEOUT_MS = 30_000;
const USUAL_LATENCY_MS = 12;
const SLOW_LATENCY_MS = 1500;
/** An answer that goes on so far beyond what was asked is not read further. */
const MOST_SURPLUS_BYTES = 65_536;

/** Behaviours that leave no object as it is. */
const spoiling: ReadonlySet<string> = new Set([
  "acknowledge, then lose",
  "empty success",
  "extend",
  "flip a bit",
  "short answer",
  "truncate",
]);

export type SiteState = "honest" | "away" | "hostile";

/** One store where it is: a disk, and in whose hands it is now. */
export class Site {
  readonly id: Id;
  readonly disk: Disk;
  state: SiteState = "honest";
  isSlow = false;
  /** It gives no object as it is, to nobody. */
  spoilsEverything = false;
  #served: Store;

  constructor(id: Id, disk: Disk) {
    this.id = id;
    this.disk = disk;
    this.#served = disk;
  }

  /** What answers there now. */
  get served(): Store {
    if (this.state === "away") throw new StoreError("unavailable", "The store is away.");
    return this.#served;
  }

  turnHostile(behaviour: Behaviour, options: Parameters<typeof hostileStore>[2]): void {
    this.state = "hostile";
    this.#served = hostileStore(this.disk, behaviour, options);
    this.spoilsEverything = spoiling.has(behaviour.name) && options?.scope === undefined;
  }

  /** Whatever was done to its objects meanwhile stays done. */
  turnHonest(): void {
    this.state = "honest";
    this.#served = this.disk;
    this.spoilsEverything = false;
  }
}

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
}

/** A site as one process reaches it: calls take their time, and a dead process makes none. */
export function siteAsSeenBy(life: Life, site: Site, { clock, random }: Parts): Store {
  const call = <T>(apply: (served: Store) => Promise<T>, changes: boolean): Promise<T> =>
    life.call({
      latencyMs: random.share() * (site.isSlow ? SLOW_LATENCY_MS : USUAL_LATENCY_MS),
      outlivesSender: changes,
      // Only a hostile store never answers.
      apply: () => (site.state === "hostile" ? inTime(clock, apply(site.served)) : apply(site.served)),
    });
  return {
    promises: { putIfAbsentIsAtomic: true },
    async put(name: string, body: ObjectBody) {
      const bytes = await joined(body.bytes);
      if (bytes.length !== body.sizeBytes)
        throw new StoreError("wrong-length", "The body is not as announced.");
      return call((served) => served.put(name, { sizeBytes: bytes.length, bytes: [bytes] }), true);
    },
    async *get(name: string, range?: ByteRange) {
      const pieces = await call((served) => some(served.get(name, range), range), false);
      yield* pieces;
    },
    head: (name: string): Promise<ObjectHead | null> => call((served) => served.head(name), false),
    list: (request: ListRequest): Promise<ObjectHead[]> => call((served) => served.list(request), false),
    delete: (name: string): Promise<void> => call((served) => served.delete(name), true),
  };
}

async function some(answer: AsyncIterable<Uint8Array>, range: ByteRange | undefined): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let left = (range?.lengthBytes ?? 8 * 1_048_576) + MOST_SURPLUS_BYTES;
  for await (const piece of answer) {
    pieces.push(piece);
    if ((left -= piece.length) <= 0) break;
  }
  return pieces;
}

async function inTime<T>(clock: Clock, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => undefined);
  const off = clock.after(TIMEOUT_MS, () =>
    late.reject(new StoreError("unavailable", "The store does not answer in time.")),
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    off();
  }
}
