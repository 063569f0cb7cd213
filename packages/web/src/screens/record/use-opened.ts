import { useCallback, useEffect, useState } from "react";
import type { Arrival, OpenedView, Problem } from "../../worker/contract.ts";
import { problemOf } from "../../worker-client/problem-of.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";

export interface Opening {
  /** Fragments by their index, as they come. */
  readonly arrivals: ReadonlyMap<number, Arrival>;
  readonly opened: OpenedView | undefined;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
}

const nothing = { arrivals: new Map<number, Arrival>(), opened: undefined, problem: undefined };

/** Opens a version while it is shown, and closes it when it is left: nothing of it stays open in the worker. */
export function useOpened({
  chart,
  record,
  version,
}: {
  chart: string;
  record: string;
  version: string;
}): Opening {
  const worker = useWorker();
  const [state, setState] = useState<Omit<Opening, "retry">>(nothing);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isLeft = false;
    let handle: string | undefined;
    setState(nothing);

    const arrive = (arrival: Arrival): void => {
      if (isLeft) return;
      setState((before) => ({ ...before, arrivals: new Map(before.arrivals).set(arrival.index, arrival) }));
    };
    const close = (opened: string): void => {
      // The worker forgets it anyway when it locks.
      worker.close(opened).catch(() => {});
    };
    const open = async (): Promise<void> => {
      try {
        const opened = await worker.open(chart, record, version, arrive);
        if (isLeft) {
          close(opened.handle);
          return;
        }
        handle = opened.handle;
        setState((before) => ({ ...before, opened }));
      } catch (error) {
        if (!isLeft) setState((before) => ({ ...before, problem: problemOf(error) }));
      }
    };
    void open();
    return () => {
      isLeft = true;
      if (handle !== undefined) close(handle);
    };
  }, [worker, chart, record, version, attempt]);

  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...state, retry };
}
