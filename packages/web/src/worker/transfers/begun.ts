import type { BegunTransfer, Database } from "../database.ts";
import { holdInTab } from "../tab-lock.ts";

/**
 * Remembers of every transfer that it was begun, so that none vanishes when the page is loaded again: which chart it is
 * for and how large it is, never what it is. A tab knows its own; those of a tab that is gone are anybody's.
 */
export class BegunTransfers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Begun, or sealed as a version. */
  async note(id: string, begun: BegunTransfer): Promise<void> {
    await holdInTab(nameOf(id));
    await this.#database.put("transfers", begun, id);
  }

  async end(id: string): Promise<void> {
    await this.#database.delete("transfers", id);
    (await holdInTab(nameOf(id)))?.();
  }

  /** Versions of all that were sealed, whichever tab is at them. */
  async versions(): Promise<ReadonlySet<string>> {
    const all = await this.#database.getAll("transfers");
    return new Set(all.flatMap(({ version }) => (version === undefined ? [] : [version])));
  }

  /** Those that no other tab is at. */
  async all(): Promise<ReadonlyMap<string, BegunTransfer>> {
    const ids = await this.#database.getAllKeys("transfers");
    const found = ids.map(async (id) => {
      const begun = (await holdInTab(nameOf(id))) && (await this.#database.get("transfers", id));
      return begun === undefined ? [] : [[id, begun] as const];
    });
    return new Map((await Promise.all(found)).flat());
  }
}

function nameOf(id: string): string {
  return `transfer-${id}`;
}
