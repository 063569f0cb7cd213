import type { SealedSmall, UnlockedChart } from "@chirograph/core";
import type { Target } from "../../catalogue.ts";
import type { Job } from "./job.ts";
import type { PendingVersion } from "./pending.ts";

/** A small version of a job, the chart it is sealed under, where it goes, and then what it has become. */
export interface Small {
  readonly job: Job;
  readonly version: PendingVersion;
  readonly unlocked: UnlockedChart;
  targets: readonly Target[];
  sealed: SealedSmall | undefined;
}
