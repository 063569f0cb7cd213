import { parentPort, workerData } from "node:worker_threads";
import { placeKernel } from "./memory.ts";
import { openRun } from "./open-run.ts";
import { sealRun } from "./seal-run.ts";
import type { Answer, Job, WorkerSetting } from "./job.ts";

const { memory, kernelAt } = workerData as WorkerSetting;
const placed = placeKernel(memory, kernelAt);

parentPort!.on("message", (job: Job) => {
  parentPort!.postMessage({ isGood: perform(job) } satisfies Answer);
});

function perform(job: Job): boolean {
  if (job.kind === "open") return openRun(placed, job.work, job.base);
  sealRun(placed, job.work, job.base);
  return true;
}
