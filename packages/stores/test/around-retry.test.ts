import { beforeEach, describe, expect, test } from "vitest";
import { withRetry } from "../src/around/index.ts";
import { StoreError } from "../src/error.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, pattern, refusal, reusingMemory } from "./bodies.ts";
import { bare, ScriptedStore, type Step } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

const FAILS: Step = { kind: "fails" };
const breaks = (afterBytes: number, times: number): Step[] =>
  Array.from({ length: times }, () => ({ kind: "breaks", afterBytes }));

let time: VirtualTime;
let plain: ScriptedStore;
let store: Store;

beforeEach(() => {
  time = new VirtualTime();
  plain = new ScriptedStore(time);
  store = withRetry(plain, { ...time.clock, attempts: 4 });
});

describe("a request that fails", () => {
  test("for a while is made again", async () => {
    plain.script(FAILS, FAILS, FAILS);
    expect(await time.run(store.head("a"))).toBeNull();
    expect(plain.requests).toHaveLength(4);
  });

  test("for good is given up", async () => {
    plain.script(FAILS, FAILS, FAILS, FAILS);
    await expect(time.run(store.list({ prefix: "", limit: 1 }))).rejects.toEqual(refusal("unavailable"));
    expect(plain.requests).toHaveLength(4);
  });

  test.each(["not-found", "denied", "full", "malformed", "invalid"] as const)(
    "with %s is made once",
    async (code) => {
      plain.script({ kind: "fails", code });
      await expect(time.run(store.delete("a"))).rejects.toEqual(refusal(code));
      expect(plain.requests).toHaveLength(1);
    },
  );

  test.each([
    [0, [0, 0, 0]],
    [0.5, [100, 200, 400]],
    [0.999, [199.8, 399.6, 799.2]],
  ])("waits a share %d of a time that doubles", async (chance, expected) => {
    const times: number[] = [];
    time.chance = chance;
    plain.script(FAILS, FAILS, FAILS);
    const watched = withRetry(
      { ...bare(plain), head: (name) => (times.push(time.ms), plain.head(name)) },
      { ...time.clock, attempts: 4 },
    );
    await time.run(watched.head("a"));
    const waits = times.slice(1).map((at, index) => at - times[index]!);
    waits.forEach((wait, index) => expect(wait).toBeCloseTo(expected[index]!, 6));
  });

  test("is not made again when its time is over", async () => {
    store = withRetry(plain, { ...time.clock, attempts: 1000, longestMs: 60_000, longestDelayMs: 8000 });
    plain.script(...Array.from({ length: 1000 }, () => FAILS));
    await expect(time.run(store.head("a"))).rejects.toEqual(refusal("unavailable"));
    expect(time.ms).toBeLessThanOrEqual(60_000);
    expect(time.ms).toBeGreaterThan(50_000);
  });

  test("ends its wait when it is cancelled", async () => {
    const reason = new StoreError("unavailable", "the caller's own reason");
    const controller = new AbortController();
    plain.script(FAILS, FAILS, FAILS, FAILS);
    const asked = store.head("a", { signal: controller.signal });
    void time.sleep(50).then(() => controller.abort(reason));
    await expect(time.run(asked)).rejects.toBe(reason);
    expect(time.ms).toBe(50);
    expect(time.sleeping).toBe(0);
  });
});

describe("a get", () => {
  const bytes = pattern(10_000, 3);
  beforeEach(() => plain.inner.put("a", bodyOf(bytes)));

  test.each([0, 1, 999, 1000, 5500, 9999, 10_000])(
    "that breaks off behind %i bytes goes on there",
    async (afterBytes) => {
      plain.script({ kind: "breaks", afterBytes });
      expect(await time.run(readAll(store, "a"))).toEqual(bytes);
      plain.script({ kind: "breaks", afterBytes });
      const range = { offset: 17, lengthBytes: 9950 };
      expect(await time.run(readAll(store, "a", range))).toEqual(bytes.subarray(17, 9967));
    },
  );

  test("of a range that ends too early goes on", async () => {
    plain.script({ kind: "breaks", afterBytes: 10, silently: true });
    const range = { offset: 0, lengthBytes: 9000 };
    expect(await time.run(readAll(store, "a", range))).toEqual(bytes.subarray(0, 9000));
  });

  test("finds the object shorter, longer or gone: an error, and no byte of the other", async () => {
    for (const [size, code] of [
      [4000, "malformed"],
      [3000, "malformed"],
      [undefined, "not-found"],
    ] as const) {
      const pieces: Uint8Array[] = [];
      const reading = (async () => {
        plain.script({ kind: "breaks", afterBytes: 5000 });
        for await (const piece of store.get("a")) {
          if (pieces.length === 0) {
            await plain.inner.delete("a");
            if (size !== undefined) await plain.inner.put("a", bodyOf(pattern(size, 99)));
          }
          pieces.push(piece);
        }
      })();
      await expect(time.run(reading)).rejects.toEqual(refusal(code));
      expect(pieces).toHaveLength(5);
      await plain.inner.delete("a");
      await plain.inner.put("a", bodyOf(bytes));
    }
  });

  test("that is given more than it asked for is an error", async () => {
    const generous = withRetry({ ...bare(plain), get: (name) => plain.get(name) }, time.clock);
    const reading = readAll(generous, "a", { offset: 0, lengthBytes: 1500 });
    await expect(time.run(reading)).rejects.toEqual(refusal("malformed"));
  });

  test("counts its attempts afresh behind each MiB, and not before", async () => {
    const large = pattern(4 * 1_048_576);
    await plain.inner.put("large", bodyOf(large));
    plain.pieceBytes = 65_536;
    const range = { offset: 0, lengthBytes: large.length };
    plain.script(...breaks(400_000, 10));
    expect(await time.run(readAll(store, "large", range))).toEqual(large);
    plain.script(...breaks(200_000, 20));
    await expect(time.run(readAll(store, "large", range))).rejects.toEqual(refusal("unavailable"));
  });
});

