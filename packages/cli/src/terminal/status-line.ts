/** Nothing is shown of work that is over sooner. */
const QUIET_MS = 1000;
const REDRAW_MS = 200;
const ERASE_LINE = "\r\u001B[2K";

/** What is known of a stream that may be a terminal. */
export interface ScreenSize {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** One line that changes while work goes on, and goes when it is over. Only where somebody looks on. */
export class StatusLine {
  readonly #stream: NodeJS.WritableStream & ScreenSize;
  readonly #started = performance.now();
  #drawn = 0;

  constructor(stream: NodeJS.WritableStream & ScreenSize) {
    this.#stream = stream;
  }

  /** @param text what the line says after so many milliseconds of work; asked only when it is drawn */
  draw(text: (elapsedMs: number) => string): void {
    const now = performance.now();
    if (this.#stream.isTTY !== true || now - this.#started < QUIET_MS || now - this.#drawn < REDRAW_MS)
      return;
    const line = text(now - this.#started).slice(0, Math.max(20, (this.#stream.columns ?? 80) - 1));
    this.#stream.write(`${ERASE_LINE}${line}`);
    this.#drawn = now;
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#drawn > 0) this.#stream.write(ERASE_LINE);
    this.#drawn = 0;
  }
}
