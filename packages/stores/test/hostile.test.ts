import { describe, expect, test } from "vitest";
import { type Behaviour, behaviours, type HostileOptions, hostileStore } from "../src/hostile/index.ts";
import { createMemoryStore } from "../src/memory/memory-store.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { storeContract } from "./contract.ts";

const NAMES: readonly string[] = [1, 2, 3, 4].map((digit) => digit.toString().repeat(32));
const KNOWN = "a".repeat(32);

function sizeOf(name: string): number {
  return 100 * Number(name[0]);
}

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return pattern(sizeOf(name), Number(name[0]));
}

async function fourObjects(): Promise<Store> {
  const store = createMemoryStore();
  for (const name of NAMES) await store.put(name, bodyOf(bytesOf(name)));
  return store;
}

function named(name: string): Behaviour {
  return behaviours.find((behaviour) => behaviour.name === name)!;
}

async function hostile(name: string, options: HostileOptions = {}): Promise<{ store: Store; inner: Store }> {
  const inner = await fourObjects();
  return { store: hostileStore(inner, named(name), options), inner };
}

async function foreignStore(): Promise<Store> {
  const store = createMemoryStore();
  await store.put("f".repeat(32), bodyOf(pattern(77, 9)));
  return store;
}

function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => ({ failed: (error as { code?: string }).code ?? error }));
}

/** What is read of an object, but no more of it than `most`. */
async function read(store: Store, name: string, signal: AbortSignal, most = 5000): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const piece of store.get(name, undefined, { signal })) {
    bytes.push(...piece);
    if (bytes.length > most) break;
  }
  return Uint8Array.from(bytes.slice(0, most));
}

/** Everything that can be asked of a store, and what it answered. */
async function transcript(store: Store): Promise<unknown[]> {
  const stop = new AbortController();
  const { signal } = stop;
  // Whoever hangs is let go when everybody else has long answered.
  const timer = setTimeout(() => stop.abort(new Error("too slow")), 1500);
  const heard: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    heard.push(await outcome(store.list({ prefix: "", limit: 10 }, { signal })));
    for (const name of NAMES) {
      heard.push(await outcome(store.head(name, { signal })), await outcome(read(store, name, signal)));
    }
    heard.push(await outcome(store.put(KNOWN, bodyOf(pattern(round)), { signal })));
    heard.push(await outcome(store.delete(NAMES[round]!, { signal })));
    heard.push(await outcome(read(store, KNOWN, signal)));
  }
  clearTimeout(timer);
  return heard;
}

storeContract("a hostile store that never strikes", async () => ({
  store: hostileStore(createMemoryStore(), named("flip a bit"), { scope: { during: () => false } }),
}));

describe("every behaviour", () => {
  test("has a name of its own and one line that describes it", () => {
    expect(new Set(behaviours.map(({ name }) => name)).size).toBe(behaviours.length);
    for (const { description } of behaviours) expect(description).toMatch(/^[A-Z][^\n]{20,110}\.$/);
  });

  test.each(behaviours.map(({ name }) => [name]))(
    "%s: lies, and the same for the same seed",
    async (name) => {
      const heard = async (): Promise<unknown[]> => {
        const { store } = await hostile(name, { seed: 7, foreign: await foreignStore() });
        return transcript(store);
      };
      const first = await heard();
      expect(first).not.toEqual(await transcript(await fourObjects()));
      expect(await heard()).toEqual(first);
    },
  );

  test.each(behaviours.map(({ name }) => [name]))("%s: only where and when it is told to", async (name) => {
    const foreign = await foreignStore();
    const honest = await transcript(await fourObjects());
    const nowhere = await hostile(name, { foreign, scope: { calls: [] } });
    expect(await transcript(nowhere.store)).toEqual(honest);
    const later = await hostile(name, { foreign, scope: { after: 1000 } });
    expect(await transcript(later.store)).toEqual(honest);
    const seldom = await hostile(name, { foreign, scope: { percent: 0 } });
    expect(await transcript(seldom.store)).toEqual(honest);
  });
});

