import type { Engine } from "@chirograph/engine/interface";
import { VaultError } from "../error.ts";
import { pause } from "../pause.ts";

/** So often somebody else may be faster before a writer gives up. */
export const MOST_ATTEMPTS = 32;
const FIRST_DELAY_MS = 4;
const LONGEST_DELAY_MS = 250;

/** Waits after a conflict: longer each time, and for a random time, so that writers who met do not meet again. */
export function backOff(engine: Engine, attempt: number): Promise<void> {
  const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  const share = new DataView(engine.randomBytes(4).buffer).getUint32(0) / 2 ** 32;
  return pause(most * share);
}

export function busy(): VaultError {
  return new VaultError("busy", "Others changed the chart again and again; try once more in a while.");
}
