import { useCallback, useState } from "react";
import type { Problem } from "../worker/contract.ts";
import { problemOf } from "./problem-of.ts";

export interface Action<Values extends readonly unknown[]> {
  readonly run: (...values: Values) => Promise<void>;
  readonly isBusy: boolean;
  /** Why the last run failed. */
  readonly problem: Problem | undefined;
  readonly dismiss: () => void;
}

/** Something that is done once at a time, with what came of it. Never rejects: `problem` tells. */
export function useAction<Values extends readonly unknown[]>(
  act: (...values: Values) => Promise<void>,
): Action<Values> {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);

  const run = async (...values: Values): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await act(...values);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy, problem, dismiss: useCallback(() => setProblem(undefined), []) };
}
