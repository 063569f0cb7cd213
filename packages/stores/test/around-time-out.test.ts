import { beforeEach, describe, expect, test } from "vitest";
import { withTimeOut } from "../src/around/index.ts";
import { StoreError } from "../src/error.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";
import { bare, ScriptedStore, type Step } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

const HANGS: Step = { kind: "hangs" };

let time: VirtualTime;
let plain: ScriptedStore;
let store: Store;

beforeEach(async () => {
  time = new VirtualTime();
  plain = new ScriptedStore(time);
  store = withTimeOut(plain, { ...time.clock, answerMs: 100, silenceMs: 30, putMs: 200, graceMs: 10 });
  await plain.inner.put("a", bodyOf(pattern(10_000)));
});

/** Nothing of the wrapper's own is left behind. */
function expectQuiet(): void {
  expect(time.sleeping).toBe(0);
}

const requests: [string, () => Promise<unknown>, number][] = [
  ["head", () => store.head("a"), 100],
  ["list", () => store.list({ prefix: "", limit: 1 }), 100],
  ["delete", () => store.delete("a"), 100],
  ["get", () => readAll(store, "a"), 100],
  ["put", () => store.put("b", bodyOf(pattern(10))), 200],
];

describe("a store that hangs and listens to no signal", () => {
  test.each(requests)("keeps a %s waiting no longer than allowed", async (_, ask, limitMs) => {
    plain.script(HANGS);
    await expect(time.run(ask())).rejects.toEqual(refusal("unavailable"));
    expect(time.ms).toBe(limitMs);
    expect(plain.signals[0]!.aborted).toBe(true);
    expect(plain.signals[0]!.reason).toEqual(refusal("unavailable"));
    expectQuiet();
  });

  test("in the middle of a get is left when it is silent", async () => {
    plain.script({ kind: "hangs", afterBytes: 5000 });
    await expect(time.run(readAll(store, "a"))).rejects.toEqual(refusal("unavailable"));
    expect(time.ms).toBe(30);
    expectQuiet();
  });

  test.each(requests.filter(([kind]) => kind !== "put"))(
    "is left at once by who cancels a %s",
    async (kind) => {
      const reason = new Error("enough");
      const controller = new AbortController();
      const { signal } = controller;
      plain.script(HANGS);
      const asked = {
        head: () => store.head("a", { signal }),
        list: () => store.list({ prefix: "", limit: 1 }, { signal }),
        delete: () => store.delete("a", { signal }),
        get: () => readAll(store, "a", undefined, { signal }),
      }[kind as "head"]();
      void time.sleep(20).then(() => controller.abort(reason));
      await expect(time.run(asked)).rejects.toBe(reason);
      expect(time.ms).toBe(20);
      expect(plain.signals[0]!.reason).toBe(reason);
      expectQuiet();
    },
  );

  test("may still say for a while what became of a put that is cancelled", async () => {
    for (const [answersAfterMs, outcome] of [
      [5, "done"],
      [15, "cancelled"],
    ] as const) {
      const reason = new Error("enough");
      const controller = new AbortController();
      const deaf = withTimeOut(
        { ...bare(plain), put: () => time.sleep(20 + answersAfterMs) },
        {
          ...time.clock,
          graceMs: 10,
        },
      );
      const put = deaf.put("b", bodyOf(pattern(10)), { signal: controller.signal }).then(
        () => "done",
        (error: unknown) => (error === reason ? "cancelled" : "wrong"),
      );
      void time.sleep(20).then(() => controller.abort(reason));
      expect(await time.run(put)).toBe(outcome);
    }
  });

  test("but goes on reading learns from the body that a put is cancelled", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const deaf: Store = {
      ...bare(plain),
      async put(_name, { bytes }) {
        for await (const _ of bytes) await time.sleep(3);
      },
    };
    const body = { sizeBytes: 1e9, bytes: endless() };
    const put = withTimeOut(deaf, time.clock).put("b", body, { signal: controller.signal });
    void time.sleep(20).then(() => controller.abort(reason));
    await expect(time.run(put)).rejects.toBe(reason);
    expect(time.ms).toBe(21);
  });

  test("does not hold back who breaks a get off", async () => {
    const sticky: Store = {
      ...bare(plain),
      get: () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: pattern(1) }),
          return: () => new Promise(() => undefined),
        }),
      }),
    };
    const leaving = (async () => {
      for await (const _ of withTimeOut(sticky, { ...time.clock, graceMs: 10 }).get("a")) break;
    })();
    await time.run(leaving);
    expect(time.ms).toBe(10);
  });
});