describe("a put", () => {
  const bytes = pattern(5000, 4);

  test.each<[string, Step]>([
    ["fails at once", FAILS],
    ["breaks off in its body", { kind: "breaks", afterBytes: 2500 }],
    ["is done and said to have failed", { kind: "does and fails" }],
  ])("that %s is made again with the same bytes", async (_, step) => {
    plain.script(step);
    await time.run(store.put("a", { sizeBytes: 5000, bytes: reusingMemory(bytes, 700) }));
    expect(await readAll(plain.inner, "a")).toEqual(bytes);
  });

  test("of nothing that is done and said to have failed succeeds", async () => {
    plain.script({ kind: "does and fails" });
    await time.run(store.put("a", { sizeBytes: 0, bytes: [] }));
    expect(await plain.inner.head("a")).toEqual({ name: "a", sizeBytes: 0 });
  });

  test("does not take another's object for its own", async () => {
    for (const other of [pattern(5000, 5), pattern(4999, 4), pattern(5001, 4), new Uint8Array()]) {
      plain.script({ kind: "breaks", afterBytes: 4000 });
      await plain.inner.put("a", bodyOf(other));
      await expect(time.run(store.put("a", bodyOf(bytes)))).rejects.toEqual(refusal("exists"));
      expect(await readAll(plain.inner, "a")).toEqual(other);
      await plain.inner.delete("a");
    }
  });

  test("does not take the same object for its own when it never gave a byte", async () => {
    plain.script(FAILS);
    await plain.inner.put("a", bodyOf(bytes));
    await expect(time.run(store.put("a", bodyOf(bytes)))).rejects.toEqual(refusal("exists"));
  });

  test("finds its object although asking for it fails, too", async () => {
    plain.script(
      { kind: "does and fails" },
      { kind: "works" },
      FAILS,
      { kind: "works" },
      { kind: "breaks", afterBytes: 10 },
    );
    await time.run(store.put("a", bodyOf(bytes)));
    expect(plain.requests).toEqual(["put", "put", "head", "head", "get", "get"]);
  });

  test("of a long body is made again only while none of it was read", async () => {
    const long = pattern(1_048_577);
    plain.script(FAILS, FAILS);
    await time.run(store.put("a", { sizeBytes: long.length, bytes: reusingMemory(long, 65_536) }));
    expect(await readAll(plain.inner, "a")).toEqual(long);
    plain.script({ kind: "breaks", afterBytes: 100_000 });
    plain.requests = [];
    const again = store.put("b", { sizeBytes: long.length, bytes: reusingMemory(long, 65_536) });
    await expect(time.run(again)).rejects.toEqual(refusal("unavailable"));
    expect(plain.requests).toEqual(["put"]);
  });

  test("is not made again when it is its body that fails", async () => {
    const failure = new StoreError("unavailable", "another store's");
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield pattern(10);
      throw failure;
    }
    await expect(time.run(store.put("a", { sizeBytes: 20, bytes: broken() }))).rejects.toBe(failure);
    expect(plain.requests).toEqual(["put"]);
  });

  test("whose first attempt still waits for the body is given each piece once more", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield bytes.slice(0, 100);
      await gate;
      yield bytes.slice(100);
    }
    const impatient: Store = {
      ...bare(plain),
      put: async (name, body, options) => {
        if (plain.requests.length > 0) return plain.put(name, body, options);
        plain.requests.push("left");
        const pieces = (body.bytes as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
        await pieces.next();
        void pieces.next().catch(() => undefined);
        throw new StoreError("unavailable", "I have no time.");
      },
    };
    const put = withRetry(impatient, time.clock).put("a", { sizeBytes: 5000, bytes: slow() });
    void time.sleep(5000).then(open);
    await time.run(put);
    expect(await readAll(plain.inner, "a")).toEqual(bytes);
  });
});
