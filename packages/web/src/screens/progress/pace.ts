/** How far something was at a time; the oldest first. */
export interface Sample {
  readonly timeMs: number;
  readonly bytes: number;
}

/** Speed is judged over so long, so that one slow answer does not make the time left jump. */
const WINDOW_MS = 8_000;
/** Before that, nothing is said: the first bytes go into buffers. */
const SHORTEST_MS = 600;

/** Takes a new sample in. Going back, as after a pause or a fresh start, begins anew. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.bytes < last.bytes) return [sample];
  const recent = samples.filter(({ timeMs }) => sample.timeMs - timeMs <= WINDOW_MS);
  return [...recent, sample];
}

/** Bytes a second; `undefined` while too little is known. */
export function speedOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.timeMs - first.timeMs < SHORTEST_MS) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.timeMs - first.timeMs);
}

/** Milliseconds; `undefined` while nothing moves or too little is known. */
export function timeLeft(samples: readonly Sample[], totalBytes: number): number | undefined {
  const speed = speedOf(samples);
  const last = samples.at(-1);
  if (speed === undefined || last === undefined || speed <= 0) return undefined;
  return (Math.max(0, totalBytes - last.bytes) / speed) * 1000;
}