describe("what moves is left alone", () => {
  test("however long it takes as a whole", async () => {
    const steady: Store = {
      ...bare(plain),
      async *get() {
        for (let piece = 0; piece < 1000; piece++) {
          await time.sleep(29);
          yield pattern(10, piece);
        }
      },
    };
    expect(await time.run(readAll(withTimeOut(steady, { ...time.clock, silenceMs: 30 }), "a"))).toHaveLength(
      10_000,
    );
    expectQuiet();
  });

  test("and whoever reads slowly is not the store", async () => {
    const pieces: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of store.get("a")) {
        pieces.push(piece);
        await time.sleep(10_000);
      }
    })();
    await time.run(reading);
    expect(pieces).toHaveLength(10);
  });

  test("and a body that is slow is not the store", async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 5; piece++) {
        await time.sleep(10_000);
        yield pattern(10);
      }
    }
    await time.run(store.put("b", { sizeBytes: 50, bytes: slow() }));
    expect(await plain.inner.head("b")).toEqual({ name: "b", sizeBytes: 50 });
    expectQuiet();
  });
});

describe("a put", () => {
  test.each([0, 1, 2, 3])("of which the store takes %i pieces and then no more is left", async (taken) => {
    let isClosed = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (let piece = 0; piece < 3; piece++) yield pattern(10);
      } finally {
        isClosed = true;
      }
    }
    const stuck: Store = {
      ...bare(plain),
      async put(_name, { bytes }) {
        let left = taken;
        if (left === 0) await new Promise(() => undefined);
        for await (const _ of bytes) if (--left === 0) await new Promise(() => undefined);
      },
    };
    const put = withTimeOut(stuck, { ...time.clock, putMs: 200, graceMs: 10 }).put("b", {
      sizeBytes: 30,
      bytes: body(),
    });
    await expect(time.run(put)).rejects.toEqual(refusal("unavailable"));
    expect(Math.floor(time.ms)).toBe(taken === 3 ? 210 : 200);
    await time.pass(1);
    // A generator that was never begun has nothing to close.
    expect(isClosed).toBe(taken > 0);
    expectQuiet();
  });

  test.each([
    [0, 200],
    [80 * 1_048_576, 10_200],
    [1e15, 3_600_200],
  ])("of %d bytes has the longer for its answer, the longer it is", async (sizeBytes, limitMs) => {
    const slow: Store = {
      ...bare(plain),
      async put(_name, { bytes }) {
        for await (const _ of bytes) continue;
        await time.sleep(limitMs - 1);
      },
    };
    const options = { ...time.clock, putMs: 200, graceMs: 10 };
    // The store believes what is announced; only the length counts here.
    const body = { sizeBytes, bytes: [{ length: sizeBytes } as Uint8Array] };
    await time.run(withTimeOut(slow, options).put("b", body), 2 * limitMs);
    expect(time.ms).toBe(limitMs - 1);
    expectQuiet();
  });

  test.each([
    ["is there", undefined, "done"],
    ["is another's", "exists", "exists"],
    ["is not there", "unavailable", "unavailable"],
  ] as const)("that is late may turn out well: its object %s", async (_, code, outcome) => {
    const late: Store = {
      ...bare(plain),
      async put(_name, { bytes }, options) {
        for await (const _ of bytes) continue;
        await time.sleep(1e9, options?.signal).catch(() => time.sleep(5));
        if (code !== undefined) throw new StoreError(code, "So it is.");
      },
    };
    const put = withTimeOut(late, { ...time.clock, putMs: 200, graceMs: 10 }).put("b", bodyOf(pattern(0)));
    const said = put.then(
      () => "done",
      (error: unknown) => (error as StoreError).code,
    );
    expect(await time.run(said)).toBe(outcome);
    expect(time.ms).toBe(205);
    expectQuiet();
  });

  test("that was given up gets no more of the body", async () => {
    let given = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given++;
        yield pattern(10);
      }
    }
    const late: Store = {
      ...bare(plain),
      async put(_name, { bytes }) {
        for await (const _ of bytes) await time.sleep(500);
      },
    };
    const put = withTimeOut(late, { ...time.clock, putMs: 200 }).put("b", { sizeBytes: 1e9, bytes: body() });
    await expect(time.run(put)).rejects.toEqual(refusal("unavailable"));
    await time.pass(10_000);
    expect(given).toBe(1);
  });
});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield pattern(10);
}
