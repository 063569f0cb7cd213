import { showBytes, showDuration } from "./quantity.ts";

/** Nothing is shown of work that is over sooner. */
const QUIET_MS = 1000;
const REDRAW_MS = 200;
const ERASE_LINE = "\r\u001B[2K";

/** What is known of a stream that may be a terminal. */
export interface ScreenSize {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** One line that says how far a long piece of work is: bytes, rate, time left. Only where somebody looks on. */
export class Progress {
  readonly #stream: NodeJS.WritableStream & ScreenSize;
  readonly #label: string;
  readonly #totalBytes: number;
  readonly #started = performance.now();
  #doneBytes = 0;
  #drawn = 0;

  constructor(stream: NodeJS.WritableStream & ScreenSize, label: string, totalBytes: number) {
    this.#stream = stream;
    this.#label = label;
    this.#totalBytes = totalBytes;
  }

  add(bytes: number): void {
    this.#doneBytes += bytes;
    const now = performance.now();
    if (this.#stream.isTTY !== true || now - this.#started < QUIET_MS || now - this.#drawn < REDRAW_MS)
      return;
    this.#stream.write(`${ERASE_LINE}${this.#line(now - this.#started)}`);
    this.#drawn = now;
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#drawn > 0) this.#stream.write(ERASE_LINE);
    this.#drawn = 0;
  }

  #line(elapsedMs: number): string {
    const rate = this.#doneBytes / elapsedMs;
    // The total is an estimate: what is damaged is read again.
    const total = Math.max(this.#totalBytes, this.#doneBytes);
    const left = total - this.#doneBytes;
    const parts = [
      `${this.#label} ${showBytes(this.#doneBytes)} of ${showBytes(total)}`,
      `${showBytes(rate * 1000)}/s`,
      `${showDuration(left / rate)} left`,
    ];
    return parts.join(", ").slice(0, Math.max(20, (this.#stream.columns ?? 80) - 1));
  }
}
