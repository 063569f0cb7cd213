import { sealSmall, versionPlace } from "@chirograph/core";
import { inParallel } from "../../in-parallel.ts";
import type { VaultParts } from "../parts.ts";
import { lotsOf, sealByOthers } from "./seal-lot.ts";
import type { Small } from "./small.ts";

/** Versions that are sealed here at the same time. */
const HERE_AT_ONCE = 8;
/** Fewer are sealed here before anybody else has begun. */
const WORTH_OTHERS = 64;

/** Seals small versions in memory, here or by others. Where something is wrong with one, its job fails. */
export async function sealGroup(parts: VaultParts, group: readonly Small[], tolerate: number): Promise<void> {
  const { sealing } = parts;
  if (sealing === undefined || group.length < WORTH_OTHERS) {
    return inParallel(group, HERE_AT_ONCE, (small) => seal(parts, small, tolerate));
  }
  await inParallel(lotsOf(group), Math.max(HERE_AT_ONCE, sealing.atOnce), async (lot) => {
    if (sealing.isAtHand()) await sealByOthers(parts, sealing, { lot, tolerate });
    for (const small of lot) await seal(parts, small, tolerate);
  });
}

/** Seals what others have not sealed, and tells of it. */
function seal({ engine }: VaultParts, small: Small, tolerate: number): Promise<void> {
  const { job, version, unlocked, targets } = small;
  return job.attempt(async () => {
    if (small.sealed === undefined) {
      const plan = await version.versionPlan({ author: job.session.identity, tolerate });
      small.sealed = await sealSmall(engine, await versionPlace(engine, unlocked, plan), plan);
    }
    await version.plan.onSealed?.({ envelope: small.sealed.envelope, targets });
  });
}
