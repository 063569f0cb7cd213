import { useEffect, useRef } from "react";
import type { JobView } from "../worker/contract.ts";
import { type Loaded, useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";

const LOOK_MS = 700;

/** The newest job of each kind; looked at again and again while one runs, and `onEnded` when none does any more. */
export function useJobs(onEnded: () => void): Loaded<readonly JobView[]> {
  const worker = useWorker();
  const jobs = useLoaded(() => worker.jobs(), [worker]);
  const { data, problem, reload } = jobs;
  const isRunning = data?.some(({ state }) => state === "running") ?? false;
  const wasRunning = useRef(false);

  useEffect(() => {
    if (!isRunning) return undefined;
    // Every answer, good or bad, is a new object: the next look is a while after the last answer.
    const timer = setTimeout(reload, LOOK_MS);
    return () => clearTimeout(timer);
  }, [isRunning, data, problem, reload]);

  useEffect(() => {
    if (wasRunning.current && !isRunning) onEnded();
    wasRunning.current = isRunning;
  }, [isRunning, onEnded]);

  return jobs;
}
