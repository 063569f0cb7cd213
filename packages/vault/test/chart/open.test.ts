import { concatAll, type RecordContent, TooFewFragments } from "@chirograph/core";
import { describe, expect, it } from "vitest";
import {
  file,
  gather,
  idOf,
  makeWorld,
  newChart,
  pattern,
  people,
  putAll,
  putOne,
  read,
  refusal,
  word,
  type World,
} from "./fixtures.ts";

const MIB = 1_048_576;

/** A study: files of one size in a folder. */
function study(files: number, fileBytes: number): RecordContent {
  const entries = Array.from({ length: files }, (_, index) => ({
    path: `series/${String(index).padStart(4, "0")}.dcm`,
    bytes: fileBytes,
  }));
  return {
    ...file(new Uint8Array()),
    shape: "folder",
    entries,
    data: (async function* () {
      for (let index = 0; index < files; index++) yield pattern(fileBytes, index);
    })(),
  };
}

function readBytes({ stores }: World): number {
  return [...stores.values()].reduce((sum, store) => sum + store.readBytes, 0);
}

describe("one file of a record", () => {
  it.each([10_000, 200_000, MIB])(
    "of %i bytes costs no more than twice itself and a stripe",
    async (fileBytes) => {
      const world = makeWorld();
      const chart = await newChart(world.client());
      const [result] = await putAll(chart, [{ content: () => study(60, fileBytes) }]);
      const stripeBytes = 6 * 65_536;
      for (const index of [0, 31, 59]) {
        const before = readBytes(world);
        const opened = await chart.open(result!.record);
        const { first, end, sizeBytes } = opened.file(`series/${String(index).padStart(4, "0")}.dcm`);
        expect(sizeBytes).toBe(fileBytes);
        expect(await gather(opened.content(first, end))).toEqual(pattern(fileBytes, index));
        expect(readBytes(world) - before).toBeLessThanOrEqual(2 * fileBytes + stripeBytes);
      }
    },
  );

  it("is not there under another name", async () => {
    const chart = await newChart(makeWorld().client());
    const [result] = await putAll(chart, [{ content: () => study(3, 10) }]);
    const opened = await chart.open(result!.record);
    for (const path of ["series", "series/", "0001.dcm", ""]) {
      expect(() => opened.file(path)).toThrow(refusal("unknown"));
    }
  });

  it("asks only the data fragments while none is lost", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(4 * MIB));
    const before = readBytes(world);
    await read(chart, record);
    // What is read is the record once, frames, and the pieces that neighbouring reads share.
    expect(readBytes(world) - before).toBeLessThan(1.2 * 4 * MIB);
  });
});

describe("stores that are lost", () => {
  it.each([0, 5000, 3 * MIB])(
    "opens %i bytes with any T of them away, and names what it misses with more",
    async (size) => {
      const world = makeWorld({ policy: { tolerate: 2 } });
      const chart = await newChart(world.client());
      const { record } = await putOne(chart, pattern(size));
      const ids = [...world.stores.keys()];
      for (const first of ids) {
        for (const second of ids.filter((id) => id > first)) {
          const dead = new Set([first, second]);
          for (const [id, store] of world.stores) store.isDown = dead.has(id);
          const opened = await chart.open(record);
          expect(await gather(opened.content())).toEqual(pattern(size));
          for (const id of opened.damagedStores) expect(dead).toContain(id);
        }
      }
      for (const [id, store] of world.stores) store.isDown = id <= idOf(4);
      const error: unknown = await chart.open(record).catch((reason: unknown) => reason);
      expect(error).toEqual(refusal("stores-missing", { stores: [1, 2, 3, 4].map(idOf) }));
      expect((error as Error).cause).toBeInstanceOf(TooFewFragments);
    },
  );

  it("works without stores that are not at hand", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(100_000));
    const few = new Map([...world.stores].filter(([id]) => id !== idOf(1)));
    const other = await world.client({ stores: few }).unlock(chart.id, people.ben, word);
    expect(await read(other, record)).toEqual(pattern(100_000));
  });

  it.each([5000, 4 * MIB])(
    "reads around a store that gives damaged bytes of %i, and names it",
    async (size) => {
      const world = makeWorld();
      const chart = await newChart(world.client());
      const { record } = await putOne(chart, pattern(size));
      for (const [id, store] of world.stores) {
        store.tamper = (bytes) => bytes.map((byte, index) => (index % 5000 === 4999 ? byte ^ 1 : byte));
        const opened = await chart.open(record);
        expect(await gather(opened.content())).toEqual(pattern(size));
        for (const damaged of opened.damagedStores) expect(damaged).toBe(id);
        store.tamper = undefined;
      }
    },
  );

  it("goes on where it was when a store dies in the middle, and gives no byte twice", async () => {
    const world = makeWorld({ policy: { tolerate: 2 } });
    const chart = await newChart(world.client());
    const { record } = await putOne(chart, pattern(4 * MIB));
    for (const store of world.stores.values()) {
      const opened = await chart.open(record);
      const pieces: Uint8Array[] = [];
      for await (const piece of opened.content()) {
        pieces.push(piece.slice());
        store.isDown = true;
      }
      expect(concatAll(pieces)).toEqual(pattern(4 * MIB));
      store.isDown = false;
    }
  });

  it("says which stores are missing when too many die in the middle", async () => {
    const world = makeWorld();
    const chart = await newChart(world.client());
    // Less than what is read by whole stripes, of which all of a record like this would be there already.
    const { record } = await putOne(chart, pattern(3 * MIB));
    const opened = await chart.open(record);
    const reading = opened.content();
    expect((await reading.next()).done).toBe(false);
    for (const id of [1, 2, 3]) world.stores.get(idOf(id))!.isDown = true;
    await expect(gather(reading)).rejects.toEqual(refusal("stores-missing", { stores: [1, 2, 3].map(idOf) }));
  });
});
