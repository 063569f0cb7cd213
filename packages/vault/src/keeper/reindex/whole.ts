import type { Rows } from "../rows.ts";

/** Kept among the jobs: what says so must outlive the process. */
const JOB = "reindex";

type Jobs = Pick<Rows, "job" | "saveJob">;

/**
 * Whether the rows know everything that was acknowledged. They do not while they are being made again, nor where the
 * stores for it were not all there. What they do not know looks like something that nobody needs: as long as that is
 * so, nothing is deleted.
 */
export async function knowsEverything(rows: Jobs): Promise<boolean> {
  return (await rows.job(JOB)) === undefined;
}

export async function sayKnowsEverything(rows: Jobs, knows: boolean): Promise<void> {
  await rows.saveJob(JOB, knows ? undefined : "not whole");
}
