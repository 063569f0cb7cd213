import { describe, expect, test } from "vitest";
import { guardStore } from "../src/around/index.ts";
import { createMemoryStore } from "../src/memory/memory-store.ts";
import { readAll } from "../src/read.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";
import { storeContract } from "./contract.ts";
import { ScriptedStore, type Step } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

storeContract("a guarded store", async () => ({ store: guardStore(createMemoryStore()).store }));

describe("a guarded store", () => {
  const fails: Step = { kind: "fails" };

  test("waits between two attempts without holding a place", async () => {
    const time = new VirtualTime();
    const plain = new ScriptedStore(time, [fails]);
    const { store } = guardStore(plain, { ...time.clock, limit: { shortAtOnce: 1 } });
    const first = store.head("a").then(() => time.ms);
    const second = store.head("a").then(() => time.ms);
    expect(await time.run(Promise.all([first, second]))).toEqual([100, 0]);
  });

  test("that is busy is not asked again and again, and is not taken for a failing one", async () => {
    const time = new VirtualTime();
    const plain = new ScriptedStore(time);
    await plain.inner.put("a", bodyOf(pattern(200_000)));
    const limit = { atOnce: 1, longestWaitMs: 50 };
    const guarded = guardStore(plain, { ...time.clock, limit, circuit: { failures: 1 } });
    const slow = guarded.store.get("a")[Symbol.asyncIterator]();
    await slow.next();
    await expect(time.run(readAll(guarded.store, "a"))).rejects.toEqual(refusal("unavailable"));
    expect(time.ms).toBe(50);
    expect(guarded.health()).toMatchObject({ state: "closed", failures: 0 });
    expect(await guarded.store.head("a")).not.toBeNull();
    await slow.return!();
    expect(await time.run(readAll(guarded.store, "a"))).toHaveLength(200_000);
  });

  test("counts every attempt that went out, and none that the circuit kept back", async () => {
    const time = new VirtualTime();
    const plain = new ScriptedStore(time, [fails, fails, fails]);
    const guarded = guardStore(plain, { ...time.clock, circuit: { failures: 3 } });
    await expect(time.run(guarded.store.head("a"))).rejects.toEqual(refusal("unavailable"));
    await expect(guarded.store.head("a")).rejects.toEqual(refusal("unavailable"));
    expect(plain.requests).toHaveLength(3);
    expect(guarded.meter().requests.head).toMatchObject({ count: 3, errors: { unavailable: 3 } });
    expect(guarded.health()).toMatchObject({ state: "open", failures: 3 });
  });

  test("takes silence for a failure, asks again, and opens the circuit on it", async () => {
    const time = new VirtualTime();
    const plain = new ScriptedStore(time, [{ kind: "hangs", afterBytes: 3000 }]);
    await plain.inner.put("a", bodyOf(pattern(9000)));
    const timeOut = { answerMs: 50, silenceMs: 20 };
    const guarded = guardStore(plain, { ...time.clock, timeOut, circuit: { failures: 2 } });
    expect(await time.run(readAll(guarded.store, "a"))).toEqual(pattern(9000));
    expect(guarded.meter().requests.get).toMatchObject({ count: 2, errors: { unavailable: 1 } });
    plain.script({ kind: "hangs" }, { kind: "hangs" });
    await expect(time.run(readAll(guarded.store, "a"))).rejects.toEqual(refusal("unavailable"));
    expect(guarded.health().state).toBe("open");
  });

  test("has the promises of the store that it guards", () => {
    const plain = new ScriptedStore(new VirtualTime());
    expect(guardStore(plain).store.promises).toEqual(plain.promises);
    const other = { putIfAbsentIsAtomic: false };
    expect(guardStore({ ...createMemoryStore(), promises: other }).store.promises).toEqual(other);
  });
});
