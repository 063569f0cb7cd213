import type { Rows } from "./rows.ts";

/** How far a long job is. */
export interface Progress {
  readonly what: "headers" | "statements" | "versions" | "erasures" | "objects" | "fragments" | "charts";
  readonly done: number;
  /** Where it is known beforehand; what others add meanwhile may carry `done` past it. */
  readonly total?: number;
}

export interface JobOptions {
  /** Ends the job with the signal's reason; what was done stays, and the next run goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What the rows keep of a job; the items lie beside it in parts, so that saving costs no more than what is new. */
interface Saved<State> {
  readonly request: string;
  readonly parts: number;
  readonly state: State;
}

/** A long job whose state survives the process. `State` and `Item` are plain JSON. */
export class SavedJob<State, Item> {
  readonly #rows: Pick<Rows, "job" | "saveJob">;
  readonly #name: string;
  readonly #request: string;
  #parts = 0;
  /** Where the run before stopped; `undefined` at the beginning. */
  state: State | undefined;
  readonly items: Item[] = [];

  private constructor(rows: Pick<Rows, "job" | "saveJob">, name: string, request: string) {
    this.#rows = rows;
    this.#name = name;
    this.#request = request;
  }

  /** Goes on with the job that the same request began; another request, or `fresh`, begins anew. */
  static async open<State, Item>(
    rows: Pick<Rows, "job" | "saveJob">,
    job: { readonly name: string; readonly request: unknown; readonly fresh: boolean },
  ): Promise<SavedJob<State, Item>> {
    const opened = new SavedJob<State, Item>(rows, job.name, JSON.stringify(job.request));
    const text = await rows.job(job.name);
    if (text === undefined) return opened;
    const saved = JSON.parse(text) as Saved<State>;
    opened.#parts = saved.parts;
    if (job.fresh || saved.request !== opened.#request) {
      await opened.end();
      return opened;
    }
    opened.state = saved.state;
    for (let part = 0; part < saved.parts; part++) {
      const items = await rows.job(opened.#partName(part));
      if (items !== undefined) opened.items.push(...(JSON.parse(items) as Item[]));
    }
    return opened;
  }

  /** Keeps a new state and the items that came with it. */
  async save(state: State, items: readonly Item[]): Promise<void> {
    // The part first: one that the state does not count is written over.
    if (items.length > 0) {
      await this.#rows.saveJob(this.#partName(this.#parts), JSON.stringify(items));
      this.#parts++;
      for (const item of items) this.items.push(item);
    }
    const saved: Saved<State> = { request: this.#request, parts: this.#parts, state };
    await this.#rows.saveJob(this.#name, JSON.stringify(saved));
    this.state = state;
  }

  async end(): Promise<void> {
    await this.#rows.saveJob(this.#name, undefined);
    for (let part = this.#parts - 1; part >= 0; part--) {
      await this.#rows.saveJob(this.#partName(part), undefined);
    }
    this.#parts = 0;
    this.state = undefined;
    this.items.length = 0;
  }

  #partName(part: number): string {
    return `${this.#name}/${part}`;
  }
}
