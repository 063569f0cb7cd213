import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../../src/catalogue.ts";
import { Answers } from "../../src/chart/answers.ts";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import {
  gather,
  idOf,
  makeWorld,
  newChart,
  pattern,
  people,
  putOne,
  refusal,
  word,
  type World,
} from "./fixtures.ts";
import { VirtualTime } from "./virtual-time.ts";

// CHIROGRAPH_HEDGE_RUNS sets how many histories are tried; 25 is the short form.
const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env;
const numRuns = Number(environment?.["CHIROGRAPH_HEDGE_RUNS"] ?? 25);

const SMALL = 5000;
/** Five stripes. */
const LARGE = 1_200_000;
/** More than what is read block by block. */
const HUGE = 9_000_000;
/** Before anything is known of the stores; afterwards at least 200 ms. */
const FIRST_PATIENCE_MS = 400;
const LATENCY_MS = 20;

/** What a store does when it is read from. */
type Manner =
  | { readonly kind: "answers"; readonly afterMs: number }
  | { readonly kind: "hangs" }
  | { readonly kind: "fails"; readonly afterMs: number }
  /** Gives byte by byte, so long after each other. */
  | { readonly kind: "drips"; readonly everyMs: number };

/** Five stores; any two may be lost, and 4 of 8 fragments are needed. */
let world: World;
let time: VirtualTime;
let chart: OpenChart;
let manners: Map<Id, Manner>;
let asked: Id[];
/** Hears how often a store was asked since reading began. */
let onAsked: (count: number) => void;
let signals: Map<Id, AbortSignal[]>;

const healthy: Manner = { kind: "answers", afterMs: LATENCY_MS };
const hangs: Manner = { kind: "hangs" };

function mannered(id: Id, inner: Store): Store {
  return {
    promises: inner.promises,
    put: (...request) => inner.put(...request),
    head: (...request) => inner.head(...request),
    list: (...request) => inner.list(...request),
    delete: (...request) => inner.delete(...request),
    async *get(name, range, options) {
      asked.push(id);
      onAsked(asked.length);
      signals.set(id, [...(signals.get(id) ?? []), options!.signal!]);
      const manner = manners.get(id) ?? healthy;
      if (manner.kind === "hangs") await new Promise(() => undefined);
      if (manner.kind === "answers" || manner.kind === "fails") await time.sleep(manner.afterMs);
      if (manner.kind === "fails") throw new StoreError("unavailable", "The store is away.");
      for await (const piece of inner.get(name, range)) {
        if (manner.kind !== "drips") yield piece;
        else
          for (let at = 0; at < piece.length; at++) {
            await time.sleep(manner.everyMs);
            yield piece.subarray(at, at + 1);
          }
      }
    },
  };
}

/** Another client over the same stores, which remembers nothing of them. */
async function forget(): Promise<void> {
  const stores = new Map([...world.stores].map(([id, { inner }]) => [id, mannered(id, inner)]));
  chart = await world
    .client({ stores, engine: time.engine, waiting: time.waiting })
    .unlock(chart.id, people.ada, word);
}

beforeEach(async () => {
  world = makeWorld({ policy: { tolerate: 2 } });
  time = new VirtualTime();
  manners = new Map();
  asked = [];
  onAsked = () => undefined;
  signals = new Map();
  chart = await newChart(world.client());
  await forget();
});

interface Outcome {
  readonly bytes: Uint8Array;
  readonly tookMs: number;
  readonly damagedStores: readonly Id[];
}

/** Opens a record and reads all of it, while things happen when stores were asked so often. */
async function readRecord(record: Id, happen: (count: number) => void = () => undefined): Promise<Outcome> {
  asked = [];
  onAsked = happen;
  const reading = async (): Promise<Omit<Outcome, "tookMs">> => {
    const opened = await chart.open(record);
    return { bytes: await gather(opened.content()), damagedStores: opened.damagedStores };
  };
  const { value, tookMs } = await time.run(reading());
  return { ...value, tookMs };
}

