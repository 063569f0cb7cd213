import { Pool } from "../threads/pool.ts";
import type { Answer, Job, WorkerSetting } from "./job.ts";
import { KERNEL_PLACE_BYTES, type SharedMemory } from "./memory.ts";

/** What a thread needs beside the shared memory is little. */
const RESOURCES = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32, stackSizeMb: 1 };

/** Threads that work on runs in the memory, each with a part of it for its kernel. */
export function createStripesPool(
  memory: SharedMemory,
  size: number,
  program: URL = new URL("worker.ts", import.meta.url),
): Pool<Job, Answer> {
  return new Pool({
    program,
    name: "chirograph stripes",
    size,
    resourceLimits: RESOURCES,
    jobsEach: 1,
    setUp() {
      const kernelAt = memory.take(KERNEL_PLACE_BYTES);
      const workerData: WorkerSetting = { memory: memory.memory, kernelAt };
      return { workerData, tearDown: () => memory.give(kernelAt, KERNEL_PLACE_BYTES) };
    },
  });
}
