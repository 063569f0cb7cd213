import { describe, expect, it } from "vitest";
import { IdleClock } from "../src/identity/idle-clock.ts";

const MINUTE = 60_000;

describe("the idle clock", () => {
  it("runs out when nobody has touched anything for its time", () => {
    const clock = new IdleClock(10 * MINUTE, 0);
    expect(clock.leftMs(0)).toBe(10 * MINUTE);
    expect(clock.leftMs(10 * MINUTE - 1)).toBe(1);
    expect(clock.leftMs(10 * MINUTE)).toBe(0);
    expect(clock.leftMs(99 * MINUTE)).toBe(0);
  });

  it("begins anew with every touch", () => {
    const clock = new IdleClock(10 * MINUTE, 0);
    clock.touch(9 * MINUTE);
    expect(clock.leftMs(18 * MINUTE)).toBe(MINUTE);
  });

  it("is not turned back by one who touches it too late: the page slept, and nobody looked", () => {
    const clock = new IdleClock(10 * MINUTE, 0);
    clock.touch(10 * MINUTE);
    expect(clock.leftMs(10 * MINUTE)).toBe(0);
  });

  it("gives no more than its time when the system's clock is set back", () => {
    const clock = new IdleClock(10 * MINUTE, 100 * MINUTE);
    expect(clock.leftMs(50 * MINUTE)).toBe(10 * MINUTE);
    expect(clock.leftMs(60 * MINUTE)).toBe(0);
  });
});
