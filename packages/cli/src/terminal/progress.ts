import { showBytes, showDuration } from "./quantity.ts";
import { type ScreenSize, StatusLine } from "./status-line.ts";

/** One line that says how far a long piece of work is: bytes, rate, time left. */
export class Progress {
  readonly #line: StatusLine;
  readonly #label: string;
  readonly #totalBytes: number;
  #doneBytes = 0;

  constructor(stream: NodeJS.WritableStream & ScreenSize, label: string, totalBytes: number) {
    this.#line = new StatusLine(stream);
    this.#label = label;
    this.#totalBytes = totalBytes;
  }

  add(bytes: number): void {
    this.#doneBytes += bytes;
    this.#line.draw((elapsedMs) => this.#text(elapsedMs));
  }

  /** Takes the line away again. */
  end(): void {
    this.#line.end();
  }

  #text(elapsedMs: number): string {
    const rate = this.#doneBytes / elapsedMs;
    // The total is an estimate: what is damaged is read again.
    const total = Math.max(this.#totalBytes, this.#doneBytes);
    const left = total - this.#doneBytes;
    const parts = [
      `${this.#label} ${showBytes(this.#doneBytes)} of ${showBytes(total)}`,
      `${showBytes(rate * 1000)}/s`,
      `${showDuration(left / rate)} left`,
    ];
    return parts.join(", ");
  }
}
