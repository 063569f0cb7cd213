import { stderr } from "node:process";

const CLEAR_LINE = "\r\u001B[K";

/** Shows on standard error what is being done: on a terminal in one line, elsewhere a line each. */
export class Progress {
  #isShown = false;

  tell(text: string): void {
    stderr.write(stderr.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
    this.#isShown = stderr.isTTY;
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.#isShown) stderr.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
