import { availableParallelism } from "node:os";
import { type Envelope, type LockedEnvelope, type Lot, readOwnEnvelope, type SealedLot } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import { Pool } from "@chirograph/engine/threads";
import type { Sealing } from "@chirograph/vault";
import type { Answer, Request } from "./message.ts";

/** More threads than this wait for the one that puts together and commits what they have sealed. */
const MOST_THREADS = 4;
/** So many lots a thread has before it, while this one is busy with a commit. */
const LOTS_EACH = 8;
const RESOURCES = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64, stackSizeMb: 1 };

/** Seals small versions on other threads, which begin when many come. */
export interface SealingThreads extends Sealing {
  /** Ends the threads. What they still had is sealed by whoever gave it to them. */
  close(): Promise<void>;
}

/** @param threads how many; 0 for none. One a core and four at most, unless said, and none where there is one core. */
export function createSealing(
  engine: Engine,
  threads: number = availableParallelism() === 1 ? 0 : availableParallelism(),
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
  /** Where one has died, others may: from now on nobody is at hand. */
  const giveUp = (): Promise<void> => {
    isAtHand = false;
    return pool.end();
  };
  const call = async (): Promise<void> => {
    try {
      pool.begin();
      await pool.perform(undefined);
      isAtHand = true;
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
      try {
        return await sealedLot(engine, await pool.perform(...given(lot)));
      } catch (error) {
        await giveUp();
        throw error;
      }
    },
    close: giveUp,
  };
}

/** A lot as it goes to a thread: contents and copies of the secrets, which leave nothing of themselves here. */
function given({ place, author, tolerate, versions }: Lot): [Lot, ArrayBuffer[]] {
  const { chartKey, chartSecret } = place.secrets;
  const secrets = { chartKey: new Uint8Array(chartKey), chartSecret: new Uint8Array(chartSecret) };
  const signSeed = new Uint8Array(author.signSeed);
  const lot: Lot = {
    place: { ...place, secrets },
    author: { signing: author.signing, signSeed },
    tolerate,
    versions,
  };
  const lent = [secrets.chartKey, secrets.chartSecret, signSeed, ...versions.map(({ data }) => data)];
  return [lot, lent.map(({ buffer }) => buffer)];
}

function sealedLot(engine: Engine, answer: Answer): Promise<SealedLot> {
  return Promise.all(
    answer.map(async (version) => {
      if (version === undefined) return undefined;
      const envelope = await readOwnEnvelope(engine, version.envelope);
      return { envelope: envelope as Envelope & LockedEnvelope, fragments: version.fragments };
    }),
  );
}
