export function pause(delayMs: number): Promise<void> {
  return timer(delayMs).over;
}

export interface Timer {
  readonly over: Promise<void>;
  /** Nobody waits any more: `over` stays open, and nothing keeps a process alive for it. */
  readonly cancel: () => void;
}

function timer(delayMs: number): Timer {
  const { promise, resolve } = Promise.withResolvers<void>();
  const handle = setTimeout(resolve, delayMs);
  return { over: promise, cancel: () => clearTimeout(handle) };
}

/** Time as those need it who wait: it only goes forward. */
export interface WaitingTime {
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly timer: (delayMs: number) => Timer;
}

export const systemWaiting: WaitingTime = { now: () => performance.now(), timer };
