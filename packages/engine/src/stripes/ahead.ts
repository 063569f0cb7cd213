import type { Run } from "./layout.ts";
import type { Slot, StripeRunner } from "./runner.ts";

/** One message takes no more than this, but for one run of it, however large that is. */
const MESSAGE_BYTES = 134_217_728;

/** A run that is being worked on. */
export interface Begun<Result> {
  readonly result: Promise<Result>;
}

/** A run that was worked on; its slot is valid until the next one is asked for. */
export interface Finished<Result> {
  readonly run: Run;
  readonly slot: Slot;
  readonly result: Result;
}

/**
 * Works on some runs ahead of the one that is given out, each in a slot of its own.
 * @param begin fills the slot of a run and has it worked on; called in the order of the runs, one call at a time
 */
export async function* workAhead<Result>(
  runner: StripeRunner,
  slotBytes: number,
  runs: Iterable<Run>,
  begin: (run: Run, slot: Slot) => Promise<Begun<Result>>,
): AsyncGenerator<Finished<Result>, void, void> {
  const upcoming = runs[Symbol.iterator]();
  const ahead: { run: Run; slot: Slot; result: Promise<Result> }[] = [];
  const taken: Slot[] = [];
  const spare: Slot[] = [];
  async function beginNext(): Promise<boolean> {
    const { done, value: run } = upcoming.next();
    if (done === true) return false;
    const slot = spare.pop() ?? runner.take(slotBytes);
    if (!taken.includes(slot)) taken.push(slot);
    const { result } = await begin(run, slot);
    // Whoever waits for it hears of it; others that fail meanwhile must not end the process.
    result.catch(() => undefined);
    ahead.push({ run, slot, result });
    return true;
  }
  const most = Math.min(runner.atOnce, Math.floor(MESSAGE_BYTES / slotBytes) - 1);
  const mayBegin = (): boolean =>
    ahead.length === 0 || (ahead.length <= most && (spare.length > 0 || runner.hasRoom(slotBytes)));
  try {
    for (;;) {
      while (mayBegin() && (await beginNext()));
      const [next] = ahead;
      if (next === undefined) return;
      yield { run: next.run, slot: next.slot, result: await next.result };
      ahead.shift();
      spare.push(next.slot);
    }
  } finally {
    // Nobody may have the memory of a run that somebody still writes to.
    await Promise.allSettled(ahead.map(({ result }) => result));
    for (const slot of taken) runner.give(slot);
  }
}
