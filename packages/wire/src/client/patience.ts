import { WireError, type WireErrorCode } from "../error.ts";

/** How long a client goes on trying where the server does not answer, or cannot work now. */
export type Patience =
  /** Six tries, about fifteen seconds. */
  | "bounded"
  /** Until the caller aborts: through hours without a network. */
  | "until-aborted";

/** Why a client waits. */
export type WaitingReason = "offline" | "busy";

export interface Waiting {
  readonly patience: Patience;
  /** Told when it begins to wait, and with `undefined` when it has gone on. */
  readonly onWaiting?: ((reason: WaitingReason | undefined) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MOST_TRIES = 6;
const FIRST_DELAY_MS = 600;
const LONGEST_DELAY_MS = 8000;

/**
 * Tries again what a server did not answer, or could not do at that moment. `attempt` hears whether an earlier try may
 * have been heard although its answer was lost.
 */
export async function patiently<Result>(
  { patience, onWaiting, signal }: Waiting,
  attempt: (mayBeDone: boolean) => Promise<Result>,
): Promise<Result> {
  let mayBeDone = false;
  let isWaiting = false;
  try {
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted();
      try {
        return await attempt(mayBeDone);
      } catch (error) {
        signal?.throwIfAborted();
        const reason = reasonToWait(error);
        if (reason === undefined || (patience === "bounded" && tries >= MOST_TRIES)) throw error;
        if (reason === "offline") mayBeDone = true;
        isWaiting = true;
        onWaiting?.(reason);
        await pause(delayMs(tries, error), signal);
      }
    }
  } finally {
    if (isWaiting) onWaiting?.(undefined);
  }
}

/** `busy`: a request that was given up may still be at the same object. */
const PASSING: ReadonlySet<WireErrorCode> = new Set(["unavailable", "too-many", "busy"]);

/** What a store says of itself is final here: its fragments are fetched from elsewhere, or put again by `repair`. */
function reasonToWait(error: unknown): WaitingReason | undefined {
  if (!(error instanceof WireError)) return undefined;
  if (error.code === "unreachable") return "offline";
  return PASSING.has(error.code) ? "busy" : undefined;
}

/** Longer each time, and for a random time, so that clients which were cut off together do not come back together. */
function delayMs(tries: number, error: unknown): number {
  const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  const own = most * (0.5 + Math.random() / 2);
  const wanted = error instanceof WireError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(own, Math.min(wanted, 60_000));
}

function pause(delay: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, delay);
    signal?.addEventListener("abort", end, { once: true });
  });
}