/** Not `toEqual`, which takes its time over a million bytes. */
function expectPattern(bytes: Uint8Array, size: number): void {
  expect(bytes).toHaveLength(size);
  const expected = pattern(size);
  expect(bytes.every((byte, index) => byte === expected[index])).toBe(true);
}

/** Stores of the data fragments, of which reading begins. */
async function dataStores(record: Id): Promise<Id[]> {
  const fragments = await chart.fragments(record);
  const { value } = await time.run(chart.open(record));
  return fragments.slice(0, value.needed).map(({ store }) => store!);
}

async function failed(work: Promise<unknown>): Promise<{ error: unknown; tookMs: number }> {
  const outcome = work.then(
    () => undefined,
    (error: unknown) => error,
  );
  const { value, tookMs } = await time.run(outcome);
  return { error: value, tookMs };
}

describe("while all stores answer alike", () => {
  it.each([SMALL, LARGE])("only the data fragments of %i bytes are asked for", async (size) => {
    const { record } = await putOne(chart, pattern(size));
    const expected = new Set(await dataStores(record));
    for (let round = 0; round < 5; round++) {
      const { bytes, damagedStores } = await readRecord(record);
      expectPattern(bytes, size);
      expect(new Set(asked)).toEqual(expected);
      expect(damagedStores).toEqual([]);
    }
    expect(time.sleeping).toBe(0);
  });
});

describe("a store that hangs", () => {
  it("costs the delay of a spare once, and then nothing until it is tried again", async () => {
    const { record } = await putOne(chart, pattern(SMALL));
    const [hanging] = await dataStores(record);
    await forget();
    signals.clear();
    manners.set(hanging!, hangs);
    const first = await readRecord(record);
    expectPattern(first.bytes, SMALL);
    expect(first.tookMs).toBeLessThanOrEqual(FIRST_PATIENCE_MS + 2 * LATENCY_MS);
    expect(signals.get(hanging!)!.every((signal) => signal.aborted)).toBe(true);
    const second = await readRecord(record);
    expect(second.tookMs).toBe(LATENCY_MS);
    expect(asked).not.toContain(hanging);
    expect(second.damagedStores).toEqual([]);
    await time.pass(60_000);
    manners.delete(hanging!);
    await readRecord(record);
    expect(asked).toContain(hanging);
    expect(time.sleeping).toBe(0);
  });

  it("in the middle of a large record costs the same, no byte, and is not called damaged", async () => {
    const { record } = await putOne(chart, pattern(LARGE));
    const { tookMs: usually } = await readRecord(record);
    for (const after of [2, 9, 12]) {
      for (const hanging of new Set(await dataStores(record))) {
        const outcome = await readRecord(record, (count) => {
          if (count === after) manners.set(hanging, hangs);
        });
        expectPattern(outcome.bytes, LARGE);
        expect(outcome.damagedStores).toEqual([]);
        // A spare's frame, and then its blocks beside the others'.
        expect(outcome.tookMs).toBeLessThanOrEqual(2 * usually + FIRST_PATIENCE_MS + 20 * LATENCY_MS);
        manners.clear();
        await time.pass(60_000);
      }
    }
  });

  it("while a record is read by whole stripes is not called damaged, and no other store is", async () => {
    const { record } = await putOne(chart, pattern(HUGE));
    for (const after of [9, 14]) {
      for (const hanging of new Set(await dataStores(record))) {
        const outcome = await readRecord(record, (count) => {
          if (count === after) manners.set(hanging, hangs);
        });
        expectPattern(outcome.bytes, HUGE);
        expect(outcome.damagedStores).toEqual([]);
        manners.clear();
        await time.pass(60_000);
      }
    }
  });

  it("and a second one cost two delays at most", async () => {
    const { record } = await putOne(chart, pattern(SMALL));
    const [first, second] = [...new Set(await dataStores(record))];
    manners.set(first!, hangs);
    manners.set(second!, hangs);
    await time.pass(400_000);
    const { bytes, tookMs } = await readRecord(record);
    expectPattern(bytes, SMALL);
    expect(tookMs).toBeLessThanOrEqual(2 * FIRST_PATIENCE_MS + 3 * LATENCY_MS);
  });

  it.each(["hangs", "drips"] as const)(
    "and too many that do so (%s) are named within some 20 s",
    async (kind) => {
      const bad: Manner = kind === "hangs" ? hangs : { kind, everyMs: 500 };
      const { record } = await putOne(chart, pattern(SMALL));
      const dead = [1, 2, 3, 4].map(idOf);
      for (const id of dead) manners.set(id, bad);
      const { error, tookMs } = await failed(chart.open(record));
      expect(error).toEqual(refusal("stores-missing", { stores: dead }));
      expect(tookMs).toBeLessThanOrEqual(23_000);
      expect(time.sleeping - (kind === "drips" ? asked.length : 0)).toBeLessThanOrEqual(0);
    },
  );

  // 20 s of silence, and then up to three last chances of 5 s: how many depends on which blocks were there already.
  it("and too many that begin to in the middle are named within some 35 s", async () => {
    const { record } = await putOne(chart, pattern(LARGE));
    const dead = [1, 2, 3, 4].map(idOf);
    let stoppedAt = 0;
    const work = readRecord(record, (count) => {
      if (count !== 11) return;
      stoppedAt = time.ms;
      for (const id of dead) manners.set(id, hangs);
    });
    const { error } = await failed(work);
    expect(error).toEqual(refusal("stores-missing", { stores: dead }));
    expect(time.ms - stoppedAt).toBeLessThanOrEqual(37_000);
  });
});

