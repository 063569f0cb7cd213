import { beforeEach, describe, expect, test } from "vitest";
import { withLimit } from "../src/around/index.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";
import { bare, ScriptedStore, type Step } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

let time: VirtualTime;
let plain: ScriptedStore;
let store: Store;

const slowly = (count: number): Step[] =>
  Array.from({ length: count }, () => ({ kind: "works", afterMs: 10 }));

beforeEach(async () => {
  time = new VirtualTime();
  plain = new ScriptedStore(time);
  store = withLimit(plain, {
    ...time.clock,
    atOnce: 3,
    shortAtOnce: 3,
    putsAtOnce: 2,
    mostWaiting: 50,
    longestWaitMs: 500,
  });
  await plain.inner.put("a", bodyOf(pattern(10_000)));
});

describe("requests beyond the limit", () => {
  test("wait, and run in the order in which they came", async () => {
    plain.script(...slowly(20));
    const ended: number[] = [];
    const asked = Array.from({ length: 20 }, async (_, index) => {
      await store.head("a");
      ended.push(index);
    });
    await time.run(Promise.all(asked));
    expect(plain.mostRunning).toBe(3);
    expect(ended).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(time.ms).toBe(70);
  });

  test("go on when others fail", async () => {
    plain.script({ kind: "fails" }, { kind: "fails" }, { kind: "fails" }, ...slowly(3));
    const outcomes = await time.run(Promise.allSettled(Array.from({ length: 9 }, () => store.head("a"))));
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(3);
  });

  test("leave the queue when they are cancelled, and it moves on without them", async () => {
    plain.script(...slowly(3));
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = Array.from({ length: 3 }, () => store.head("a"));
    const left = Array.from({ length: 5 }, () => store.head("a", { signal: controller.signal }));
    const behind = store.head("a");
    void time.sleep(5).then(() => controller.abort(reason));
    const outcomes = Promise.allSettled(left);
    await time.run(Promise.all([...running, behind, outcomes]));
    expect(
      (await outcomes).every((outcome) => outcome.status === "rejected" && outcome.reason === reason),
    ).toBe(true);
    expect(plain.requests).toHaveLength(4);
  });

  test("are refused when too many wait already", async () => {
    plain.script(...slowly(3));
    const asked = Array.from({ length: 54 }, () => store.head("a"));
    await expect(asked[53]).rejects.toEqual(refusal("unavailable"));
    await time.run(Promise.all(asked.slice(0, 53)));
  });

  test("that are puts, gets or short have a limit for each sort", async () => {
    plain.script(...slowly(20));
    const names = ["c", "d", "e", "f"];
    const puts = names.map((name) => store.put(name, bodyOf(pattern(5))));
    const gets = names.map(() => readAll(store, "a"));
    const heads = names.map(() => store.head("a"));
    await time.run(Promise.all([...puts, ...gets, ...heads]));
    expect(plain.mostRunning).toBe(8);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["head", () => store.head("a")],
    ["list", () => store.list({ prefix: "", limit: 5 })],
    ["delete", () => store.delete("a")],
    ["get", () => readAll(store, "a")],
    ["short get", () => readAll(store, "a", { offset: 0, lengthBytes: 10 })],
    ["put", () => store.put("b", bodyOf(pattern(5)))],
  ])("are told so when a %s has waited too long, and the next ones find their places", async (kind, ask) => {
    plain.script(...Array.from({ length: 3 }, (): Step => ({ kind: "works", afterMs: 2000 })));
    const running = Array.from({ length: kind === "put" ? 2 : 3 }, (_, index) =>
      kind === "put" ? store.put(`c${index}`, bodyOf(pattern(5))) : ask(),
    );
    const all = Promise.allSettled(running);
    const late = Array.from({ length: 5 }, ask).map((one) => one.then(String, (error: unknown) => error));
    const errors = await time.run(Promise.all(late));
    expect(errors.map((error) => (error as Error).message)).toEqual(
      Array.from({ length: 5 }, () => expect.stringContaining("kept this store busy for 0.5 s")),
    );
    expect(errors).toContainEqual(refusal("unavailable"));
    expect(time.ms).toBe(500);
    expect(plain.requests).toHaveLength(running.length);
    await time.run(all);
    await time.run(ask());
    expect(time.sleeping).toBe(0);
  });

  test("lose no place when they are cancelled as their turn comes, to the very moment", async () => {
    for (let moments = 0; moments < 40; moments++) {
      const controller = new AbortController();
      const handing: Store = {
        ...bare(plain),
        async head(name) {
          void later(moments, () => controller.abort(new Error("enough")));
          return plain.inner.head(name);
        },
      };
      const one = withLimit(handing, { ...time.clock, shortAtOnce: 1 });
      const both = [one.head("a"), one.head("a", { signal: controller.signal })];
      await time.run(Promise.allSettled(both));
      expect(await time.run(one.head("a"), 1000)).not.toBeNull();
    }
  });
});

