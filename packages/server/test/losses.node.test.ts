import type { KnownLosses } from "@chirograph/vault";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LossCount } from "../src/vault/losses.ts";

const none = { incomplete: 0, tooFew: 0 };
const some = { incomplete: 3, tooFew: 1 };

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test("are counted once a minute at most, for all who ask", async () => {
  const count = vi.fn<() => Promise<KnownLosses>>(async () => none);
  const losses = new LossCount(count);
  expect(await Promise.all([losses.read(), losses.read()])).toEqual([none, none]);
  count.mockResolvedValue(some);
  vi.advanceTimersByTime(59_999);
  expect(await losses.read()).toEqual(none);
  expect(count).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(await losses.read()).toEqual(some);
  losses.forget();
  expect(await losses.read()).toEqual(some);
  expect(count).toHaveBeenCalledTimes(3);
});

test("nobody waits long for a count: nothing is told before the first, what was known before a later one", async () => {
  let { promise, resolve } = Promise.withResolvers<KnownLosses>();
  const count = vi.fn<() => Promise<KnownLosses>>(() => promise);
  const losses = new LossCount(count);
  const began = performance.now();
  expect(await losses.read()).toBeNull();
  expect(performance.now() - began).toBeGreaterThan(1900);
  expect(performance.now() - began).toBeLessThan(60_000);
  resolve(some);
  expect(await losses.read()).toEqual(some);
  ({ promise, resolve } = Promise.withResolvers<KnownLosses>());
  vi.advanceTimersByTime(60_000);
  expect(await losses.read()).toEqual(some);
  resolve(none);
  expect(await losses.read()).toEqual(none);
  expect(count).toHaveBeenCalledTimes(2);
});

test("a count that failed is told to whoever waits, and made again", async () => {
  const count = vi.fn<() => Promise<KnownLosses>>(async () => none);
  count.mockRejectedValueOnce(new Error("closed"));
  const losses = new LossCount(count);
  await expect(losses.read()).rejects.toThrow("closed");
  expect(await losses.read()).toEqual(none);
});
