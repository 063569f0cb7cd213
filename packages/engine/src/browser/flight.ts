/**
 * WebCrypto answers each call from another thread: one call at a time leaves that thread waiting most of
 * the time, and all at once would hold everything in memory twice.
 */
const MOST_IN_FLIGHT = 32;

/** Runs `task` for every index below `count`, a bounded number of them at once. */
export async function forEachInFlight(count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, MOST_IN_FLIGHT) }, lane));
}
