import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Looks } from "../src/vault/looks.ts";

const OPTIONS = { staleMs: 2000, waitMs: 500 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what is fresh is not looked at", async () => {
  const look = vi.fn<() => Promise<void>>(async () => undefined);
  const looks = new Looks(look, OPTIONS);
  await vi.advanceTimersByTimeAsync(1999);
  await looks.again();
  expect(look).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all([looks.again(), looks.again()]);
  await looks.again();
  expect(look).toHaveBeenCalledTimes(1);
});

test("a look that does not end keeps one request waiting for a moment, and later ones not at all", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = vi.fn<() => Promise<void>>(() => promise);
  const looks = new Looks(look, OPTIONS);
  await vi.advanceTimersByTimeAsync(2000);
  const passed = vi.fn<() => void>();
  const first = looks.again().then(passed);
  await vi.advanceTimersByTimeAsync(499);
  expect(passed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(passed).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(9000);
  // Would never end, were the look waited for.
  await looks.again();
  expect(look).toHaveBeenCalledTimes(1);
  resolve();
  await first;
  await vi.advanceTimersByTimeAsync(2000);
  await looks.again();
  expect(look).toHaveBeenCalledTimes(2);
});

test("a look that fails late fails nobody", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const looks = new Looks(() => promise, OPTIONS);
  await vi.advanceTimersByTimeAsync(2000);
  const first = looks.again();
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toBeUndefined();
  // An error that nobody hears would end the process.
  reject(new Error("late"));
  await vi.advanceTimersByTimeAsync(0);
});
