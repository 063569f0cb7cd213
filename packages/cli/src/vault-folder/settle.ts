import { setTimeout as pause } from "node:timers/promises";
import { type Intent, type OpenChart, VaultError } from "@chirograph/vault";
import type { PutJournal } from "./journal.ts";
import type { OpenVault } from "./open.ts";

/**
 * A run that was cut short may have left a commit that is written down and not finished. It is finished now, or what
 * is in it would be put twice.
 */
export async function settle(
  { keeper, keeping: { rows, now } }: OpenVault,
  chart: OpenChart,
  journal: PutJournal,
): Promise<void> {
  const isOurs = ({ versions }: Intent): boolean => versions.some(({ version }) => journal.has(version));
  for (let intents = (await rows.intents()).filter(isOurs); intents.length > 0;) {
    // Until its lease is over, whoever wrote it down may still be at it.
    const lease = Math.max(...intents.map((intent) => intent.lease));
    await pause(Math.max(0, lease - now()) + 1);
    await keeper.recover();
    intents = (await rows.intents()).filter(isOurs);
    if (intents.length > 0 && lease < now() && intents.every((intent) => intent.lease <= lease)) {
      throw new VaultError("stores-missing", "What an earlier run has begun cannot be finished now.");
    }
  }
  await chart.refresh();
}
