import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { BreakName } from "./breaks.ts";
import type { HistoryResult } from "./history.ts";
import type { Tally } from "./tally.ts";
import type { Order, Question } from "./worker.ts";

/** Histories that a worker runs before it asks for more. */
const AT_ONCE = 20;

/** Threads that run histories, each with the product's modules of its own. */
export class Crew {
  readonly #workers: readonly Worker[];

  constructor(size: number, broken: BreakName | undefined) {
    const file = join(import.meta.dirname, "worker.ts");
    this.#workers = Array.from({ length: size }, () => new Worker(file, { workerData: { broken } }));
  }

  /** Deals the seeds out, the lowest first; `take` says whether to go on. */
  async run(
    plan: { readonly from: number; readonly seeds: number; readonly stopsAtFailure: boolean },
    take: (part: Tally) => boolean,
  ): Promise<void> {
    const { from, seeds, stopsAtFailure } = plan;
    let next = from;
    let goesOn = true;
    const work = async (worker: Worker): Promise<void> => {
      while (goesOn && next < from + seeds) {
        const order: Order = { first: next, count: Math.min(AT_ONCE, from + seeds - next), stopsAtFailure };
        next += order.count;
        const part = await ask<Tally>(worker, order);
        if (!take(part)) goesOn = false;
      }
    };
    await Promise.all(this.#workers.map(work));
  }

  tell(seed: number, without: readonly number[]): Promise<HistoryResult> {
    return ask<HistoryResult>(this.#workers[0]!, { seed, without });
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function ask<Answer>(worker: Worker, asked: Order | Question): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  worker.once("message", resolve);
  worker.once("error", reject);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(asked);
  return promise.finally(() => {
    worker.off("message", resolve);
    worker.off("error", reject);
  });
}
