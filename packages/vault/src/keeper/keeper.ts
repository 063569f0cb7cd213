import type { Catalogue } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { ChartCache } from "./chart-cache.ts";
import { checkFragments } from "./commit-fragments.ts";
import { CommitQueue } from "./commit-queue.ts";
import { readCommit } from "./commit-read.ts";
import { find, page } from "./find.ts";
import { storesToAcknowledge } from "./intent.ts";
import type { Keeping } from "./keeping.ts";
import { leavingStores } from "./leaving/leaving.ts";
import { staying } from "./leaving/place-without.ts";
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

export interface KeeperOptions {
  /** Whether a commit's fragments are read back and checked first: false if not said. */
  readonly checkFragments?: boolean;
}

export function openKeeper(keeping: Keeping, options: KeeperOptions = {}): Keeper {
  const charts = new ChartCache(keeping);
  const recovery = new Recovery(keeping);
  const queue = new CommitQueue(keeping, { charts, recovery });
  return {
    reserve: (request) => reserve(keeping, request),
    async commit(request) {
      await requireStores(keeping);
      const read = await readCommit(keeping, request);
      if (options.checkFragments === true) await checkFragments(keeping, read);
      return queue.submit(read);
    },
    find: (wanted) => find(keeping.rows, charts, wanted),
    page: (request) => page(keeping.rows, request),
    recover: () => recovery.finishAll(),
  };
}

/** Where a commit could not be acknowledged anyway, none is written down. */
async function requireStores({ rows, stores, settings: signed }: Keeping): Promise<void> {
  const settings = staying(signed, await leavingStores(rows));
  const missing = settings.stores.map(({ id }) => id).filter((id) => !stores.has(id));
  const needed = storesToAcknowledge({ settings });
  if (settings.stores.length - missing.length >= needed) return;
  throw new VaultError(
    "stores-missing",
    `A commit needs ${needed} of the ${settings.stores.length} stores, and ${missing.length} are not at hand.`,
    { stores: missing },
  );
}
