// Stores that fail by any script: what comes out is what the plain store would have given, or an error.
// CHIROGRAPH_AROUND_RUNS sets the number of scripts for each property; 200 is the short form.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guardStore, type GuardedStore } from "../src/around/index.ts";
import { StoreError } from "../src/error.ts";
import { readAll } from "../src/read.ts";
import { bodyOf, pattern, reusingMemory } from "./bodies.ts";
import { ScriptedStore, type Step } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env;
const numRuns = Number(environment?.["CHIROGRAPH_AROUND_RUNS"] ?? 200);

const timeout = 240_000 + 20 * numRuns;

const ATTEMPTS = 4;
const AT_ONCE = 3;
const BIG = 40_000;

const afterBytes = fc.integer({ min: 0, max: BIG });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("works" as const),
      afterMs: fc.integer({ min: 0, max: 20_000 }),
    }),
  },
  fc.constant<Step>({ kind: "fails" }),
  fc.constant<Step>({ kind: "fails", code: "denied" }),
  fc.constant<Step>({ kind: "does and fails" }),
  fc.record({ kind: fc.constant("breaks" as const), afterBytes, silently: fc.boolean() }),
  fc.record({ kind: fc.constant("hangs" as const), afterBytes }),
);
const script = fc.array(step, { maxLength: 12 });

interface Scene {
  readonly time: VirtualTime;
  readonly plain: ScriptedStore;
  readonly guarded: GuardedStore;
}

function sceneOf(steps: readonly Step[], pauseMs = 1000): Scene {
  const time = new VirtualTime();
  const plain = new ScriptedStore(time, steps);
  const guarded = guardStore(plain, {
    ...time.clock,
    retry: { attempts: ATTEMPTS, replayBytes: BIG },
    limit: { atOnce: AT_ONCE, shortAtOnce: AT_ONCE, putsAtOnce: AT_ONCE },
    circuit: { failures: 6, pauseMs },
  });
  return { time, plain, guarded };
}

/** @returns the error that the store ended with; any other is a defect */
async function refused(work: Promise<unknown>): Promise<StoreError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error;
  }
}