describe("what is done to an object", () => {
  const signal = new AbortController().signal;

  test("drop: the put fails and nothing is there", async () => {
    const { store, inner } = await hostile("drop");
    await expect(store.put(KNOWN, bodyOf(pattern(5)))).rejects.toEqual(refusal("unavailable"));
    expect(await inner.head(KNOWN)).toBeNull();
  });

  test("acknowledge, then lose: nothing that is struck is there any more", async () => {
    const [first, ...others] = NAMES;
    const { store } = await hostile("acknowledge, then lose", {
      scope: { names: (name) => name === first || name === KNOWN },
    });
    await store.put(KNOWN, bodyOf(pattern(5)));
    for (const name of [first!, KNOWN]) {
      expect(await store.head(name)).toBeNull();
      await expect(readAll(store, name)).rejects.toEqual(refusal("not-found"));
    }
    expect((await listAll(store)).map(({ name }) => name)).toEqual(others);
  });

  test.each([
    ["truncate", -1],
    ["extend", 1],
  ])("%s: another length, of which all calls agree", async (name, sign) => {
    const { store } = await hostile(name);
    for (const { name: object, sizeBytes } of await listAll(store)) {
      const bytes = await readAll(store, object);
      expect([bytes.length, (await store.head(object))!.sizeBytes]).toEqual([sizeBytes, sizeBytes]);
      expect(Math.sign(sizeBytes - sizeOf(object))).toBe(sign);
      const most = Math.min(sizeBytes, sizeOf(object));
      expect(bytes.subarray(0, most)).toEqual(bytesOf(object).subarray(0, most));
    }
  });

  test.each(["flip a bit", "different answers"])("%s: one bit, somewhere", async (name) => {
    const { store } = await hostile(name);
    for (const object of NAMES) {
      const [was, is] = [bytesOf(object), await readAll(store, object)];
      const changed = Array.from(was, (byte, index) => byte ^ is[index]!).filter((bits) => bits !== 0);
      expect([changed.length, Math.log2(changed[0]!) % 1]).toEqual([1, 0]);
    }
  });

  test("different answers: every other reader gets the truth", async () => {
    const { store } = await hostile("different answers");
    const answers = [];
    for (let reader = 0; reader < 4; reader++) answers.push(await readAll(store, NAMES[0]!));
    expect(answers[1]).toEqual(bytesOf(NAMES[0]!));
    expect(answers[3]).toEqual(answers[1]);
    expect(answers[0]).not.toEqual(answers[1]);
    expect(answers[2]).not.toEqual(answers[0]);
  });

  test("short answer, empty success and long answer: the length is right and what comes is not", async () => {
    const lengths = { "short answer": 50, "empty success": 0, "long answer": 5000 };
    for (const [name, lengthBytes] of Object.entries(lengths)) {
      const { store } = await hostile(name);
      expect((await store.head(NAMES[0]!))!.sizeBytes).toBe(100);
      expect(await read(store, NAMES[0]!, signal)).toHaveLength(lengthBytes);
    }
  });

  test("wrong length: the object is right and its length is not", async () => {
    const { store } = await hostile("wrong length");
    for (const { name, sizeBytes } of await listAll(store)) {
      expect(sizeBytes).not.toBe(sizeOf(name));
      expect(await store.head(name)).toEqual({ name, sizeBytes });
      expect(await readAll(store, name)).toEqual(bytesOf(name));
    }
  });

  test("older version: what was then, whatever comes", async () => {
    const older = createMemoryStore();
    await older.put(NAMES[0]!, bodyOf(pattern(3)));
    const { store } = await hostile("older version", { older });
    await store.put(KNOWN, bodyOf(pattern(5)));
    expect(await listAll(store)).toEqual([{ name: NAMES[0]!, sizeBytes: 3 }]);
    expect(await readAll(store, NAMES[0]!)).toEqual(pattern(3));
    expect(await store.head(KNOWN)).toBeNull();

    const own = await hostile("older version");
    await own.store.put(KNOWN, bodyOf(pattern(5)));
    await own.store.delete(NAMES[1]!);
    expect((await listAll(own.store)).map(({ name }) => name)).toEqual(NAMES);
    expect(await own.store.head(KNOWN)).toBeNull();
  });

  test("another object, another vault's object, index swap: whole objects under wrong names", async () => {
    const another = await hostile("another object");
    expect(await readAll(another.store, NAMES[3]!)).toEqual(bytesOf(NAMES[0]!));

    const foreign = await hostile("another vault's object", { foreign: await foreignStore() });
    expect(await readAll(foreign.store, NAMES[0]!)).toEqual(pattern(77, 9));
    expect(() => hostileStore(foreign.inner, named("another vault's object"))).toThrow(/another vault/);

    const alone = await hostile("index swap");
    expect(await readAll(alone.store, NAMES[0]!)).toEqual(bytesOf(NAMES[1]!));
    expect(await readAll(alone.store, NAMES[1]!)).toEqual(bytesOf(NAMES[0]!));

    const [left, right] = [createMemoryStore(), createMemoryStore()];
    await left.put(NAMES[0]!, bodyOf(pattern(10, 1)));
    await right.put(NAMES[1]!, bodyOf(pattern(10, 2)));
    const swap = named("index swap");
    expect(await readAll(hostileStore(left, swap, { accomplice: right }), NAMES[0]!)).toEqual(pattern(10, 2));
    expect(await readAll(hostileStore(right, swap, { accomplice: left }), NAMES[1]!)).toEqual(pattern(10, 1));
  });

  test("resurrect deleted: gone for a while, then back", async () => {
    const { store } = await hostile("resurrect deleted");
    await store.delete(NAMES[0]!);
    expect(await store.head(NAMES[0]!)).toBeNull();
    expect(await listAll(store)).toHaveLength(3);
    await expect(readAll(store, NAMES[0]!)).rejects.toEqual(refusal("not-found"));
    expect(await readAll(store, NAMES[0]!)).toEqual(bytesOf(NAMES[0]!));
  });
});

