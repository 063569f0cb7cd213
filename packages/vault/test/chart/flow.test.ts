// The parts on which bytes flow, and shapes of puts by property.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Wanted } from "../../src/catalogue.ts";
import { Pipe } from "../../src/chart/put/pipe.ts";
import { readAhead } from "../../src/chart/read-ahead.ts";
import {
  between,
  gather,
  makeWorld,
  newChart,
  pattern,
  people,
  putAll,
  putOne,
  read,
  sourceOf,
  word,
} from "./fixtures.ts";

describe("a pipe", () => {
  it("hands every piece over, and settles a write when it was consumed", async () => {
    const pipe = new Pipe();
    const all = gather(pipe.read());
    const memory = new Uint8Array(3);
    for (let round = 0; round < 100; round++) await pipe.write(memory.fill(round));
    pipe.end();
    expect(await all).toEqual(Uint8Array.from({ length: 300 }, (_, index) => Math.floor(index / 3)));
  });

  it("takes what nobody reads any more", async () => {
    const pipe = new Pipe();
    const reading = pipe.read();
    const first = pipe.write(Uint8Array.of(1));
    expect((await reading.next()).value).toEqual(Uint8Array.of(1));
    await reading.return();
    await first;
    await pipe.write(Uint8Array.of(2));
  });

  it("gives its reader the failure instead of the rest, and lets its writer go on", async () => {
    const pipe = new Pipe();
    const reading = pipe.read();
    const first = pipe.write(Uint8Array.of(1));
    await reading.next();
    pipe.fail(new Error("the source broke"));
    await first;
    await expect(reading.next()).rejects.toThrow("the source broke");
    const closed = new Pipe();
    const waiting = closed.write(Uint8Array.of(1));
    closed.close();
    await waiting;
  });
});

describe("reading ahead", () => {
  const SIZE = 1000;
  const whole = pattern(SIZE);

  it("gives the bytes of any reads, and asks for half as much again as was wanted at most", async () => {
    const piece = fc.integer({ min: 1, max: 60 });
    const reads = fc.array(fc.tuple(fc.option(fc.integer({ min: 0, max: SIZE }), { freq: 4 }), piece), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(reads, async (wanted) => {
        let asked = 0;
        let used = 0;
        let next = 0;
        const get = readAhead(async (offset, lengthBytes) => {
          asked += lengthBytes;
          expect(offset + lengthBytes).toBeLessThanOrEqual(SIZE);
          return whole.slice(offset, offset + lengthBytes);
        }, SIZE);
        for (const [jump, lengthBytes] of wanted) {
          const offset = Math.min(jump ?? next, SIZE - lengthBytes);
          next = offset + lengthBytes;
          used += lengthBytes;
          expect(await get(offset, lengthBytes)).toEqual(whole.subarray(offset, next));
        }
        // A piece of another length than the ones before may be asked for twice.
        expect(asked).toBeLessThanOrEqual(2 * used);
      }),
    );
  });

  it("needs few requests for one piece after the other, and survives one that fails", async () => {
    let requests = 0;
    const get = readAhead(async (offset, lengthBytes) => {
      requests++;
      if (requests === 4) throw new Error("once");
      return whole.slice(offset, offset + lengthBytes);
    }, SIZE);
    const failed: number[] = [];
    for (let offset = 0; offset < SIZE; offset += 10) {
      const bytes = await get(offset, 10).catch(() => new Uint8Array());
      if (bytes.length === 0) failed.push(offset);
      expect([new Uint8Array(), whole.slice(offset, offset + 10)]).toContainEqual(bytes);
    }
    expect(requests).toBeLessThan(20);
    expect(failed.length).toBeLessThan(3);
  });
});

describe("what a client asks for", () => {
  it("is the chart once, and then only what is new", async () => {
    const world = makeWorld();
    const answers: (number | undefined)[] = [];
    const find = async (wanted: Wanted): ReturnType<typeof world.keeper.find> => {
      const found = await world.keeper.find(wanted);
      answers.push(found.charts[0]?.document?.length);
      return found;
    };
    const ada = await newChart(world.client());
    const { record } = await putOne(ada, pattern(10));
    const ben = await world
      .client({ catalogue: between(world.keeper, { find }) })
      .unlock(ada.id, people.ben, word);
    await read(ben, record);
    await ben.describe(record);
    expect(answers.slice(1)).toEqual([undefined, undefined]);
    await putOne(ada, pattern(20), record);
    expect(await read(ben, record)).toEqual(pattern(20));
    expect(ben.chart.links).toEqual(ada.chart.links);
    expect(ben.chart.heads).toEqual(ada.chart.heads);
  });
});

describe("puts of any shape", () => {
  it("are read again as they were, with any T stores away", async () => {
    const world = makeWorld({ stores: 6, policy: { tolerate: 2 } });
    const chart = await newChart(world.client());
    const size = fc.oneof(
      fc.integer({ min: 0, max: 3000 }),
      fc.constantFrom(0, 1023, 1024, 16_383, 16_384, 65_535, 393_216, 1_048_576, 1_048_577),
    );
    const shape = fc.record({
      sizes: fc.array(size, { minLength: 1, maxLength: 6 }),
      sameRecord: fc.boolean(),
      suite: fc.constantFrom("aes-128", "aes-256"),
      padded: fc.boolean(),
      away: fc.uniqueArray(fc.constantFrom(...world.stores.keys()), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ sizes, sameRecord, suite, padded, away }) => {
        const first = sameRecord ? (await putOne(chart, pattern(1))).record : undefined;
        const sources = sizes.map((bytes, index) => sourceOf(pattern(bytes, index), first));
        const results = await putAll(chart, sources, { suite, padded });
        for (const id of away) world.stores.get(id)!.isDown = true;
        for (const [index, { record, version }] of results.entries()) {
          expect(same(await read(chart, record, version), pattern(sizes[index]!, index))).toBe(true);
        }
        for (const id of away) world.stores.get(id)!.isDown = false;
      }),
      { numRuns: 15 },
    );
  });
});

/** `toEqual` takes long for long ones. */
function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
