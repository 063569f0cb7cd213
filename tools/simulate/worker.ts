// Runs the histories of the seeds that it is sent, over the product as it is or with one deliberate break.
import { parentPort, workerData } from "node:worker_threads";
import { type BreakName, breakProduct } from "./breaks.ts";
import type { HistoryResult } from "./history.ts";
import { addResult, emptyTally, type Failure, type Tally } from "./tally.ts";

/** One history in so many is run twice: it must go the same way. */
const REPEATED_ONE_IN = 100;

export interface Order {
  readonly first: number;
  readonly count: number;
  /** Behind the first violation no history is run any more. */
  readonly stopsAtFailure: boolean;
}

/** One history, that is told whole. */
export interface Question {
  readonly seed: number;
  /** Groups that are left out. */
  readonly without: readonly number[];
}

const { broken } = workerData as { broken: BreakName | undefined };
const requirePatched = broken === undefined ? () => undefined : breakProduct(broken);
const { runHistory } = await import("./history.ts");
requirePatched();
const breaks = { fsync: broken === "fsync" };

async function run({ first, count, stopsAtFailure }: Order): Promise<Tally> {
  const tally = emptyTally();
  const before = process.threadCpuUsage();
  for (let seed = first; seed < first + count; seed++) {
    const result = await runHistory({ seed, breaks });
    addResult(tally, result);
    if (result.violation !== undefined) {
      tally.failures.push(await shortened(result));
      if (stopsAtFailure) break;
    } else if (seed % REPEATED_ONE_IN === 0) {
      const again = await runHistory({ seed, breaks });
      if (again.events !== result.events || again.story.join() !== result.story.join())
        throw new Error(`seed ${seed} goes two ways: a history does not follow from its seed alone`);
      tally.repeated++;
    }
  }
  const { user, system } = process.threadCpuUsage(before);
  tally.cpuMs = (user + system) / 1000;
  return tally;
}

/** The same violation with as few groups as leaving out one after the other gives. */
async function shortened(whole: HistoryResult): Promise<Failure> {
  const { seed } = whole;
  let [out, shortest] = [new Set<number>(), whole];
  for (let position = whole.groups - 1; position >= 0; position--) {
    const fewer = new Set([...out, position]);
    const result = await runHistory({ seed, breaks, without: fewer });
    if (result.violation?.kind === shortest.violation!.kind) [out, shortest] = [fewer, result];
  }
  const { kind, message } = shortest.violation!;
  return {
    seed,
    kind,
    message,
    without: [...out].toSorted((one, other) => one - other),
    story: shortest.story,
  };
}

parentPort!.on("message", (asked: Order | Question) => {
  const answer: Promise<Tally | HistoryResult> =
    "seed" in asked ? runHistory({ seed: asked.seed, breaks, without: new Set(asked.without) }) : run(asked);
  answer.then(
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    (told) => parentPort!.postMessage(told),
    // An error that is not the vault's ends everything.
    (error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
  );
});