describe("a store that gives drop by drop", () => {
  it.each([SMALL, LARGE])("is left like one that hangs: %i bytes", async (size) => {
    const { record } = await putOne(chart, pattern(size));
    const { tookMs: usually } = await readRecord(record);
    const [dripping] = await dataStores(record);
    manners.set(dripping!, { kind: "drips", everyMs: 100 });
    const { bytes, tookMs } = await readRecord(record);
    expectPattern(bytes, size);
    expect(tookMs).toBeLessThanOrEqual(2 * usually + FIRST_PATIENCE_MS + 20 * LATENCY_MS);
  });
});

describe("a store that fails", () => {
  it("is replaced at once, and named", async () => {
    const { record } = await putOne(chart, pattern(LARGE));
    const { tookMs: usually } = await readRecord(record);
    const [failing] = await dataStores(record);
    const { bytes, tookMs, damagedStores } = await readRecord(record, (count) => {
      if (count === 10) manners.set(failing!, { kind: "fails", afterMs: 1 });
    });
    expectPattern(bytes, LARGE);
    expect(damagedStores).toEqual([failing]);
    expect(tookMs).toBeLessThanOrEqual(2 * usually + 20 * LATENCY_MS);
  });

  it("for a while with too many others is read again when they are back", async () => {
    const { record } = await putOne(chart, pattern(LARGE));
    const { value: opened } = await time.run(chart.open(record));
    for (const id of [1, 2, 3, 4].map(idOf)) manners.set(id, { kind: "fails", afterMs: 1 });
    const { error } = await failed(gather(opened.content()));
    expect(error).toEqual(refusal("stores-missing"));
    manners.clear();
    expectPattern((await time.run(gather(opened.content()))).value, LARGE);
  });
});

