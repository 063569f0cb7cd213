import type { TaskResult } from "./arithmetic/task.ts";

/** What a thread answers to the task that runs in it. A thread that ended answers nothing any more, and says so. */
export class Reply {
  #waiting: PromiseWithResolvers<TaskResult> | undefined;
  #ended: Error | undefined;

  /** Sends a task, and waits for what comes of it. */
  async to(send: () => void): Promise<TaskResult> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#waiting = Promise.withResolvers<TaskResult>();
    send();
    return this.#waiting.promise;
  }

  give(result: TaskResult): void {
    this.#waiting?.resolve(result);
  }

  /** However it ended, and whether a task runs or not: the first reason stays. */
  end(reason: Error): void {
    this.#ended ??= reason;
    this.#waiting?.reject(this.#ended);
  }
}
