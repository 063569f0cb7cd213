import { rmSync } from "node:fs";

/** What is being written and is not complete: it is taken away again whatever ends the process. */
export class Unfinished {
  readonly #paths = new Set<string>();
  #hasFinished = false;

  add(path: string): void {
    this.#paths.add(path);
  }

  /** What was asked for is complete, and stays: under another name than `path`, where there is nothing any more. */
  finish(path?: string): void {
    if (path !== undefined) this.#paths.delete(path);
    this.#hasFinished = true;
  }

  /** What was asked for is done: too late to be interrupted. */
  isDone(): boolean {
    return this.#hasFinished && this.#paths.size === 0;
  }

  /**
   * At once, without waiting for anything, so that it also serves in the last moment of a process.
   * @returns what could not be removed
   */
  removeAll(): string[] {
    for (const path of this.#paths) this.remove(path);
    return [...this.#paths];
  }

  /** What cannot be removed is remembered: it is tried again at the end, when fewer files are open. */
  remove(path: string): void {
    try {
      // A write that is still under way may add a file to a folder that is being emptied: hence the retries.
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
      this.#paths.delete(path);
    } catch {
      // Why it was to be removed matters more than why it could not be.
    }
  }
}
