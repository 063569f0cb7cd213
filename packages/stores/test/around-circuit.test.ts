import { beforeEach, describe, expect, test } from "vitest";
import { Circuit, withCircuit } from "../src/around/index.ts";
import { StoreError } from "../src/error.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";
import { ScriptedStore, type Step } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

const FAILS: Step = { kind: "fails" };

let time: VirtualTime;
let plain: ScriptedStore;
let circuit: Circuit;
let store: Store;

beforeEach(async () => {
  time = new VirtualTime();
  plain = new ScriptedStore(time);
  circuit = new Circuit({ ...time.clock, failures: 3, pauseMs: 100, longestPauseMs: 350 });
  store = withCircuit(plain, circuit);
  await plain.inner.put("a", bodyOf(pattern(10_000)));
});

async function failTimes(times: number): Promise<void> {
  plain.script(...Array.from({ length: times }, () => FAILS));
  for (let failed = 0; failed < times; failed++) {
    await expect(store.head("a")).rejects.toEqual(refusal("unavailable"));
  }
}

describe("a store that fails", () => {
  test("so many times in a row is asked no more", async () => {
    await time.pass(7);
    await failTimes(2);
    expect(circuit.health()).toEqual({ state: "closed", since: 0, failures: 2 });
    await failTimes(1);
    expect(circuit.health()).toEqual({ state: "open", since: 7, failures: 3 });
    plain.requests = [];
    for (const ask of [
      () => store.head("a"),
      () => store.list({ prefix: "", limit: 1 }),
      () => store.delete("a"),
      () => readAll(store, "a"),
      () => store.put("b", bodyOf(pattern(1))),
    ]) {
      await expect(ask()).rejects.toEqual(refusal("unavailable"));
    }
    expect(plain.requests).toEqual([]);
  });

  test("now and then is asked on", async () => {
    for (let round = 0; round < 5; round++) {
      await failTimes(2);
      await store.head("a");
    }
    expect(circuit.health()).toMatchObject({ state: "closed", failures: 0 });
  });

  test("is tried by one request behind the pause, and used again if that succeeds", async () => {
    await failTimes(3);
    await time.pass(100);
    expect(circuit.health()).toEqual({ state: "half-open", since: 100, failures: 3 });
    plain.requests = [];
    plain.script({ kind: "works", afterMs: 10 });
    const probe = store.head("a");
    await expect(store.head("a")).rejects.toEqual(refusal("unavailable"));
    expect(await time.run(probe)).not.toBeNull();
    expect(plain.requests).toEqual(["head"]);
    expect(circuit.health()).toEqual({ state: "closed", since: 110, failures: 0 });
    await failTimes(2);
    expect(circuit.health().state).toBe("closed");
  });

  test("is left alone twice as long after each probe that fails, up to a bound", async () => {
    await failTimes(3);
    for (const pauseMs of [100, 200, 350, 350]) {
      await time.pass(pauseMs - 1);
      expect(circuit.health().state).toBe("open");
      await time.pass(1);
      expect(circuit.health().state).toBe("half-open");
      await failTimes(1);
    }
    await time.pass(350);
    await store.head("a");
    await failTimes(3);
    await time.pass(100);
    expect(circuit.health().state).toBe("half-open");
  });
});

test.each(["not-found", "exists", "denied", "full", "out-of-range", "wrong-length", "malformed"] as const)(
  "%s is an answer",
  async (code) => {
    await failTimes(2);
    plain.script({ kind: "fails", code });
    await expect(store.head("a")).rejects.toEqual(refusal(code));
    expect(circuit.health().failures).toBe(0);
  },
);

describe("what tells nothing of the store:", () => {
  const reason = new StoreError("unavailable", "the caller's own reason");

  test("a request that is cancelled, a probe too", async () => {
    await failTimes(2);
    for (const state of ["closed", "half-open"]) {
      const controller = new AbortController();
      plain.script({ kind: "works", afterMs: 10 });
      const asked = store.head("a", { signal: controller.signal });
      controller.abort(reason);
      await expect(asked).rejects.toBe(reason);
      expect(circuit.health().state).toBe(state);
      if (state === "closed") await failTimes(1);
      await time.pass(100);
    }
    expect(await store.head("a")).not.toBeNull();
    expect(circuit.health().state).toBe("closed");
  });

  test("a body that fails", async () => {
    await failTimes(2);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield pattern(1);
      throw reason;
    }
    await expect(store.put("b", { sizeBytes: 2, bytes: broken() })).rejects.toBe(reason);
    expect(circuit.health()).toMatchObject({ state: "closed", failures: 2 });
  });

  test("a defect of the caller", async () => {
    await failTimes(2);
    await expect(store.head("A")).rejects.toEqual(refusal("invalid"));
    expect(circuit.health().failures).toBe(2);
  });

  test("what began before it opened", async () => {
    plain.script({ kind: "works", afterMs: 50 });
    const old = store.head("a");
    await failTimes(3);
    await time.run(old);
    expect(circuit.health().state).toBe("open");
  });
});

describe("a get", () => {
  test("that breaks off is a failure, one that its reader breaks off is not", async () => {
    await failTimes(2);
    for await (const _ of store.get("a")) break;
    expect(circuit.health().failures).toBe(0);
    for (let round = 0; round < 3; round++) {
      plain.script({ kind: "breaks", afterBytes: 5000 });
      await expect(readAll(store, "a")).rejects.toEqual(refusal("unavailable"));
    }
    expect(circuit.health().state).toBe("open");
  });

  test("that is the probe lets others in with its first piece, and closes the circuit for good with its last", async () => {
    await failTimes(3);
    await time.pass(100);
    plain.script({ kind: "breaks", afterBytes: 5000 });
    const pieces = store.get("a")[Symbol.asyncIterator]();
    await pieces.next();
    expect(circuit.health().state).toBe("closed");
    const rest = (async () => {
      for (;;) if ((await pieces.next()).done === true) return;
    })();
    await expect(rest).rejects.toEqual(refusal("unavailable"));
    expect(circuit.health().state).toBe("open");
    await time.pass(199);
    expect(circuit.health().state).toBe("open");
    await time.pass(1);
    expect(await readAll(store, "a")).toEqual(pattern(10_000));
    expect(circuit.health()).toMatchObject({ state: "closed", failures: 0 });
  });
});
