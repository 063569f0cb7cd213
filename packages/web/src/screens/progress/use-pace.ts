import { useEffect, useState } from "react";
import { addSample, type Sample, speedOf, timeLeft } from "./pace.ts";

export interface Pace {
  /** Bytes a second. */
  readonly speed: number | undefined;
  readonly leftMs: number | undefined;
}

/** How quickly `bytes` grows towards `total`, while it moves. */
export function usePace({
  bytes,
  total,
  isMoving,
}: {
  bytes: number;
  total: number;
  isMoving: boolean;
}): Pace {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (isMoving) setSamples((before) => addSample(before, { timeMs: performance.now(), bytes }));
    else setSamples([]);
  }, [bytes, isMoving]);
  return { speed: speedOf(samples), leftMs: timeLeft(samples, total) };
}
