import { rmSync } from "node:fs";

/** What is being written and is not complete: it is taken away again whatever ends the process. */
export class Unfinished {
  readonly #paths = new Set<string>();
  #hasFinished = false;

  add(path: string): void {
    this.#paths.add(path);
  }

  /** It is complete, and stays. */
  finish(path: string): void {
    this.#paths.delete(path);
    this.#hasFinished = true;
  }

  /** What was asked for is done: too late to be interrupted. */
  isDone(): boolean {
    return this.#hasFinished && this.#paths.size === 0;
  }

  /** At once, without waiting for anything, so that it also serves in the last moment of a process. */
  removeAll(): void {
    for (const path of this.#paths) this.remove(path);
  }

  remove(path: string): void {
    this.#paths.delete(path);
    // A write that is still under way may add a file to a folder that is being emptied: hence the retries.
    rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}
