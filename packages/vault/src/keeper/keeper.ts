import type { Catalogue } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { ChartCache } from "./chart-cache.ts";
import { CommitQueue } from "./commit-queue.ts";
import { readCommit } from "./commit-read.ts";
import { find, page } from "./find.ts";
import { storesToAcknowledge } from "./intent.ts";
import type { Keeping } from "./keeping.ts";
import { Recovery } from "./recovery.ts";
import { reserve } from "./reserve.ts";

/** The catalogue's other end: whoever runs the vault. Several may share the same rows and stores. */
export interface Keeper extends Catalogue {
  /**
   * Finishes commits that were written down and left, as far as the stores for them are there; to be called at every
   * start. A commit that its writer may still be at, which is so for 3 s, is left alone.
   * @returns how many were finished
   */
  recover(): Promise<number>;
}

export function openKeeper(keeping: Keeping): Keeper {
  const charts = new ChartCache(keeping);
  const recovery = new Recovery(keeping);
  const queue = new CommitQueue(keeping, { charts, recovery });
  return {
    reserve: (request) => reserve(keeping, request),
    async commit(request) {
      requireStores(keeping);
      return queue.submit(await readCommit(keeping, request));
    },
    find: (wanted) => find(keeping.rows, charts, wanted),
    page: (request) => page(keeping.rows, request),
    recover: () => recovery.finishAll(),
  };
}

/** Where a commit could not be acknowledged anyway, none is written down. */
function requireStores(keeping: Keeping): void {
  const { settings, stores } = keeping;
  const missing = settings.stores.map(({ id }) => id).filter((id) => !stores.has(id));
  const needed = storesToAcknowledge(keeping);
  if (settings.stores.length - missing.length >= needed) return;
  throw new VaultError(
    "stores-missing",
    `A commit needs ${needed} of the ${settings.stores.length} stores, and ${missing.length} are not at hand.`,
    { stores: missing },
  );
}
