import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAll } from "../src/read.ts";
import type { CallOptions, ObjectBody, Store } from "../src/store.ts";
import { bigBody, expectBigBody, GIB, MIB } from "./big-bodies.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { race } from "./cloud-race.ts";
import type { StoreUnderTest } from "./contract.ts";

/** CHIROGRAPH_LONG=1 asks for the long form of these tests. */
const isLong = process.env["CHIROGRAPH_LONG"] === "1";
const NAMES = isLong ? 10_000 : 1200;
const RACES = isLong ? 200 : 20;
const HUGE = isLong ? [5 * GIB] : [];
const LONG_TEST_MS = 3_600_000;

export interface CloudUnderTest extends StoreUnderTest {
  /** What puts that failed have left besides objects: uploads under way, temporary files. Text for people. */
  leftovers?(): Promise<readonly string[]>;
}

export interface CloudExpectations {
  /** What the adapter must declare of this server's put-if-absent. */
  readonly atomic: boolean;
}

/** A name such as fragments have. */
const fresh = (): string => randomBytes(16).toString("hex");

/** What is asked of an adapter for a server, beyond `storeContract`. */
export function cloudContract(
  name: string,
  open: () => Promise<CloudUnderTest>,
  { atomic }: CloudExpectations,
): void {
  describe(`${name} stands up to use`, () => {
    let opened: CloudUnderTest;
    let store: Store;
    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterAll(() => opened?.close?.());

    const expectNothingLeft = async (key: string): Promise<void> => {
      expect(await store.head(key)).toBeNull();
      expect(await store.list({ prefix: key, limit: 10 })).toEqual([]);
      expect((await opened.leftovers?.()) ?? []).toEqual([]);
    };

    /** What a put rejects with that leaves nothing, not even the name taken. */
    const failed = async (body: ObjectBody, options?: CallOptions): Promise<unknown> => {
      const key = fresh();
      const outcome = await store.put(key, body, options).then(
        () => "nothing",
        (error: unknown) => error,
      );
      await expectNothingLeft(key);
      await store.put(key, bodyOf(pattern(5)));
      expect(await readAll(store, key)).toEqual(pattern(5));
      return outcome;
    };

    test("names of 128 characters that differ in the last", async () => {
      const beginning = "n".repeat(127);
      const keys = ["-", "0", "9", "a", "z"].map((last) => beginning + last);
      for (const key of keys.toReversed()) await store.put(key, bodyOf(pattern(7, key.length)));
      const heads = keys.map((key) => ({ name: key, sizeBytes: 7 }));
      expect(await listAll(store, { prefix: beginning, limit: 2 })).toEqual(heads);
      expect(await listAll(store, { prefix: keys[3]! })).toEqual([heads[3]]);
      expect(await store.list({ prefix: "", after: keys[2]!, limit: 2 })).toEqual(heads.slice(3));
      await store.delete(keys[0]!);
      expect(await store.head(keys[0]!)).toBeNull();
      expect(await readAll(store, keys[1]!)).toEqual(pattern(7, 128));
    });

    test("ranges between any two edges", async () => {
      const bytes = pattern(200_003, 7);
      const key = fresh();
      await store.put(key, bodyOf(bytes));
      const edges = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_002, 200_003];
      for (const offset of edges) {
        for (const end of edges.filter((edge) => edge >= offset)) {
          const read = await readAll(store, key, { offset, lengthBytes: end - offset });
          expect(Buffer.compare(read, bytes.subarray(offset, end)), `${offset} to ${end}`).toBe(0);
        }
        const beyond = readAll(store, key, { offset, lengthBytes: 200_004 - offset });
        await expect(beyond).rejects.toEqual(refusal("out-of-range"));
      }
    });

    test(
      `${NAMES} names written by sixteen are listed page by page, in order`,
      async () => {
        const prefix = "p-";
        const keys = Array.from({ length: NAMES }, () => prefix + fresh());
        const queue = keys.values();
        const writer = async (): Promise<void> => {
          for (const key of queue) await store.put(key, bodyOf(pattern(key.codePointAt(2)!)));
        };
        await Promise.all(Array.from({ length: 16 }, writer));
        const heads = keys.toSorted().map((key) => ({ name: key, sizeBytes: key.codePointAt(2)! }));
        expect(await listAll(store, { prefix })).toEqual(heads);
        expect(await listAll(store, { prefix, limit: 99 })).toEqual(heads);
      },
      isLong ? LONG_TEST_MS : undefined,
    );

    describe("nothing is left of a put of 24 MiB", () => {
      const sizeBytes = 24 * MIB;

      test("that is cancelled half-way", async () => {
        const reason = new Error("enough");
        const controller = new AbortController();
        const body = bigBody(sizeBytes, (given) => {
          if (given >= sizeBytes / 2) controller.abort(reason);
        });
        expect(await failed(body, { signal: controller.signal })).toBe(reason);
      });

      test("that is cancelled while its body makes it wait", async () => {
        const reason = new Error("enough");
        const controller = new AbortController();
        async function* stalling(): AsyncGenerator<Uint8Array> {
          yield* bigBody(sizeBytes / 2).bytes;
          setTimeout(() => controller.abort(reason), 50);
          await new Promise((resolve) => setTimeout(resolve, 200));
          yield* bigBody(sizeBytes / 2).bytes;
        }
        const body = { sizeBytes, bytes: stalling() };
        expect(await failed(body, { signal: controller.signal })).toBe(reason);
      });

      test("whose body breaks", async () => {
        const defect = new Error("the body breaks");
        const body = bigBody(sizeBytes, (given) => {
          if (given >= sizeBytes / 2) throw defect;
        });
        expect(await failed(body)).toBe(defect);
      });

      test.each([
        ["shorter", sizeBytes - 1],
        ["longer", sizeBytes + 1],
      ])("whose body is one byte %s than announced", async (_, trueBytes) => {
        const { bytes } = bigBody(trueBytes);
        expect(await failed({ sizeBytes, bytes })).toEqual(refusal("wrong-length"));
      });

      test("whose name is taken; what was there stays", async () => {
        const key = fresh();
        await store.put(key, bodyOf(pattern(99)));
        await expect(store.put(key, bigBody(sizeBytes))).rejects.toEqual(refusal("exists"));
        expect(await readAll(store, key)).toEqual(pattern(99));
        expect((await opened.leftovers?.()) ?? []).toEqual([]);
      });
    });

    test("an object of 24 MiB comes back, whole and in parts, also after a read was broken off", async () => {
      const sizeBytes = 24 * MIB + 1;
      const key = fresh();
      await store.put(key, bigBody(sizeBytes));
      expect(await store.head(key)).toEqual({ name: key, sizeBytes });
      for await (const _ of store.get(key)) break;
      const controller = new AbortController();
      const reason = new Error("enough");
      const reading = (async () => {
        let read = 0;
        for await (const piece of store.get(key, undefined, { signal: controller.signal })) {
          read += piece.length;
          if (read >= sizeBytes / 2) controller.abort(reason);
        }
      })();
      await expect(reading).rejects.toBe(reason);
      await expectBigBody(store, key, { offset: 0, lengthBytes: sizeBytes });
      await expectBigBody(store, key, { offset: 16 * MIB - 1, lengthBytes: 3 * MIB });
      await expectBigBody(store, key, { offset: sizeBytes - 1, lengthBytes: 1 });
    });

    test(
      `in ${RACES} races of eight writers, readers see nothing or one whole body${atomic ? ", and one wins" : ""}`,
      async () => {
        expect(store.promises.putIfAbsentIsAtomic).toBe(atomic);
        for (let round = 0; round < RACES; round++) await race(store, `race-${fresh()}`);
        expect(store.promises.putIfAbsentIsAtomic).toBe(atomic);
      },
      isLong ? LONG_TEST_MS : undefined,
    );

    test.each(HUGE)(
      "an object of %i bytes goes in and comes back in little memory",
      async (sizeBytes) => {
        const key = fresh();
        const before = process.memoryUsage.rss();
        let most = before;
        const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 100);
        try {
          await store.put(key, bigBody(sizeBytes));
          expect(await store.head(key)).toEqual({ name: key, sizeBytes });
          await expectBigBody(store, key, { offset: 0, lengthBytes: sizeBytes });
          for (const edge of [2 * GIB, 4 * GIB, sizeBytes - MIB]) {
            await expectBigBody(store, key, { offset: edge - MIB, lengthBytes: 2 * MIB });
          }
        } finally {
          clearInterval(watch);
          await store.delete(key);
        }
        expect(most - before).toBeLessThan(400 * MIB);
      },
      LONG_TEST_MS,
    );
  });
}
