import type { Id } from "../../catalogue.ts";
import type { Finding } from "../findings.ts";
import { callOptions } from "../fragment-sources.ts";
import { HEADER_NAME } from "../header.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { requireCurrent } from "../require-current.ts";
import {
  checkHeaders,
  headerFindings,
  type KnownHeaders,
  readHeader,
  requireNotNewer,
  rightCopies,
  storesWithHeader,
} from "../verify/check-headers.ts";
import type { Reach } from "../verify/reach.ts";

export interface HeaderRepair {
  /** Stores whose header was put back. */
  readonly written: readonly Id[];
  /** Stores that have their header now, those that are leaving among them. */
  readonly withHeader: ReadonlySet<Id>;
  readonly left: readonly Finding[];
}

/**
 * Puts missing and damaged headers back from the caller's copies; without the founder nobody can make new ones. A
 * copy that is damaged itself is not used.
 */
export async function repairHeaders(
  keeping: Keeping,
  reach: Reach,
  known: KnownHeaders | undefined,
): Promise<HeaderRepair> {
  const written: Id[] = [];
  const copies = await rightCopies(keeping, known);
  const before = await checkHeaders(keeping, reach, copies);
  const leaving = await leavingStores(keeping.rows);
  for (const [id, state] of before) {
    const header = leaving.has(id) ? undefined : copies.get(id);
    if (header === undefined || (state !== "missing" && state !== "damaged")) continue;
    // It may be one of newer settings, written since this began.
    await requireCurrent(keeping);
    const answer = await reach.ask(id, async (store) => {
      const options = callOptions(reach.signal);
      if (state === "damaged") {
        await requireNotNewer(keeping, id, await readHeader(store, reach.signal));
        await store.delete(HEADER_NAME, options);
      }
      await store.put(HEADER_NAME, { sizeBytes: header.length, bytes: [header] }, options);
      return "written" as const;
    });
    if (answer === "written") written.push(id);
  }
  const after = await checkHeaders(keeping, reach, copies);
  return { written, withHeader: storesWithHeader(after), left: headerFindings(after, leaving) };
}
