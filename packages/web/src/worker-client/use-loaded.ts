import { useCallback, useEffect, useRef, useState } from "react";
import type { Problem } from "../worker/contract.ts";
import { problemOf } from "./problem-of.ts";

export interface Loaded<Data> {
  /** Stays while it is loaded again, and when that fails. */
  readonly data: Data | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<Data> {
  readonly data: Data | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  /** What it was loaded by: dependencies that have changed since make it worthless. */
  readonly by: unknown;
}

/**
 * Loads when it is first shown and whenever one of `dependencies` changes; an answer that comes too late is dropped.
 * Data of other dependencies is never shown.
 */
export function useLoaded<Data>(load: () => Promise<Data>, dependencies: readonly unknown[]): Loaded<Data> {
  // What `load` closes over is named by the caller.
  const loadNow = useCallback(load, dependencies);
  const [state, setState] = useState<State<Data>>(nothingOf(loadNow));
  const latest = useRef(0);

  const run = useCallback(async (): Promise<void> => {
    latest.current += 1;
    const turn = latest.current;
    const settle = (change: Partial<State<Data>>): void => {
      if (turn !== latest.current) return;
      setState((before) => ({ ...(before.by === loadNow ? before : nothingOf(loadNow)), ...change }));
    };
    settle({ isLoading: true, problem: undefined });
    try {
      settle({ data: await loadNow(), isLoading: false });
    } catch (error) {
      settle({ problem: problemOf(error), isLoading: false });
    }
  }, [loadNow]);

  useEffect(() => {
    void run();
    return () => {
      latest.current += 1;
    };
  }, [run]);

  const reload = useCallback(() => void run(), [run]);
  const { data, problem, isLoading } = state.by === loadNow ? state : nothingOf<Data>(loadNow);
  return { data, problem, isLoading, reload };
}

function nothingOf<Data>(by: unknown): State<Data> {
  return { data: undefined, problem: undefined, isLoading: true, by };
}
