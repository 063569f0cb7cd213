import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { type ResourceLimits, type Transferable, Worker } from "node:worker_threads";

/** What the threads of a pool are. */
export interface PoolPlan {
  /** Answers every message with one, in their order. */
  readonly program: URL;
  /** For people who look at a process. */
  readonly name: string;
  readonly size: number;
  readonly resourceLimits: ResourceLimits;
  /** So many jobs a thread has at a time: with one, it waits for the next whenever this thread is busy. */
  readonly jobsEach: number;
  /** What a thread is given when it begins, and what is to be done once it has ended. */
  setUp?(): { readonly workerData: unknown; readonly tearDown: () => void };
}

interface Pending<Job, Answer> {
  readonly job: Job;
  readonly transfer: readonly Transferable[];
  readonly done: PromiseWithResolvers<Answer>;
}

interface Thread<Job, Answer> {
  readonly worker: Worker;
  /** What it has, in the order in which it answers. */
  readonly pending: Pending<Job, Answer>[];
}

/** Threads that work on jobs, begun when the first is needed. They do not keep the process alive. */
export class Pool<Job, Answer> {
  readonly size: number;
  readonly #plan: PoolPlan;
  readonly #waiting: Pending<Job, Answer>[] = [];
  readonly #threads = new Set<Thread<Job, Answer>>();
  #ending: Promise<unknown> | undefined;

  constructor(plan: PoolPlan) {
    this.#plan = plan;
    this.size = plan.size;
  }

  /**
   * @param transfer memory that goes to the thread, and is nobody's here any more
   * @throws Error when the thread that had it died: whoever wants it done does it himself
   */
  perform(job: Job, transfer: readonly Transferable[] = []): Promise<Answer> {
    const done = Promise.withResolvers<Answer>();
    this.#waiting.push({ job, transfer, done });
    this.#assign();
    return done.promise;
  }

  /** Begins all threads, for work that is about to come. */
  begin(): void {
    while (this.#ending === undefined && this.#threads.size < this.size) this.#begin();
  }

  /** Ends all threads, and the work that they have; none begins any more. */
  async end(): Promise<void> {
    this.#ending ??= Promise.all(Array.from(this.#threads, ({ worker }) => worker.terminate()));
    this.#assign();
    await this.#ending;
  }

  #assign(): void {
    if (this.#ending !== undefined) {
      for (const { done } of this.#waiting.splice(0)) done.reject(new Error("The threads have been ended."));
    }
    while (this.#waiting.length > 0) {
      let thread = this.#leastBusy();
      const isFull = this.#threads.size === this.size;
      if (isFull && thread!.pending.length >= this.#plan.jobsEach) return;
      const next = this.#waiting.shift()!;
      try {
        if (!isFull && (thread === undefined || thread.pending.length > 0)) thread = this.#begin();
        this.#give(thread!, next);
      } catch (error) {
        next.done.reject(error);
      }
    }
  }

  #leastBusy(): Thread<Job, Answer> | undefined {
    let found: Thread<Job, Answer> | undefined;
    for (const thread of this.#threads) {
      if (found === undefined || thread.pending.length < found.pending.length) found = thread;
    }
    return found;
  }

  #give({ worker, pending }: Thread<Job, Answer>, next: Pending<Job, Answer>): void {
    worker.postMessage(next.job, next.transfer);
    worker.ref();
    pending.push(next);
  }

  #begin(): Thread<Job, Answer> {
    const { program, name, resourceLimits } = this.#plan;
    const setting = this.#plan.setUp?.();
    const { workerData } = setting ?? {};
    const worker = new Worker(program, { workerData, env: environment(), resourceLimits, name });
    worker.unref();
    const thread: Thread<Job, Answer> = { worker, pending: [] };
    this.#threads.add(thread);
    let failure: unknown = new Error(`A thread of ${name} ended.`);
    worker.on("message", (answer: Answer) => {
      thread.pending.shift()?.done.resolve(answer);
      if (thread.pending.length === 0) worker.unref();
      this.#assign();
    });
    worker.on("error", (error) => (failure = error));
    // An answer that cannot be read would have every later one taken for the one before.
    worker.on("messageerror", () => void worker.terminate());
    worker.on("exit", () => {
      this.#threads.delete(thread);
      setting?.tearDown();
      for (const { done } of thread.pending) done.reject(failure);
      this.#assign();
    });
    return thread;
  }
}

/** Nothing of what this process was told, which may be secret: only where compiled code is kept. */
function environment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
