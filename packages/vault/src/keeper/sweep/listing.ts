import type { ObjectHead } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { callOptions } from "../fragment-sources.ts";
import { ascends, MOST_OBJECTS, PAGE } from "../listed-pages.ts";
import type { ObjectRow, Rows } from "../rows.ts";
import { objectRows } from "../verify/batches.ts";
import type { Reach } from "../verify/reach.ts";

/** A store that lists so many that the rows do not know is not believed either. */
const MOST_STRANGERS = 100_000;

/** What a store lists and the rows do not know, as far as it told. */
export interface Strangers {
  readonly objects: readonly ObjectHead[];
  readonly listed: number;
  /** It told everything. */
  readonly isComplete: boolean;
  /** It told more than is believed; nothing of it is looked at. */
  readonly isBeyond: boolean;
}

/** Holds the list of a store against the rows, name by name, both ascending. */
export async function findStrangers(rows: Rows, reach: Reach, store: Id): Promise<Strangers> {
  const known = new NamesOf(rows, store);
  const objects: ObjectHead[] = [];
  let listed = 0;
  let after: string | undefined;
  while (listed < MOST_OBJECTS && objects.length <= MOST_STRANGERS) {
    reach.signal?.throwIfAborted();
    const request = { prefix: "", limit: PAGE, ...(after !== undefined && { after }) };
    const page = await reach.ask(store, (at) => at.list(request, callOptions(reach.signal)));
    if (typeof page === "string" || !ascends(page, after))
      return { objects, listed, isComplete: false, isBeyond: false };
    for (const head of page) if (!(await known.has(head.name))) objects.push(head);
    listed += page.length;
    if (page.length < PAGE) return { objects, listed, isComplete: true, isBeyond: false };
    after = page.at(-1)!.name;
  }
  return { objects: [], listed, isComplete: false, isBeyond: true };
}

/** The objects of a store that the rows know, asked for in ascending order of their names. */
class NamesOf {
  readonly #pages: AsyncGenerator<ObjectRow[]>;
  #page: ObjectRow[] = [];
  #at = 0;
  #isOver = false;

  constructor(rows: Pick<Rows, "pageObjects">, store: Id) {
    this.#pages = objectRows(rows, { store });
  }

  async has(name: string): Promise<boolean> {
    while (!this.#isOver) {
      for (; this.#at < this.#page.length; this.#at++) {
        const known = this.#page[this.#at]!.name;
        if (known === name) return true;
        if (known > name) return false;
      }
      const next = await this.#pages.next();
      if (next.done === true) this.#isOver = true;
      else [this.#page, this.#at] = [next.value, 0];
    }
    return false;
  }
}
