import { useRef, useState } from "react";
import type { Problem } from "../../worker/contract.ts";
import { problemOf } from "../../worker-client/problem-of.ts";

export interface Turns<Value> {
  readonly take: (value: Value) => void;
  readonly isBusy: boolean;
  /** Why the last one failed. */
  readonly problem: Problem | undefined;
}

/** Something that is done to one value after the other: what comes while it is busy waits, and is not lost. */
export function useTurns<Value>(act: (value: Value) => Promise<void>): Turns<Value> {
  const [waiting, setWaiting] = useState(0);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const turn = useRef<Promise<void>>(Promise.resolve());

  const once = async (value: Value): Promise<void> => {
    setProblem(undefined);
    try {
      await act(value);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setWaiting((count) => count - 1);
    }
  };
  const take = (value: Value): void => {
    setWaiting((count) => count + 1);
    turn.current = turn.current.then(() => once(value));
  };
  return { take, isBusy: waiting > 0, problem };
}
