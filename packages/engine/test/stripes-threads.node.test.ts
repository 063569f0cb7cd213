import { createEngine } from "@chirograph/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SharedMemory } from "../src/node/stripes/memory.ts";
import { createStripesPool } from "../src/node/stripes/pool.ts";
import { createRunners, runnerHere, runnerOn } from "../src/node/stripes/runner.ts";
import { workAhead } from "../src/stripes/ahead.ts";
import { openChunks } from "../src/node/chunks.ts";
import { openStripes } from "../src/stripes/open.ts";
import { sealStripes } from "../src/stripes/seal.ts";
import { createEngine as createBrowserEngine } from "../src/browser/index.ts";
import { joined } from "./bytes.ts";
import {
  cutPlainly,
  gatherCut,
  openRequest,
  sealRequest,
  sizes,
  stripedOf,
  together,
  writing,
} from "./stripes.ts";

const engines = [createEngine({ threads: 0 }), createEngine({ threads: 2 }), createBrowserEngine()] as const;
const runners = createRunners(3);

const code = (needed: number) => ({
  present: Array.from({ length: needed }, (_, index) => index),
  absent: [],
  rows: [],
});

const same = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

test("pieces that their source wrote where they are to be, all or some, give the same, over many runs", () =>
  fc.assert(
    fc.asyncProperty(
      sizes,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.boolean()), { minLength: 1 }),
      async (size, manners) => {
        const striped = stripedOf(size);
        const total = size.needed + size.parityRows;
        const request = { ...sealRequest(striped), data: writing(striped.plain, manners) };
        const cut = await gatherCut(sealStripes(runners.here, request, 500), total);
        expect(cut).toEqual(await cutPlainly(engines[0], striped));
      },
    ),
  ));

test("threads, none, and the browser's engine give the same bytes of a message of many runs", async () => {
  // Beyond what is worth threads, and not a round number of anything.
  const striped = stripedOf({
    plainBytes: 21_000_001,
    chunkBytes: 16_384,
    needed: 6,
    parityRows: 2,
    blockBytes: 65_536,
  });
  const [plain, ...others] = await Promise.all(
    engines.map((engine) => gatherCut(engine.sealStripes(sealRequest(striped, 300_007)), 8)),
  );
  for (const cut of others) {
    expect(cut.fragments.every((fragment, index) => same(fragment, plain!.fragments[index]!))).toBe(true);
    expect(cut.leaves).toEqual(plain!.leaves);
  }
  for (const engine of engines) {
    const pieces: Uint8Array[] = [];
    for await (const piece of engine.openStripes(openRequest(striped, plain!, { code: code(6) })))
      pieces.push(piece.plain);
    expect(same(together(pieces), striped.plain)).toBe(true);
  }
});

test("runs of any length on other threads give what one run here does", () =>
  fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 2000 }), async (size, runBytes) => {
      const striped = stripedOf(size);
      const total = size.needed + size.parityRows;
      const here = await gatherCut(sealStripes(runners.here, sealRequest(striped)), total);
      const there = await gatherCut(sealStripes(runners.threads, sealRequest(striped), runBytes), total);
      expect(there).toEqual(here);
      const request = openRequest(striped, here, { code: code(size.needed) });
      const opened: Uint8Array[] = [];
      for await (const { plain } of openStripes(
        runners.threads,
        async (chunks) => openChunks(chunks),
        request,
        runBytes,
      )) {
        opened.push(plain);
      }
      expect(joined(...opened)).toEqual(striped.plain);
    }),
    { numRuns: 60 },
  ));

test("several messages share the threads", async () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    stripedOf({ plainBytes: 2000 + index, chunkBytes: 100, needed: 3, parityRows: 2, blockBytes: 64 }),
  );
  const cuts = await Promise.all(
    many.map((striped) => gatherCut(sealStripes(runners.threads, sealRequest(striped), 300), 5)),
  );
  for (const [index, striped] of many.entries()) {
    expect(cuts[index]).toEqual(await gatherCut(sealStripes(runners.here, sealRequest(striped)), 5));
  }
});

test("memory that was used is overwritten before others get it", async () => {
  const own = createRunners(0);
  const striped = stripedOf({ plainBytes: 3000, chunkBytes: 100, needed: 3, parityRows: 2, blockBytes: 64 });
  const taken = own.here.take(4096);
  own.here.give(taken);
  await gatherCut(sealStripes(own.here, sealRequest(striped)), 5);
  const again = own.here.take(60_000);
  expect(again.bytes.every((byte) => byte === 0)).toBe(true);
});

describe("a thread that dies", () => {
  const dies = new URL(
    'data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",()=>process.exit(3))',
  );
  const neverLoads = new URL('data:text/javascript,throw new Error("no")');
  const striped = stripedOf({ plainBytes: 3000, chunkBytes: 100, needed: 3, parityRows: 2, blockBytes: 64 });

  test.each([
    ["at its first work", dies],
    ["before it has any", neverLoads],
  ])("%s, is made up for, and nobody waits for ever", async (_, program) => {
    for (const size of [1, 3]) {
      const memory = new SharedMemory();
      const pool = createStripesPool(memory, size, program);
      pool.begin();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const runner = runnerOn(memory, pool, runnerHere(memory));
      const cut = await gatherCut(sealStripes(runner, sealRequest(striped), 500), 5);
      expect(cut).toEqual(await gatherCut(sealStripes(runners.here, sealRequest(striped)), 5));
      const request = openRequest(striped, cut, { code: code(3) });
      const opened: Uint8Array[] = [];
      for await (const { plain } of openStripes(runner, async (chunks) => openChunks(chunks), request, 500))
        opened.push(plain);
      expect(joined(...opened)).toEqual(striped.plain);
    }
  });
});

const beginAtOnce = async () => ({ result: Promise.resolve(true) });

describe("memory", () => {
  test("that was given back serves again, for sizes that are about the same too", () => {
    const memory = new SharedMemory();
    for (let pages = 1; pages <= 100; pages++) memory.give(memory.take(pages * 65_536), pages * 65_536);
    expect(memory.memory.buffer.byteLength).toBeLessThan(8 * 100 * 65_536);
    expect(memory.takenBytes).toBe(0);
  });

  test.each([
    [14_700_000, 9],
    [40_000_000, 3],
    [80_000_000, 1],
  ])("of a message in slots of %i bytes is %i of them at most", async (slotBytes, most) => {
    let [taken, highest] = [0, 0];
    const counting = {
      ...runners.here,
      atOnce: 8,
      hasRoom: () => true,
      take: () => {
        highest = Math.max(highest, ++taken);
        return { bytes: new Uint8Array() };
      },
      give: () => void taken--,
    };
    const runs = Array.from({ length: 20 }, (_, index) => ({ firstStripe: index }) as never);
    let seen = 0;
    for await (const { result } of workAhead(counting, slotBytes, runs, beginAtOnce)) if (result) seen++;
    expect([seen, highest, taken]).toEqual([20, most, 0]);
  });

  test("that others hold leaves one slot to each message", async () => {
    let taken = 0;
    const full = {
      ...runners.here,
      atOnce: 8,
      hasRoom: () => false,
      take: () => {
        expect(++taken).toBe(1);
        return { bytes: new Uint8Array() };
      },
      give: () => undefined,
    };
    const runs = Array.from({ length: 5 }, (_, index) => ({ firstStripe: index }) as never);
    let seen = 0;
    for await (const _ of workAhead(full, 1000, runs, beginAtOnce)) seen++;
    expect(seen).toBe(5);
  });
});
