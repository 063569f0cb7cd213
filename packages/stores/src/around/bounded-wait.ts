import type { Clock } from "./clock.ts";

/** What bounds a wait. */
export interface Bounds {
  readonly sleep: Clock["sleep"];
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** The error when the time is over. */
  readonly late: () => unknown;
}

/**
 * What the work comes to, unless its time is over or the signal's reason is there first: whatever the work does, this
 * ends.
 */
export function boundedWait<T>(work: Promise<T>, { sleep, limitMs, signal, late }: Bounds): Promise<T> {
  // Not `Promise.race`: with a signal that outlives the work it would keep every piece of a long stream alive.
  return new Promise((resolve, reject) => {
    const bell = new AbortController();
    const settle = (outcome: () => void): void => {
      signal?.removeEventListener("abort", onAbort);
      outcome();
      bell.abort();
    };
    const onAbort = (): void => settle(() => reject(signal!.reason));
    signal?.addEventListener("abort", onAbort, { once: true });
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    sleep(limitMs, bell.signal).then(
      () => settle(() => reject(late())),
      () => undefined,
    );
    if (signal?.aborted === true) onAbort();
  });
}