describe("what is done to a list", () => {
  test("lying list: some are not shown, some are not there", async () => {
    const { store } = await hostile("lying list");
    const shown = (await listAll(store)).map(({ name }) => name);
    expect(shown).toEqual(shown.toSorted());
    expect(shown.filter((name) => !NAMES.includes(name)).length).toBeGreaterThan(0);
    expect(NAMES.filter((name) => !shown.includes(name)).length).toBeGreaterThan(0);
  });

  test("stale list, duplicates", async () => {
    const stale = await hostile("stale list");
    const before = await listAll(stale.store);
    await stale.store.put(KNOWN, bodyOf(pattern(5)));
    await stale.store.delete(NAMES[0]!);
    expect(await listAll(stale.store)).toEqual(before);
    expect(await stale.store.head(KNOWN)).not.toBeNull();

    const { store } = await hostile("duplicates in lists");
    const twice = await store.list({ prefix: "", limit: 1000 });
    expect(twice.map(({ name }) => name)).toEqual(NAMES.flatMap((name) => [name, name]));
  });

  test("endless list: page behind page, all full and in order", async () => {
    const { store } = await hostile("endless list");
    const names: string[] = [];
    for (let page = 0; page < 5; page++) {
      const after = names.at(-1);
      const heads = await store.list({ prefix: "", limit: 100, ...(after !== undefined && { after }) });
      names.push(...heads.map(({ name }) => name));
    }
    expect(names).toHaveLength(500);
    expect(names.slice(0, 2)).toEqual(NAMES.slice(0, 2));
    expect(new Set(names).size).toBe(500);
    expect(names).toEqual(names.toSorted());
  });
});

describe("when it answers", () => {
  test("hang: not before it is aborted, then with the reason", async () => {
    const { store } = await hostile("hang");
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const calls = [
      store.put(KNOWN, bodyOf(pattern(5)), options),
      readAll(store, NAMES[0]!, undefined, options),
      store.head(NAMES[0]!, options),
      store.list({ prefix: "", limit: 1 }, options),
      store.delete(NAMES[0]!, options),
    ].map((call) =>
      call.then(
        () => "answered",
        (reason: unknown) => reason,
      ),
    );
    const first = Promise.race([...calls, new Promise((resolve) => setTimeout(resolve, 30, "nothing"))]);
    expect(await first).toBe("nothing");
    const reason = new Error("enough");
    stop.abort(reason);
    expect(await Promise.all(calls)).toEqual(calls.map(() => reason));
  });

  test("error, then success: every first try fails, every second one does not", async () => {
    const { store } = await hostile("error, then success");
    for (const ask of [
      () => readAll(store, NAMES[0]!),
      () => store.head(NAMES[1]!),
      () => store.list({ prefix: "", limit: 2 }),
      () => store.delete(NAMES[2]!),
    ]) {
      await expect(ask()).rejects.toEqual(refusal("unavailable"));
      await ask();
    }
    // What was put may be there although the put failed.
    const again = new Set<unknown>();
    for (let index = 0; index < 12; index++) {
      const name = index.toString(16).repeat(32);
      if (NAMES.includes(name)) continue;
      await expect(store.put(name, bodyOf(pattern(5)))).rejects.toEqual(refusal("unavailable"));
      again.add(JSON.stringify(await outcome(store.put(name, bodyOf(pattern(5))))));
    }
    expect(again).toEqual(new Set([undefined, '{"failed":"exists"}']));
  });
});
