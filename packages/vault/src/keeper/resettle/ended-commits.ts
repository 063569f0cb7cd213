import { VaultError } from "../../error.ts";
import { pause } from "../../pause.ts";
import type { Keeping } from "../keeping.ts";
import { Recovery } from "../recovery.ts";

/** How often it is looked whether what was begun has ended, and how long it is waited between: about 15 s in all. */
const MOST_LOOKS = 150;
const LOOK_MS = 100;

/**
 * Waits until every commit that was begun has ended, and ends those that were left.
 * @throws VaultError `busy`
 */
export async function untilCommitsEnd(keeping: Keeping): Promise<void> {
  const recovery = new Recovery(keeping);
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    if ((await keeping.rows.intents()).length === 0) return;
    await recovery.finishAll();
    await pause(LOOK_MS);
  }
  throw new VaultError(
    "busy",
    "A commit that was begun has not ended: stores that it needs may be away. Nothing was changed; run it again.",
  );
}
