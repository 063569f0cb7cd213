import type { ErasureReport, Id, RepairReport, VerifyReport } from "@chirograph/vault";
import * as z from "../zod.ts";
import { type Problem, problem } from "./problem.ts";
import { erasureReport, repairReport, verifyReport } from "./reports.ts";
import { count, id, time } from "./values.ts";

/** What the reports of long work are, by its kind. */
export interface Reports {
  readonly verify: VerifyReport;
  readonly repair: RepairReport;
  readonly erasures: ErasureReport;
}

export type JobKind = keyof Reports;

interface JobOf<Kind extends JobKind> {
  readonly id: Id;
  readonly kind: Kind;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly progress: JobProgress | null;
  readonly started: number;
  readonly ended: number | null;
  /** Of one that is done. */
  readonly report: Reports[Kind] | null;
  /** Of one that has failed. */
  readonly problem: Problem | null;
}

export type Job = { readonly [Kind in JobKind]: JobOf<Kind> }[JobKind];

export interface JobProgress {
  readonly what: string;
  readonly done: number;
  /** `null` where it is not known beforehand. */
  readonly total: number | null;
}

export interface StartJob {
  readonly kind: JobKind;
}

export interface Jobs {
  readonly jobs: readonly Job[];
}

export const startJob: z.ZodType<StartJob> = z.strictObject({
  kind: z.enum(["verify", "repair", "erasures"]),
});

const common = {
  id,
  state: z.enum(["running", "done", "stopped", "failed"]),
  progress: z.strictObject({ what: z.string().max(64), done: count, total: count.nullable() }).nullable(),
  started: time,
  ended: time.nullable(),
  problem: problem.nullable(),
};

export const job: z.ZodType<Job> = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("verify"), report: verifyReport.nullable() }),
  z.strictObject({ ...common, kind: z.literal("repair"), report: repairReport.nullable() }),
  z.strictObject({ ...common, kind: z.literal("erasures"), report: erasureReport.nullable() }),
]);

export const jobs: z.ZodType<Jobs> = z.strictObject({ jobs: z.array(job).max(16) });
