import type { Engine } from "@chirograph/engine/interface";
import type { Signer } from "../identity/identity.ts";
import type { Change } from "./change.ts";
import { appendLink } from "./document.ts";
import type { UnlockedChart } from "./unlock.ts";

/** Who does something to a chart, and when. */
export interface Step {
  readonly signer: Signer;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
}

/** The chart with one more link of these changes, as unlocked as before. */
export async function takeStep(
  engine: Engine,
  unlocked: UnlockedChart,
  step: Step,
  changes: readonly Change[],
): Promise<UnlockedChart> {
  return { ...unlocked, chart: await appendLink(engine, unlocked.chart, { ...step, changes }) };
}
