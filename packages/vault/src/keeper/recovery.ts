import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { finishIntent } from "./intent.ts";
import type { Keeping } from "./keeping.ts";
import type { Intent } from "./rows.ts";

/** Finishes what others began and left: intents whose lease is over. */
export class Recovery {
  readonly #keeping: Keeping;
  /** Intents that are being finished here, so that waiting commits do not all do the same. */
  readonly #running = new Map<Id, Promise<unknown>>();

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  /**
   * Finishes every intent that can be; one for which too few stores are there stays.
   * @returns how many were finished
   */
  async finishAll(): Promise<number> {
    let finished = 0;
    for (const intent of await this.#lapsed()) {
      try {
        await this.#finish(intent);
        finished++;
      } catch (error) {
        if (!(error instanceof VaultError) || error.code !== "stores-missing") throw error;
      }
    }
    return finished;
  }

  /**
   * Finishes the intents that have one of these charts.
   * @returns how many there were
   * @throws VaultError `stores-missing`
   */
  async finishLapsed(charts: readonly Id[]): Promise<number> {
    const wanted = new Set(charts);
    const intents = (await this.#lapsed()).filter((intent) =>
      intent.charts.some(({ chart }) => wanted.has(chart)),
    );
    for (const intent of intents) await this.#finish(intent);
    return intents.length;
  }

  async #lapsed(): Promise<Intent[]> {
    const now = this.#keeping.now();
    return (await this.#keeping.rows.intents()).filter(({ lease }) => lease < now);
  }

  async #finish(intent: Intent): Promise<void> {
    const running = this.#running.get(intent.batch) ?? finishIntent(this.#keeping, intent, { resumed: true });
    this.#running.set(intent.batch, running);
    try {
      await running;
    } finally {
      this.#running.delete(intent.batch);
    }
  }
}
