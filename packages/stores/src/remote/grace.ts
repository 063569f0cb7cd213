/** How long a put that fails or is cancelled waits for what cannot be taken back any more, and for what it cleans up. */
export const GRACE_MS = 2000;

/** A signal that aborts, with the same reason, `GRACE_MS` after `signal` does. */
export function withGrace(signal: AbortSignal | undefined): { signal: AbortSignal; release: () => void } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(() => late.abort(signal?.reason), GRACE_MS);
  };
  if (signal?.aborted === true) wait();
  else signal?.addEventListener("abort", wait, { once: true });
  const release = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", wait);
  };
  return { signal: late.signal, release };
}
