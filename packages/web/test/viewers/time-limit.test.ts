import { expect, test, vi } from "vitest";
import { ViewerError, viewerError } from "../../src/viewers/problem.ts";
import { withinLimit } from "../../src/viewers/time-limit.ts";

test("work in time gives its result, and nothing is stopped", async () => {
  const stop = vi.fn<() => void>();
  expect(await withinLimit(Promise.resolve(7), stop, 20)).toBe(7);
  await new Promise((resolve) => {
    setTimeout(resolve, 40);
  });
  expect(stop).not.toHaveBeenCalled();
});

test("work that never ends is stopped, and said to be too slow", async () => {
  const stop = vi.fn<() => void>();
  const never = new Promise<never>(() => {});
  await expect(withinLimit(never, stop, 20)).rejects.toMatchObject({ code: "too-slow" });
  expect(stop).toHaveBeenCalledOnce();
});

test("work that fails in time fails as it did", async () => {
  const work = Promise.reject(new ViewerError("truncated", "3 of 9 bytes"));
  await expect(withinLimit(work, () => {}, 1000)).rejects.toMatchObject({ code: "truncated" });
});

test.for([
  ["a text", "a text"],
  [new Error("said so"), "said so"],
  [{ error: new Error("wrapped") }, "wrapped"],
  [{ exception: "thrown while parsing", dataSet: {} }, "thrown while parsing"],
  [{ message: "an event" }, "an event"],
  [42, ""],
] as const)("whatever was thrown becomes what a viewer says: %o", ([thrown, words]) => {
  expect(viewerError(thrown, "not-decoded")).toMatchObject({ code: "not-decoded", message: words });
});
