import type { Task, TaskResult } from "./arithmetic/task.ts";

/** One thread, which runs one task at a time. */
export interface Hand {
  run(task: Task): Promise<TaskResult>;
  stop(): Promise<void>;
}

/** Several threads, started when there is work for them, whoever brings it. */
export class Crew {
  readonly size: number;
  readonly #start: () => Hand;
  readonly #hands = new Set<Hand>();
  readonly #idle: Hand[] = [];
  readonly #waiting: ((hand: Hand) => void)[] = [];

  constructor(size: number, start: () => Hand) {
    this.size = size;
    this.#start = start;
  }

  /**
   * Runs all tasks, and gives their results in order. A task is made when a hand is free for it; none is after one
   * has failed.
   * @param onDone called after every task
   */
  async runAll(tasks: readonly (() => Task)[], onDone: (index: number) => void): Promise<TaskResult[]> {
    const results: TaskResult[] = Array.from({ length: tasks.length }, () => null);
    let [next, failed] = [0, false];
    const line = async (): Promise<void> => {
      while (!failed && next < tasks.length) {
        const index = next++;
        try {
          results[index] = await this.#run(tasks[index]!);
        } catch (error) {
          failed = true;
          throw error;
        }
        if (!failed) onDone(index);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.size, tasks.length) }, line));
    return results;
  }

  async stop(): Promise<void> {
    const hands = [...this.#hands];
    this.#hands.clear();
    this.#idle.length = 0;
    await Promise.all(hands.map((hand) => hand.stop()));
  }

  async #run(task: () => Task): Promise<TaskResult> {
    const hand = await this.#takeHand();
    try {
      const result = await hand.run(task());
      this.#giveBack(hand);
      return result;
    } catch (error) {
      this.#replace(hand);
      throw error;
    }
  }

  async #takeHand(): Promise<Hand> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#hands.size >= this.size) return new Promise((resolve) => this.#waiting.push(resolve));
    return this.#startHand();
  }

  #startHand(): Hand {
    const hand = this.#start();
    this.#hands.add(hand);
    return hand;
  }

  #giveBack(hand: Hand): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(hand);
    else if (this.#hands.has(hand)) this.#idle.push(hand);
  }

  /** A thread that failed is not asked again; whoever waited for it gets another one. */
  #replace(hand: Hand): void {
    this.#hands.delete(hand);
    void hand.stop();
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(this.#startHand());
  }
}
