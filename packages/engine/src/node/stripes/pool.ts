import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Answer, Job, WorkerSetting } from "./job.ts";
import { KERNEL_PLACE_BYTES, type SharedMemory } from "./memory.ts";

/** What a worker needs beside the shared memory is little. */
const RESOURCES = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32, stackSizeMb: 1 };

interface Pending {
  readonly job: Job;
  readonly done: PromiseWithResolvers<boolean>;
}

interface Thread {
  readonly worker: Worker;
  pending: Pending | undefined;
}

/** Threads that work on runs, begun when the first is needed. They do not keep the process alive. */
export class Pool {
  readonly size: number;
  readonly #memory: SharedMemory;
  readonly #program: URL;
  readonly #waiting: Pending[] = [];
  readonly #idle: Thread[] = [];
  #begun = 0;

  constructor(memory: SharedMemory, size: number, program: URL = new URL("worker.ts", import.meta.url)) {
    this.#memory = memory;
    this.size = size;
    this.#program = program;
  }

  /** @throws Error when the thread that had it died: whoever wants it done does it himself */
  perform(job: Job): Promise<boolean> {
    const done = Promise.withResolvers<boolean>();
    this.#waiting.push({ job, done });
    this.#assign();
    return done.promise;
  }

  /** Begins all threads, for work that is about to come. */
  begin(): void {
    while (this.#begun < this.size) this.#idle.push(this.#begin());
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      if (this.#idle.length === 0 && this.#begun === this.size) return;
      const pending = this.#waiting.shift()!;
      try {
        this.#give(this.#idle.pop() ?? this.#begin(), pending);
      } catch (error) {
        pending.done.reject(error);
      }
    }
  }

  #give(thread: Thread, pending: Pending): void {
    thread.pending = pending;
    thread.worker.ref();
    thread.worker.postMessage(pending.job);
  }

  #begin(): Thread {
    const kernelAt = this.#memory.take(KERNEL_PLACE_BYTES);
    const workerData: WorkerSetting = { memory: this.#memory.memory, kernelAt };
    const worker = new Worker(this.#program, {
      workerData,
      env: environment(),
      resourceLimits: RESOURCES,
      name: "chirograph stripes",
    });
    this.#begun++;
    worker.unref();
    const thread: Thread = { worker, pending: undefined };
    let failure: unknown = new Error("A thread that seals and opens ended.");
    worker.on("message", ({ isGood }: Answer) => {
      worker.unref();
      thread.pending?.done.resolve(isGood);
      thread.pending = undefined;
      this.#idle.push(thread);
      this.#assign();
    });
    worker.on("error", (error) => (failure = error));
    worker.on("exit", () => {
      this.#begun--;
      const place = this.#idle.indexOf(thread);
      if (place >= 0) this.#idle.splice(place, 1);
      this.#memory.give(kernelAt, KERNEL_PLACE_BYTES);
      thread.pending?.done.reject(failure);
      this.#assign();
    });
    return thread;
  }
}

/** A thread takes compiled code from where this one does only if it is told so. */
function environment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(folder) };
}
