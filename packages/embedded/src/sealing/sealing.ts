import { availableParallelism } from "node:os";
import { type ChartPlace, type Lot, wipe } from "@chirograph/core";
import { Pool } from "@chirograph/engine/threads";
import type { Sealing } from "@chirograph/vault";
import type { Answer, Request } from "./message.ts";

/** More threads than this wait for the one that puts together and commits what they have sealed. */
const MOST_THREADS = 4;
/** So many lots a thread has before it, while this one is busy with a commit. */
const LOTS_EACH = 8;
const RESOURCES = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64, stackSizeMb: 1 };

/** A lot with secrets in memory of their own. */
interface Copy extends Lot {
  readonly place: ChartPlace & {
    readonly secrets: {
      readonly chartKey: Uint8Array<ArrayBuffer>;
      readonly chartSecret: Uint8Array<ArrayBuffer>;
    };
  };
}

/** Seals small versions on other threads, which begin when many come. */
export interface SealingThreads extends Sealing {
  /** Ends the threads. What they still had is sealed by whoever gave it to them. */
  close(): Promise<void>;
}

/** @param threads how many; 0 for none. One for each core that is left beside this thread, unless said, and four at most. */
export function createSealing(
  threads: number = availableParallelism() - 1,
  program: URL = new URL("worker.ts", import.meta.url),
): SealingThreads | undefined {
  if (threads === 0) return undefined;
  const size = Math.min(threads, MOST_THREADS);
  const pool = new Pool<Request, Answer>({
    program,
    name: "chirograph sealing",
    size,
    resourceLimits: RESOURCES,
    jobsEach: LOTS_EACH,
  });
  let isCalled = false;
  let isAtHand = false;
  let isGivenUp = false;
  /** Where one has died, others may: from now on nobody is at hand. */
  const giveUp = (): Promise<void> => {
    isAtHand = false;
    isGivenUp = true;
    return pool.end();
  };
  const call = async (): Promise<void> => {
    try {
      pool.begin();
      await Promise.all(Array.from({ length: size }, () => pool.perform(undefined)));
      isAtHand = !isGivenUp;
    } catch {
      await giveUp();
    }
  };
  return {
    atOnce: size * LOTS_EACH,
    isAtHand() {
      if (!isCalled) void call();
      isCalled = true;
      return isAtHand;
    },
    async seal(lot) {
      const copy = copyOf(lot);
      const { chartKey, chartSecret } = copy.place.secrets;
      const memory = [chartKey, chartSecret, ...copy.versions.map(({ data }) => data)];
      try {
        return await pool.perform(
          copy,
          memory.map(({ buffer }) => buffer),
        );
      } catch (error) {
        // What did not go to the thread is still here.
        wipe(...memory.filter(({ buffer }) => !buffer.detached));
        await giveUp();
        throw error;
      }
    },
    close: giveUp,
  };
}

/** A lot whose contents and copies of the secrets go to a thread, and leave nothing of themselves here. */
function copyOf({ place, author, tolerate, versions }: Lot): Copy {
  const chartKey = new Uint8Array(place.secrets.chartKey);
  const chartSecret = new Uint8Array(place.secrets.chartSecret);
  return {
    place: { ...place, secrets: { chartKey, chartSecret } },
    author: { signing: author.signing },
    tolerate,
    versions,
  };
}
