import { useEffect, useState } from "react";
import { IdleClock } from "./idle-clock.ts";

/** So long before it locks, people are told (WCAG 2.2, 2.2.1). */
const WARN_MS = 30_000;
const TICK_MS = 1000;
/** It is said in steps, since every change is read out. */
const STEP_MS = 10_000;
const signs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/**
 * Locks when nobody has touched pointer or keyboard for so many minutes; a page that is not seen is not touched.
 * @returns about how many seconds are left, once there are few
 */
export function useIdleLock(minutes: number, lock: () => void): number | undefined {
  const [left, setLeft] = useState<number | undefined>(undefined);

  useEffect(() => {
    const clock = new IdleClock(minutes * 60_000, Date.now());
    const look = (): void => {
      const leftMs = clock.leftMs(Date.now());
      setLeft(leftMs <= WARN_MS ? (Math.ceil(leftMs / STEP_MS) * STEP_MS) / 1000 : undefined);
      if (leftMs === 0) lock();
    };
    const touch = (): void => clock.touch(Date.now());
    const timer = setInterval(look, TICK_MS);
    // Timers sleep with a hidden page or a closed lid: look at once when it is seen again.
    document.addEventListener("visibilitychange", look);
    for (const sign of signs) addEventListener(sign, touch, { passive: true, capture: true });
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      for (const sign of signs) removeEventListener(sign, touch, { capture: true });
    };
  }, [minutes, lock]);

  return left;
}