describe("whatever a store does", () => {
  test(
    "a get gives the beginning of what is asked for, all of it or an error",
    async () => {
      const share = fc.integer({ min: 0, max: 100 });
      const range = fc.option(fc.tuple(share, share), { nil: undefined });
      await fc.assert(
        fc.asyncProperty(script, fc.integer({ min: 1, max: BIG }), range, async (steps, size, part) => {
          const { time, plain, guarded } = sceneOf(steps);
          const bytes = pattern(size, size);
          await plain.inner.put("a", bodyOf(bytes));
          const offset = Math.floor((size * (part?.[0] ?? 0)) / 100);
          const lengthBytes = Math.floor(((size - offset) * (part?.[1] ?? 100)) / 100);
          const wanted = bytes.subarray(offset, offset + lengthBytes);
          let given = 0;
          const reading = (async () => {
            for await (const piece of guarded.store.get("a", part && { offset, lengthBytes })) {
              expect(piece).toEqual(wanted.subarray(given, given + piece.length));
              given += piece.length;
            }
          })();
          const error = await time.run(refused(reading));
          // Only a get without a range that ends early and says nothing cannot be told from a shorter object.
          const mayBeShort =
            part === undefined && steps.some((one) => one.kind === "breaks" && one.silently === true);
          expect(error !== undefined || mayBeShort || given === lengthBytes).toBe(true);
          expect([undefined, "unavailable", "denied"]).toContain(error?.code);
          // Each attempt is a get, and at most one head before it.
          expect(plain.requests.length).toBeLessThanOrEqual(2 * ATTEMPTS);
          expect(time.sleeping).toBe(0);
          expect(guarded.meter().readBytes).toBeGreaterThanOrEqual(given);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test(
    "a put is done whole, or leaves nothing of its own, and never takes another's object for its own",
    async () => {
      const other = fc.constantFrom("nothing", "the same length", "another length");
      await fc.assert(
        fc.asyncProperty(script, fc.integer({ min: 0, max: BIG }), other, async (steps, size, before) => {
          const { time, plain, guarded } = sceneOf(steps);
          const ours = pattern(size, 1);
          const theirs = pattern(before === "the same length" ? size : size + 1, 2);
          const isTaken = before !== "nothing" && theirs.length > 0;
          if (isTaken) await plain.inner.put("a", bodyOf(theirs));
          const put = guarded.store.put("a", { sizeBytes: size, bytes: reusingMemory(ours, 3000) });
          const error = await time.run(refused(put));
          const there = (await plain.inner.head("a")) === null ? undefined : await readAll(plain.inner, "a");
          // An answer that was lost leaves the object.
          const allowed = isTaken ? [theirs] : error === undefined ? [ours] : [undefined, ours];
          expect(allowed).toContainEqual(there);
          expect(isTaken ? error !== undefined : error?.code !== "exists").toBe(true);
          expect(plain.requests.filter((kind) => kind === "put").length).toBeLessThanOrEqual(ATTEMPTS);
          expect(time.sleeping).toBe(0);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test(
    "never more than the limit run, everything ends, and what is cancelled ends with its reason",
    async () => {
      const kind = fc.constantFrom("get", "head", "list", "delete", "put");
      const call = fc.record({
        kind,
        cancelAt: fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: undefined }),
      });
      await fc.assert(
        fc.asyncProperty(script, fc.array(call, { minLength: 1, maxLength: 12 }), async (steps, calls) => {
          const { time, plain, guarded } = sceneOf(steps.filter((one) => one.kind !== "hangs"));
          await plain.inner.put("a", bodyOf(pattern(5000)));
          const { store } = guarded;
          const reason = new Error("enough");
          const asked = calls.map(async ({ kind: what, cancelAt }, index) => {
            const controller = new AbortController();
            const { signal } = controller;
            if (cancelAt !== undefined) void time.sleep(cancelAt).then(() => controller.abort(reason));
            const work: Record<string, () => Promise<unknown>> = {
              get: () => readAll(store, "a", { offset: 0, lengthBytes: 5000 }, { signal }),
              head: () => store.head("a", { signal }),
              list: () => store.list({ prefix: "", limit: 5 }, { signal }),
              delete: () => store.delete("z", { signal }),
              put: () => store.put(`b${index}`, bodyOf(pattern(100)), { signal }),
            };
            const error: unknown = await work[what]!().then(
              () => undefined,
              (thrown: unknown) => thrown,
            );
            const isAllowed = error === reason ? signal.aborted : error instanceof StoreError;
            expect(error === undefined || isAllowed).toBe(true);
          });
          await time.run(Promise.all(asked));
          expect(plain.mostRunning).toBeLessThanOrEqual(2 * AT_ONCE);
          // A meter and the store agree on what went out.
          const { requests } = guarded.meter();
          const counted = Object.values(requests).reduce((sum, { count }) => sum + count, 0);
          expect(counted).toBe(plain.requests.length);
          await time.pass(100_000);
          expect(plain.running).toBe(0);
          expect(time.sleeping).toBe(0);
          // No place was lost on the way.
          plain.script();
          await store.head("a");
          await time.run(Promise.all(Array.from({ length: 2 * AT_ONCE }, () => store.head("a"))));
        }),
        { numRuns },
      );
    },
    timeout,
  );
});

describe("a store that is dead", () => {
  test("costs some time-outs and then nothing, also whoever waits in the queue", async () => {
    const { time, plain, guarded } = sceneOf(
      Array.from({ length: 10_000 }, () => ({ kind: "hangs" })),
      50_000,
    );
    const asked = Array.from({ length: 1000 }, () => refused(guarded.store.head("a")));
    const errors = await time.run(Promise.all(asked));
    expect(errors.every((error) => error?.code === "unavailable")).toBe(true);
    expect(plain.requests.length).toBeLessThanOrEqual(6 + 2 * AT_ONCE);
    expect(time.ms).toBeLessThanOrEqual(60_000);
    expect(guarded.health()).toMatchObject({ state: "open" });
    const before = time.ms;
    await time.run(refused(guarded.store.head("a")));
    expect(time.ms).toBe(before);
  });

  test("is used again when it comes back", async () => {
    const { time, plain, guarded } = sceneOf(Array.from({ length: 10 }, () => ({ kind: "fails" })));
    await plain.inner.put("a", bodyOf(pattern(10)));
    let round = 0;
    while ((await time.run(refused(guarded.store.head("a")))) !== undefined && round++ < 40)
      await time.pass(1000);
    expect(round).toBeLessThan(40);
    expect(guarded.health().state).toBe("closed");
    expect(await time.run(readAll(guarded.store, "a"))).toEqual(pattern(10));
  });
});
