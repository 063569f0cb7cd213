import { randomBytes } from "node:crypto";
import { finishErasures, type Id, type JobOptions, repairVault, verifyVault } from "@chirograph/vault";
import { type Job, type JobKind, problemOf, type Reports, WireError } from "@chirograph/wire";
import type { ServedVault } from "../vault/served-vault.ts";

/** What each kind of long work does. */
const work: {
  readonly [Kind in JobKind]: (vault: ServedVault, options: JobOptions) => Promise<Reports[Kind]>;
} = {
  async verify(vault, options) {
    return verifyVault(await vault.mendable(), { ...options, headers: vault.knownHeaders });
  },
  async repair(vault, options) {
    try {
      return await repairVault(await vault.mendable(), { ...options, headers: vault.knownHeaders });
    } finally {
      // A store whose header was put back can be used again.
      await vault.refresh();
    }
  },
  async erasures(vault, options) {
    await vault.refresh();
    return finishErasures(vault.keeping, options);
  },
};

interface Running {
  job: Job;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  /** Something came that this run may have passed by already. */
  isDueAgain: boolean;
}

/** Long work on the vault: of each kind one at a time, and the newest is remembered. */
export class Jobs {
  readonly #vault: ServedVault;
  readonly #report: (error: unknown) => void;
  readonly #newest = new Map<JobKind, Running>();
  #isClosed = false;

  /** @param report told of what failed and is no answer to anybody */
  constructor(vault: ServedVault, report: (error: unknown) => void) {
    this.#vault = vault;
    this.#report = report;
  }

  /** Starts it, or gives the one that runs. */
  start(kind: JobKind): Job {
    const newest = this.#newest.get(kind);
    if (newest?.job.state === "running") return newest.job;
    if (this.#isClosed) throw new WireError("unavailable", "The server is stopping.");
    return this.#begin(kind).job;
  }

  /** Starts it; where it runs already, once more when it has ended. */
  startAfter(kind: JobKind): void {
    const newest = this.#newest.get(kind);
    if (newest?.job.state === "running") newest.isDueAgain = true;
    else if (!this.#isClosed) this.#begin(kind);
  }

  list(): Job[] {
    return Array.from(this.#newest.values(), ({ job }) => job);
  }

  /** @throws WireError `unknown` */
  get(id: Id): Job {
    return this.#find(id).job;
  }

  /** Tells it to stop; it does at the next safe place. */
  stop(id: Id): Job {
    const running = this.#find(id);
    running.stop.abort();
    return running.job;
  }

  /** Stops all, and waits until they have. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { stop } of this.#newest.values()) stop.abort();
    await Promise.all(Array.from(this.#newest.values(), ({ ended }) => ended));
  }

  #find(id: Id): Running {
    const found = [...this.#newest.values()].find(({ job }) => job.id === id);
    if (found === undefined)
      throw new WireError("unknown", "There is no such job, or a newer one of its kind.");
    return found;
  }

  #begin(kind: JobKind): Running {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const running: Running = { job: newJob(kind), stop: new AbortController(), ended, isDueAgain: false };
    this.#newest.set(kind, running);
    void this.#run(running, resolve);
    return running;
  }

  async #run(running: Running, end: () => void): Promise<void> {
    const { kind } = running.job;
    const outcome = await this.#outcomeOf(running);
    this.#vault.worked();
    running.job = { ...running.job, ...outcome, ended: Date.now() } as Job;
    end();
    if (running.isDueAgain && !this.#isClosed) this.#begin(kind);
  }

  async #outcomeOf(running: Running): Promise<Pick<Job, "state"> & Partial<Pick<Job, "report" | "problem">>> {
    const { signal } = running.stop;
    try {
      const report = await work[running.job.kind](this.#vault, {
        signal,
        onProgress: ({ what, done, total }) => {
          running.job = { ...running.job, progress: { what, done, total: total ?? null } };
        },
      });
      return { state: "done", report };
    } catch (error) {
      if (signal.aborted) return { state: "stopped" };
      const problem = problemOf(error);
      if (problem.code === "defect") this.#report(error);
      return { state: "failed", problem };
    }
  }
}

function newJob(kind: JobKind): Job {
  return {
    id: randomBytes(16).toString("hex"),
    kind,
    state: "running",
    progress: null,
    started: Date.now(),
    ended: null,
    report: null,
    problem: null,
  };
}