test("puts that flow in step and wait for each other's places end", async () => {
  const goOn = Promise.withResolvers<void>();
  let begun = 0;
  async function* inStep(): AsyncGenerator<Uint8Array> {
    if (++begun === 3) goOn.resolve();
    await goOn.promise;
    yield pattern(5);
  }
  const puts = ["c", "d", "e"].map((name) => store.put(name, { sizeBytes: 5, bytes: inStep() }));
  // The others of a version go on without the one that failed.
  for (const put of puts) put.catch(() => goOn.resolve());
  const outcomes = await time.run(Promise.allSettled(puts));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(time.ms).toBe(500);
});

/** After so many turns of the promises at work. */
async function later(moments: number, act: () => void): Promise<void> {
  for (let moment = 0; moment < moments; moment++) await Promise.resolve();
  act();
}

describe("a get", () => {
  test("holds its place until it has ended or was broken off", async () => {
    const open = await Promise.all(
      [0, 1, 2].map(async () => {
        const pieces = store.get("a")[Symbol.asyncIterator]();
        await pieces.next();
        return pieces;
      }),
    );
    let isThere = false;
    const fourth = readAll(store, "a").then(() => (isThere = true));
    await time.pass(400);
    expect(isThere).toBe(false);
    await open[1]!.return!();
    await fourth;
    const reading = readAll(store, "a");
    for (;;) if ((await open[0]!.next()).done === true) break;
    expect(await reading).toEqual(pattern(10_000));
  });

  test("that nobody begins to read holds none", async () => {
    for (let count = 0; count < 10; count++) store.get("a");
    expect(await readAll(store, "a")).toHaveLength(10_000);
  });

  test("that is read slowly keeps no short request waiting, nor does a short get that is", async () => {
    const range = { offset: 7, lengthBytes: 5000 };
    const slow = [
      ...Array.from({ length: 3 }, () => store.get("a")),
      ...Array.from({ length: 10 }, () => store.get("a", range)),
    ].map((pieces) => pieces[Symbol.asyncIterator]());
    for (const pieces of slow) await pieces.next();
    expect(await store.head("a")).not.toBeNull();
    expect(await store.list({ prefix: "", limit: 5 })).toHaveLength(1);
    expect(await readAll(store, "a", range)).toEqual(pattern(10_000).subarray(7, 5007));
    await store.delete("a");
    expect(plain.running).toBe(3);
    expect(time.ms).toBe(0);
  });

  test("that is short keeps no more of what a store gives without end than shows it", async () => {
    let given = 0;
    const endless: Store = {
      ...bare(plain),
      async *get() {
        for (;;) {
          given++;
          yield pattern(10);
        }
      },
    };
    const range = { offset: 0, lengthBytes: 25 };
    await expect(readAll(withLimit(endless), "a", range)).rejects.toEqual(refusal("unavailable"));
    expect(given).toBe(3);
  });
});

test.each([0, 0.5, -1, Number.NaN])("a limit of %d is refused", (count) => {
  expect(() => withLimit(plain, { atOnce: count })).toThrow(refusal("invalid"));
  expect(() => withLimit(plain, { shortAtOnce: count })).toThrow(refusal("invalid"));
  expect(() => withLimit(plain, { putsAtOnce: count })).toThrow(refusal("invalid"));
});
