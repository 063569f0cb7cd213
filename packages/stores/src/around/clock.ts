/** Time and chance, which come in from outside so that a test decides them. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when that comes first. */
  readonly sleep: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** The given parts of a clock; the machine's for the others. */
export function clockOf({
  now = Date.now,
  sleep = sleepHere,
  random = Math.random,
}: Partial<Clock> = {}): Clock {
  return { now, sleep, random };
}

function sleepHere(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(handle);
      reject(signal!.reason);
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
