import type { Id } from "../../catalogue.ts";
import { type JobOptions, SavedJob } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { requireCurrent } from "../require-current.ts";
import { checkHeaders, storesWithHeader } from "../verify/check-headers.ts";
import { Reach } from "../verify/reach.ts";
import { JobCounts } from "./job-counts.ts";
import { Meter, type Traffic } from "./metered.ts";
import { requireWhole } from "./require-whole.ts";

/** A run of an operation over all stores, which may go on where an earlier one was interrupted. */
export interface BegunRun<Counted extends string> {
  /** Whose traffic is counted. */
  readonly keeping: Keeping;
  readonly reach: Reach;
  readonly counts: JobCounts<Counted>;
  readonly withHeader: ReadonlySet<Id>;
  /** Of these, the stores that are not leaving. */
  readonly usable: ReadonlySet<Id>;
  /** Nothing is left to be gone on with. */
  end(): Promise<void>;
}

/** @throws VaultError `stores-missing` for a catalogue that does not know everything, `outdated` */
export async function beginRun<Counted extends string>(
  plain: Keeping,
  { name, counted }: { readonly name: string; readonly counted: readonly Counted[] },
  options: JobOptions,
): Promise<BegunRun<Counted>> {
  await requireCurrent(plain);
  await requireWhole(plain);
  const { rows, settings } = plain;
  const job = await SavedJob.open<Record<Counted | keyof Traffic, number>, never>(rows, {
    name,
    request: { vault: settings.vault },
    fresh: false,
  });
  const meter = new Meter();
  const keeping = meter.over(plain);
  const reach = new Reach(keeping.stores, options.signal);
  const withHeader = storesWithHeader(await checkHeaders(keeping, reach, undefined));
  const leaving = await leavingStores(rows);
  const usable = new Set([...withHeader].filter((id) => !leaving.has(id)));
  const counts = new JobCounts<Counted>(job, meter, counted);
  return { keeping, reach, counts, withHeader, usable, end: () => job.end() };
}
