import { beginEpoch, type ChartState, currentEpoch, type UnlockedChart } from "@chirograph/core";
import type { ChartSession } from "../session.ts";

/** Epochs that were begun here and are not committed yet, so that sealing and committing mean the same one. */
const begun = new WeakMap<UnlockedChart, Promise<UnlockedChart>>();

/**
 * The chart as new versions are sealed under it: with a new epoch where somebody knows the secrets of this one who is
 * not to know what comes, a reader who was removed or one whose standing unlock has ended.
 * @throws ChirographError for whoever may not begin one
 */
export async function readyToSeal(session: ChartSession): Promise<UnlockedChart> {
  const { unlocked, parts } = session;
  if (!needsEpoch(unlocked.chart.state, parts.now())) return unlocked;
  const known = begun.get(unlocked) ?? beginEpoch(parts.engine, unlocked, session.step());
  begun.set(unlocked, known);
  return known;
}

function needsEpoch(state: ChartState, now: number): boolean {
  const number = currentEpoch(state)?.number ?? 0;
  const unlocks = [...state.standing.values()].map((byEpoch) => byEpoch.get(number));
  return state.stale || unlocks.some((unlock) => unlock !== undefined && unlock.until <= now);
}
