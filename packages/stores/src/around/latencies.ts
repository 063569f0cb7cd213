/** The last few of many times, from which to tell what is usual. */
export class Latencies {
  readonly #times: Float64Array;
  #noted = 0;

  /** @param most so many times are kept; older ones are forgotten */
  constructor(most: number) {
    this.#times = new Float64Array(most);
  }

  note(timeMs: number): void {
    this.#times[this.#noted++ % this.#times.length] = timeMs;
  }

  /** The time that so large a share of the last requests did not exceed; `undefined` before the first one. */
  percentile(share: number): number | undefined {
    const sorted = this.#times.slice(0, this.#noted).toSorted();
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }
}
