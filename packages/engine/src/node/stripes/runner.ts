import { availableParallelism } from "node:os";
import type { OpenRun, SealRun, Slot, StripeRunner } from "../../stripes/runner.ts";
import type { Pool } from "../threads/pool.ts";
import type { Answer, Job } from "./job.ts";
import { KERNEL_PLACE_BYTES, placeKernel, type PlacedKernel, SharedMemory } from "./memory.ts";
import { openRun } from "./open-run.ts";
import { createStripesPool } from "./pool.ts";
import { sealRun } from "./seal-run.ts";

/** More threads than this wait for memory and disks. */
const MOST_THREADS = 8;
/** All messages together take no more than this, but for one run each, which every message needs. */
const ROOM_BYTES = 201_326_592;

interface PlacedSlot extends Slot {
  readonly address: number;
}

/** Both runners of one engine, over one memory: for what is short, and for what is worth other threads. */
export interface Runners {
  readonly here: StripeRunner;
  readonly threads: StripeRunner;
  /** Begins the threads, which takes a moment. */
  begin(): void;
}

/** @param threads 0 for none */
export function createRunners(threads: number = Math.min(availableParallelism(), MOST_THREADS)): Runners {
  const memory = new SharedMemory();
  const here = runnerHere(memory);
  if (threads === 0) return { here, threads: here, begin: () => undefined };
  const pool = createStripesPool(memory, threads);
  return { here, threads: runnerOn(memory, pool, here), begin: () => beginOrNot(pool) };
}

export function runnerHere(memory: SharedMemory): StripeRunner {
  let placed: PlacedKernel | undefined;
  const place = (): PlacedKernel => (placed ??= placeKernel(memory.memory, memory.take(KERNEL_PLACE_BYTES)));
  return {
    ...slotsOf(memory),
    atOnce: 0,
    seal: async (work, slot) => sealRun(place(), work, addressOf(slot)),
    open: async (work, slot) => openRun(place(), work, addressOf(slot)),
  };
}

/** What a thread does not come to an end with is done here, from the beginning: nothing that it needs was changed. */
export function runnerOn(memory: SharedMemory, pool: Pool<Job, Answer>, here: StripeRunner): StripeRunner {
  const perform = async (job: Job, doHere: () => Promise<boolean>): Promise<boolean> => {
    try {
      return (await pool.perform(job)).isGood;
    } catch {
      return doHere();
    }
  };
  return {
    ...slotsOf(memory),
    atOnce: pool.size,
    async seal(work: SealRun, slot) {
      await perform({ kind: "seal", work, base: addressOf(slot) }, async () => {
        await here.seal(work, slot);
        return true;
      });
    },
    open: (work: OpenRun, slot) =>
      perform({ kind: "open", work, base: addressOf(slot) }, () => here.open(work, slot)),
  };
}

/** Threads that cannot be begun are no matter before there is work for them. */
function beginOrNot(pool: Pool<Job, Answer>): void {
  try {
    pool.begin();
  } catch {
    return;
  }
}

function slotsOf(memory: SharedMemory): Pick<StripeRunner, "take" | "give" | "hasRoom"> {
  return {
    hasRoom: (sizeBytes) => memory.takenBytes + sizeBytes <= ROOM_BYTES,
    take(sizeBytes): PlacedSlot {
      const address = memory.take(sizeBytes);
      return { address, bytes: new Uint8Array(memory.memory.buffer, address, sizeBytes) };
    },
    give: (slot) => memory.give(addressOf(slot), slot.bytes.length),
  };
}

function addressOf(slot: Slot): number {
  return (slot as PlacedSlot).address;
}