describe("a store that is slow", () => {
  it("is taken all the same when it answers before its spare", async () => {
    const { record } = await putOne(chart, pattern(SMALL));
    const stores = await dataStores(record);
    await forget();
    for (const id of world.stores.keys()) manners.set(id, { kind: "answers", afterMs: 300 });
    manners.set(stores[0]!, { kind: "answers", afterMs: FIRST_PATIENCE_MS + 100 });
    const { bytes, tookMs } = await readRecord(record);
    expectPattern(bytes, SMALL);
    expect(tookMs).toBe(FIRST_PATIENCE_MS + 100);
  });

  it("is asked behind all faster ones, and like the others when its slowness is long ago", async () => {
    const { record } = await putOne(chart, pattern(SMALL));
    const [slow] = await dataStores(record);
    for (const id of world.stores.keys())
      manners.set(id, { kind: "answers", afterMs: id === slow ? 350 : 5 });
    await forget();
    for (let round = 0; round < 3; round++) await readRecord(record);
    const { tookMs } = await readRecord(record);
    expect(asked).not.toContain(slow);
    expect(tookMs).toBe(5);
    await time.pass(300_000);
    await readRecord(record);
    expect(asked).toContain(slow);
  });
});

describe("whatever two stores do", () => {
  it(
    "what is read is what was put, in bounded time",
    async () => {
      const manner: fc.Arbitrary<Manner> = fc.oneof(
        fc.constant(hangs),
        fc.record({ kind: fc.constant("fails" as const), afterMs: fc.integer({ min: 0, max: 5000 }) }),
        fc.record({ kind: fc.constant("answers" as const), afterMs: fc.integer({ min: 0, max: 30_000 }) }),
        fc.record({ kind: fc.constant("drips" as const), everyMs: fc.integer({ min: 1, max: 1000 }) }),
      );
      const incident = fc.record({
        store: fc.integer({ min: 1, max: 5 }),
        manner,
        after: fc.integer({ min: 0, max: 24 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(incident, incident),
          fc.integer({ min: 0, max: 100 }),
          async (incidents, afterMs) => {
            manners.clear();
            // Each time somewhere else, and after what was before is forgotten.
            const { record } = await putOne(chart, pattern(400_000));
            await time.pass(400_000);
            for (const id of world.stores.keys()) manners.set(id, { kind: "answers", afterMs });
            const happen = (count: number): void => {
              for (const { store, manner: then, after } of incidents)
                if (after === count) manners.set(idOf(store), then);
            };
            happen(0);
            const { bytes, tookMs } = await readRecord(record, happen);
            expectPattern(bytes, 400_000);
            expect(tookMs).toBeLessThanOrEqual(10_000 + 30 * afterMs);
          },
        ),
        { numRuns },
      );
    },
    240_000 + 500 * numRuns,
  );
});

describe("what is remembered of answers", () => {
  const a = idOf(1);
  const b = idOf(2);

  it("sets the patience: nearly all of them, within bounds", () => {
    const answers = new Answers(time.waiting);
    expect(answers.patienceMs).toBe(400);
    for (let count = 0; count < 8; count++) answers.answered(a, 3);
    expect(answers.patienceMs).toBe(200);
    for (let waitedMs = 1; waitedMs <= 100; waitedMs++) answers.answered(b, 10 * waitedMs);
    expect(answers.patienceMs).toBe(950);
    for (let count = 0; count < 300; count++) answers.answered(b, 60_000);
    expect(answers.patienceMs).toBe(2000);
  });

  it("puts the fast first, those of which nothing is known among them, and the silent last", () => {
    const answers = new Answers(time.waiting);
    for (const waitedMs of [10, 60, 70, 250, 260, 2000]) answers.answered(idOf(waitedMs), waitedMs);
    expect([10, 60, 70, 250, 260, 2000].map((waitedMs) => answers.rank(idOf(waitedMs)))).toEqual([
      0, 0, 1, 1, 2, 3,
    ]);
    expect(answers.rank(a)).toBe(0);
    answers.silent(a, time.ms);
    expect(answers.rank(a)).toBeGreaterThan(100);
    answers.answered(a, 1);
    expect(answers.rank(a)).toBe(0);
  });
});
