import { setTimeout as pause } from "node:timers/promises";
import type { OpenChart } from "@chirograph/vault";
import type { PutJournal } from "../journal.ts";

const STEP_MS = 500;
/** A little longer than the lease of a commit, after which the server itself goes on with what its writer left. */
const MOST_MS = 4000;

/**
 * What a put that was cut short has sent last may be at the server still, and come into the chart by itself. What has
 * not come after a moment was never heard.
 */
export async function settle(chart: OpenChart, { versions }: PutJournal): Promise<void> {
  await chart.refresh();
  for (let waitedMs = 0; waitedMs < MOST_MS && lacksSome(chart, versions); waitedMs += STEP_MS) {
    await pause(STEP_MS);
    await chart.refresh();
  }
}

function lacksSome({ chart }: OpenChart, versions: PutJournal["versions"]): boolean {
  return [...versions].some((version) => !chart.state.recordOf.has(version));
}
