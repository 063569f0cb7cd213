import { Failure } from "./failure.ts";

/**
 * How long work is stopped at a point where nothing is half done: the first signal asks for it, the next one ends the
 * process at once, which the vault bears as it bears a crash.
 */
export class Interruption {
  #controller: AbortController | undefined;
  #advice: string | undefined;

  /** Runs work that looks at the signal now and then. `advice` tells how to go on later. */
  async during<Result>(advice: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    this.#controller = controller;
    this.#advice = advice;
    try {
      return await work(controller.signal);
    } catch (error) {
      // What fails because it was asked to stop may say so in words of its own.
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      this.#controller = undefined;
      this.#advice = undefined;
    }
  }

  /** How to go on with what was interrupted. */
  get advice(): string | undefined {
    return this.#advice;
  }

  /** @returns whether work was asked to stop that had not been asked yet */
  ask(): boolean {
    if (this.#controller === undefined || this.#controller.signal.aborted) return false;
    this.#controller.abort(new Failure("interrupted", "Interrupted.", { hint: this.#advice! }));
    return true;
  }
}
