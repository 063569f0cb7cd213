import { type Lot, sealLot } from "@chirograph/core/lot";
import { describe, expect, it } from "vitest";
import type { RecordSource } from "../../src/chart/put/put.ts";
import type { Sealing } from "../../src/chart/put/sealing.ts";
import { engine, makeWorld, newChart, pattern, putAll, read, refusal, sourceOf } from "./fixtures.ts";

const MANY = 100;

/** Seals as another thread would: from a copy, whose memory it overwrites. */
class Others implements Sealing {
  readonly atOnce = 4;
  readonly lots: number[] = [];
  asked = 0;
  isThere = true;
  /** After so many lots they are gone. */
  lastLot = Number.POSITIVE_INFINITY;

  isAtHand(): boolean {
    this.asked++;
    return this.isThere;
  }

  async seal(lot: Lot): ReturnType<Sealing["seal"]> {
    this.lots.push(lot.versions.length);
    const memory = lot.versions.map(({ data }) => data.buffer);
    const taken = structuredClone(lot, { transfer: memory });
    if (this.lots.length > this.lastLot) throw new Error("gone");
    return sealLot(engine, taken);
  }

  get versions(): number {
    return this.lots.reduce((sum, versions) => sum + versions, 0);
  }
}

const contents = Array.from({ length: MANY }, (_, index) => pattern(100 + 83 * index, index));

async function putWith(others: Others, sources: readonly RecordSource[]): Promise<void> {
  const chart = await newChart(makeWorld().client({ sealing: others }));
  const results = await putAll(chart, sources);
  expect(results.map(({ index }) => index)).toEqual([...sources.keys()]);
  for (const [index, { record }] of results.entries())
    expect(await read(chart, record)).toEqual(contents[index]);
}

describe("many small records", () => {
  it("are sealed by others, and open again", async () => {
    const others = new Others();
    await putWith(
      others,
      contents.map((bytes) => sourceOf(bytes)),
    );
    expect(others.versions).toBe(MANY);
    expect(Math.max(...others.lots)).toBeLessThan(MANY / 2);
  });

  it("are sealed here while others are not at hand", async () => {
    const others = new Others();
    others.isThere = false;
    await putWith(
      others,
      contents.map((bytes) => sourceOf(bytes)),
    );
    expect(others.asked).toBeGreaterThan(0);
    expect(others.versions).toBe(0);
  });

  it.each([0, 2])("are sealed here once others are gone, after %i lots", async (lastLot) => {
    const others = new Others();
    others.lastLot = lastLot;
    let reads = 0;
    const sources = contents.map((bytes) => ({
      content: () => {
        reads++;
        return sourceOf(bytes).content();
      },
    }));
    await putWith(others, sources);
    // What others had with them is read once more.
    expect(reads).toBe(MANY + others.lots.slice(lastLot).reduce((sum, lot) => sum + lot, 0));
  });

  it("add versions to records, and are of several charts", async () => {
    const others = new Others();
    const world = makeWorld();
    const vault = world.client({ sealing: others });
    const charts = [await newChart(vault), await newChart(vault)] as const;
    const firsts = await Promise.all(
      charts.map((chart) =>
        putAll(
          chart,
          contents.slice(0, 50).map((bytes) => sourceOf(bytes)),
        ),
      ),
    );
    await Promise.all(
      charts.map((chart, at) =>
        putAll(
          chart,
          firsts[at]!.map(({ record }, index) => sourceOf(contents[index + 50]!, record)),
        ),
      ),
    );
    for (const [at, chart] of charts.entries()) {
      const { record, version } = firsts[at]![7]!;
      expect(await read(chart, record)).toEqual(contents[57]);
      expect(await read(chart, record, version)).toEqual(contents[7]);
      expect(chart.history(record).versions).toHaveLength(2);
    }
    expect(others.versions).toBeGreaterThanOrEqual(MANY);
  });

  it("whose content is wrong fail alone", async () => {
    const others = new Others();
    const chart = await newChart(makeWorld().client({ sealing: others }));
    const wrong = async (): Promise<Awaited<ReturnType<RecordSource["content"]>>> => ({
      ...(await sourceOf(contents[60]!).content()),
      entries: [{ path: "x", bytes: 7 }],
    });
    const sources = contents.map((bytes, index) => (index === 60 ? { content: wrong } : sourceOf(bytes)));
    const results: string[] = [];
    await expect(async () => {
      for await (const { record } of chart.put(sources)) results.push(record);
    }).rejects.toEqual(refusal("wrong-length"));
    expect(results).toHaveLength(60);
    // What was on its way with it is committed all the same.
    await chart.refresh();
    expect(chart.records()).toHaveLength(MANY - 1);
    expect(others.versions).toBe(MANY - 1);
  });

  it("that others cannot seal are sealed here, or say what is wrong with them", async () => {
    const others = new Others();
    let refused = 0;
    others.seal = async ({ versions }) => versions.map(() => void refused++);
    await putWith(
      others,
      contents.map((bytes) => sourceOf(bytes)),
    );
    expect(refused).toBe(MANY);
  });

  it("end with the signal's reason", async () => {
    const others = new Others();
    const chart = await newChart(makeWorld().client({ sealing: others }));
    const stop = new AbortController();
    const sources = function* (): Generator<RecordSource> {
      for (const [index, bytes] of contents.entries()) {
        if (index === 80) stop.abort(new Error("enough"));
        yield sourceOf(bytes);
      }
    };
    await expect(putAll(chart, sources(), { signal: stop.signal })).rejects.toThrow("enough");
  });
});

it("few records are sealed here, and nobody is called", async () => {
  const others = new Others();
  await putWith(
    others,
    contents.slice(0, 20).map((bytes) => sourceOf(bytes)),
  );
  expect(others.asked).toBe(0);
});

it("whoever wants to see the sealed bytes sees those of every record", async () => {
  const others = new Others();
  const chart = await newChart(makeWorld().client({ sealing: others }));
  const seen = new Set<number>();
  await putAll(
    chart,
    contents.map((bytes) => sourceOf(bytes)),
    { onSealedBytes: (index) => seen.add(index) },
  );
  expect(seen.size).toBe(MANY);
});
