import { beforeEach, describe, expect, test } from "vitest";
import { Meter, monthlyCost, type Prices, withMeter } from "../src/around/index.ts";
import { Latencies } from "../src/around/latencies.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";
import { ScriptedStore } from "./scripted-store.ts";
import { VirtualTime } from "./virtual-time.ts";

let time: VirtualTime;
let plain: ScriptedStore;
let meter: Meter;
let store: Store;

beforeEach(async () => {
  time = new VirtualTime();
  plain = new ScriptedStore(time);
  meter = new Meter(time.clock);
  store = withMeter(plain, meter);
  await plain.inner.put("a", bodyOf(pattern(10_000)));
});

describe("a meter", () => {
  test("counts requests by kind and bytes each way", async () => {
    await store.put("b", bodyOf(pattern(700)));
    await readAll(store, "a", { offset: 5, lengthBytes: 3000 });
    await store.head("a");
    await store.head("a");
    await store.list({ prefix: "", limit: 10 });
    await store.delete("a");
    const { requests, writtenBytes, readBytes } = meter.read();
    const counts = Object.fromEntries(Object.entries(requests).map(([kind, { count }]) => [kind, count]));
    expect(counts).toEqual({ put: 1, get: 1, head: 2, list: 1, delete: 1 });
    expect([writtenBytes, readBytes]).toEqual([700, 3000]);
  });

  test("counts what went over the line of requests that failed or were broken off", async () => {
    plain.script({ kind: "breaks", afterBytes: 2500 });
    await expect(readAll(store, "a")).rejects.toEqual(refusal("unavailable"));
    for await (const piece of store.get("a")) {
      expect(piece).toHaveLength(1000);
      break;
    }
    plain.script({ kind: "breaks", afterBytes: 100 });
    const pieces = [pattern(80), pattern(80), pattern(80)];
    await expect(store.put("b", { sizeBytes: 240, bytes: pieces })).rejects.toEqual(refusal("unavailable"));
    const { requests, writtenBytes, readBytes } = meter.read();
    expect([writtenBytes, readBytes]).toEqual([160, 3500]);
    expect(requests.get).toMatchObject({ count: 2, errors: { unavailable: 1 } });
    expect(requests.put).toMatchObject({ count: 1, errors: { unavailable: 1 }, medianMs: undefined });
  });

  test("tells how long answers take, a get's first piece, without those that failed", async () => {
    for (const afterMs of [10, 20, 30, 40]) {
      plain.script({ kind: "works", afterMs });
      await time.run(store.head("a"));
      plain.script({ kind: "works", afterMs: 2 * afterMs });
      const reading = (async () => {
        for await (const _ of store.get("a")) await time.sleep(1000);
      })();
      await time.run(reading);
    }
    plain.script({ kind: "fails" });
    await expect(store.head("a")).rejects.toEqual(refusal("unavailable"));
    const { head, get, list } = meter.read().requests;
    expect([head.medianMs, head.p95Ms]).toEqual([20, 40]);
    expect([get.medianMs, get.p95Ms]).toEqual([40, 80]);
    expect(list.medianMs).toBeUndefined();
  });
});

test("latencies forget all but the last ones", () => {
  const latencies = new Latencies(100);
  expect(latencies.percentile(0.5)).toBeUndefined();
  for (let timeMs = 1; timeMs <= 1000; timeMs++) latencies.note(timeMs);
  expect([0, 0.5, 0.95, 1].map((share) => latencies.percentile(share))).toEqual([901, 950, 995, 1000]);
});

describe("a month's cost", () => {
  const prices: Prices = {
    currency: "EUR",
    perGigabyteMonth: 0.02,
    perThousandRequests: { put: 0.005, get: 0.0004, head: 0.0004, list: 0.005, delete: 0 },
    perGigabyteOut: 0.09,
  };
  const month = (365.25 / 12) * 86_400_000;

  test("is storage, requests and what is read out, as it went on so far", async () => {
    for (let count = 0; count < 100; count++) await store.head("a");
    for (let count = 0; count < 10; count++) await store.list({ prefix: "", limit: 1 });
    for (let count = 0; count < 50; count++) await readAll(store, "a");
    const use = { storedBytes: 500e9, reading: meter.read(), until: month / 10 };
    const cost = monthlyCost(prices, use);
    expect(cost.currency).toBe("EUR");
    expect(cost.storage).toBeCloseTo(10, 9);
    const { requests, out } = cost.traffic!;
    expect(requests).toBeCloseTo(10 * ((150 / 1000) * 0.0004 + (10 / 1000) * 0.005), 9);
    expect(out).toBeCloseTo(10 * (500_000 / 1e9) * 0.09, 9);
    expect(cost.total).toBeCloseTo(cost.storage + requests + out, 9);
  });

  test("is storage alone where nobody has watched for ten minutes", async () => {
    for (let count = 0; count < 100; count++) await store.head("a");
    const reading = meter.read();
    for (const use of [
      { reading, until: reading.since + 599_999 },
      // A clock that was set back.
      { reading, until: reading.since - 1 },
      { reading: undefined, until: month },
    ]) {
      const cost = monthlyCost(prices, { storedBytes: 500e9, ...use });
      expect(cost).toEqual({ currency: "EUR", storage: cost.total, traffic: undefined, total: 10 });
    }
    const watched = { storedBytes: 500e9, reading, until: reading.since + 600_000 };
    expect(monthlyCost(prices, watched).total).toBeGreaterThan(10);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("with a price of %d is refused", (price) => {
    const use = { storedBytes: 0, reading: meter.read(), until: 0 };
    for (const wrong of [
      { ...prices, perGigabyteMonth: price },
      { ...prices, perGigabyteOut: price },
      { ...prices, perThousandRequests: { ...prices.perThousandRequests, list: price } },
    ]) {
      expect(() => monthlyCost(wrong, use)).toThrow(refusal("invalid"));
    }
  });
});
