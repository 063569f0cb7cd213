import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoreError } from "../src/error.ts";
import { readAll } from "../src/read.ts";
import type { ByteRange, CallOptions, ObjectBody, Store } from "../src/store.ts";
import { bodyOf, listAll, pattern, refusal, reusingMemory } from "./bodies.ts";

/** What a suite needs of an adapter: a store with nothing in it, and how to do away with it. */
export interface StoreUnderTest {
  readonly store: Store;
  close?(): Promise<void>;
}

/** The contract of `Store`, for any adapter. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let opened: StoreUnderTest;
    let store: Store;
    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterAll(() => opened.close?.());

    /** A name that no other test uses. */
    let names = 0;
    const fresh = (): string => `test-${(names++).toString().padStart(4, "0")}`;
    const putFresh = async (bytes: Uint8Array): Promise<string> => {
      const key = fresh();
      await store.put(key, bodyOf(bytes));
      return key;
    };
    const expectNothing = async (key: string): Promise<void> => {
      expect(await store.head(key)).toBeNull();
      await expect(readAll(store, key)).rejects.toEqual(refusal("not-found"));
      expect(await store.list({ prefix: key, limit: 10 })).toEqual([]);
    };

    /** What a put rejects with that leaves nothing. */
    const failed = async (body: ObjectBody, options?: CallOptions): Promise<unknown> => {
      const key = fresh();
      const outcome = await store.put(key, body, options).then(
        () => "nothing",
        (error: unknown) => error,
      );
      await expectNothing(key);
      // The name is still free.
      await store.put(key, bodyOf(pattern(5)));
      return outcome;
    };

    describe("an object", () => {
      test.each([0, 1, 255, 65_535, 65_536, 65_537, 1_048_576, 1_048_577])(
        "of %i bytes comes back",
        async (size) => {
          const bytes = pattern(size, 3);
          const key = await putFresh(bytes);
          expect(await readAll(store, key)).toEqual(bytes);
          expect(await store.head(key)).toEqual({ name: key, sizeBytes: size });
          expect(await store.list({ prefix: key, limit: 1 })).toEqual([{ name: key, sizeBytes: size }]);
        },
      );

      test("of 8 MiB streams in and out, in pieces that stay valid", async () => {
        const bytes = pattern(8 * 1_048_576 + 5, 9);
        const key = fresh();
        await store.put(key, { sizeBytes: bytes.length, bytes: reusingMemory(bytes, 100_003) });
        const pieces: Uint8Array[] = [];
        for await (const piece of store.get(key)) pieces.push(piece);
        expect(pieces.length).toBeGreaterThan(4);
        let offset = 0;
        for (const piece of pieces) {
          const expected = bytes.subarray(offset, offset + piece.length);
          expect(piece.every((byte, index) => byte === expected[index])).toBe(true);
          offset += piece.length;
        }
        expect(offset).toBe(bytes.length);
      });

      test.each([1, 7, 4096])("is taken from a body that reuses %i bytes of memory", async (pieceBytes) => {
        const bytes = pattern(10_000, 5);
        const key = fresh();
        await store.put(key, { sizeBytes: bytes.length, bytes: reusingMemory(bytes, pieceBytes) });
        expect(await readAll(store, key)).toEqual(bytes);
      });

      test("may have empty pieces, and large ones between small ones", async () => {
        const bytes = pattern(700_003);
        const cuts = [0, 0, 1, 300_001, 300_002, 300_002, 650_000, 700_003];
        const pieces = cuts.map((cut, index) => bytes.subarray(cuts[index - 1] ?? 0, cut));
        const key = fresh();
        await store.put(key, { sizeBytes: bytes.length, bytes: [...pieces, new Uint8Array()] });
        expect(await readAll(store, key)).toEqual(bytes);
      });

      test("is not changed by who reads it", async () => {
        const bytes = pattern(100);
        const key = await putFresh(bytes);
        for await (const piece of store.get(key)) piece.fill(0);
        expect(await readAll(store, key)).toEqual(bytes);
      });

      test("is read by somebody who stops early", async () => {
        const bytes = pattern(3_000_000);
        const key = await putFresh(bytes);
        for (let round = 0; round < 20; round++) {
          for await (const piece of store.get(key)) {
            expect(piece[0]).toBe(bytes[0]);
            break;
          }
        }
        expect(await readAll(store, key, { offset: 2_999_999, lengthBytes: 1 })).toEqual(bytes.subarray(-1));
      });
    });

    describe("a range", () => {
      const bytes = pattern(150_000, 1);
      let key: string;
      beforeAll(async () => {
        key = await putFresh(bytes);
      });

      const inside: [number, number][] = [
        [0, 0],
        [0, 1],
        [0, 150_000],
        [1, 149_999],
        [65_535, 2],
        [65_536, 65_536],
        [70_000, 0],
        [149_999, 1],
        [150_000, 0],
      ];
      test.each(inside)("from %i of %i bytes is read", async (offset, lengthBytes) => {
        const expected = bytes.subarray(offset, offset + lengthBytes);
        expect(await readAll(store, key, { offset, lengthBytes })).toEqual(expected);
      });

      const outside: [number, number][] = [
        [0, 150_001],
        [1, 150_000],
        [150_000, 1],
        [150_001, 0],
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [0, 0.5],
        [Number.NaN, 1],
        [0, Number.POSITIVE_INFINITY],
        [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      ];
      test.each(outside)("from %d of %d bytes is refused", async (offset, lengthBytes) => {
        const reading = readAll(store, key, { offset, lengthBytes });
        await expect(reading).rejects.toEqual(refusal("out-of-range"));
      });

      test("of an empty object is empty", async () => {
        const empty = await putFresh(new Uint8Array());
        expect(await readAll(store, empty, { offset: 0, lengthBytes: 0 })).toHaveLength(0);
        const beyond: ByteRange = { offset: 0, lengthBytes: 1 };
        await expect(readAll(store, empty, beyond)).rejects.toEqual(refusal("out-of-range"));
      });

      test("of no object is not found", async () => {
        const reading = readAll(store, fresh(), { offset: 0, lengthBytes: 0 });
        await expect(reading).rejects.toEqual(refusal("not-found"));
      });
    });

    describe("a name", () => {
      const legal = [
        "a",
        "0",
        "z-",
        "ab",
        "a-b",
        "vault",
        "9-",
        "a--",
        "f".repeat(128),
        `0${"-".repeat(127)}`,
      ];
      test.each(legal)("%s may be used", async (key) => {
        const bytes = pattern(10, key.length);
        await store.put(key, bodyOf(bytes));
        expect(await readAll(store, key)).toEqual(bytes);
        expect(await store.head(key)).toEqual({ name: key, sizeBytes: 10 });
        expect(await listAll(store, { prefix: key })).toContainEqual({ name: key, sizeBytes: 10 });
        await store.delete(key);
        await expectNothing(key);
      });

      const foreign = ["A", "aB", "ä", "日", "a b", "a.b", "a_b", "a:b", "%61", "a\0", "a\n"];
      const paths = ["-", "-a", ".", "..", ".drafts", "a/b", "../a", "a\\b", "f".repeat(129)];
      test.each([...foreign, ...paths])("%j is refused everywhere", async (key) => {
        const invalid = refusal("invalid");
        await expect(store.put(key, bodyOf(pattern(1)))).rejects.toEqual(invalid);
        await expect(readAll(store, key)).rejects.toEqual(invalid);
        await expect(store.head(key)).rejects.toEqual(invalid);
        await expect(store.delete(key)).rejects.toEqual(invalid);
        await expect(store.list({ prefix: "", after: key, limit: 1 })).rejects.toEqual(invalid);
        await expect(store.list({ prefix: key, limit: 1 })).rejects.toEqual(invalid);
      });

      test("of no character is refused, and begins every name", async () => {
        const invalid = refusal("invalid");
        await expect(store.put("", bodyOf(pattern(1)))).rejects.toEqual(invalid);
        await expect(readAll(store, "")).rejects.toEqual(invalid);
        await expect(store.head("")).rejects.toEqual(invalid);
        await expect(store.delete("")).rejects.toEqual(invalid);
        const key = await putFresh(pattern(1));
        expect(await listAll(store)).toContainEqual({ name: key, sizeBytes: 1 });
      });
    });

    describe("a taken name", () => {
      test("is never written over", async () => {
        const first = pattern(100, 1);
        const key = await putFresh(first);
        await expect(store.put(key, bodyOf(pattern(100, 2)))).rejects.toEqual(refusal("exists"));
        await expect(store.put(key, bodyOf(new Uint8Array()))).rejects.toEqual(refusal("exists"));
        await expect(store.put(key, bodyOf(first))).rejects.toEqual(refusal("exists"));
        expect(await readAll(store, key)).toEqual(first);
      });

      test("can be used again when its object was deleted", async () => {
        const key = await putFresh(pattern(10, 1));
        await store.delete(key);
        await store.put(key, bodyOf(pattern(20, 2)));
        expect(await readAll(store, key)).toEqual(pattern(20, 2));
      });

      test("goes to one of eight writers, whole", async () => {
        if (!store.promises.putIfAbsentIsAtomic) return;
        for (let round = 0; round < 10; round++) {
          const key = fresh();
          const bodies = Array.from({ length: 8 }, (_, writer) => pattern(30_000 + writer, writer));
          const outcomes = await Promise.allSettled(
            bodies.map((bytes) =>
              store.put(key, { sizeBytes: bytes.length, bytes: reusingMemory(bytes, 9000) }),
            ),
          );
          const winners = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
          const losers = outcomes.flatMap((outcome) =>
            outcome.status === "rejected" ? [outcome.reason] : [],
          );
          expect(winners).toHaveLength(1);
          expect(losers).toEqual(Array.from({ length: 7 }, () => refusal("exists")));
          expect(await readAll(store, key)).toEqual(bodies[winners[0]!]);
        }
      });
    });

    describe("a put that fails leaves nothing:", () => {
      const wrong: [string, number, number[]][] = [
        ["one byte too few", 11, [10]],
        ["one byte too many", 9, [10]],
        ["no byte of one", 1, []],
        ["one byte of none", 0, [1]],
        ["a last piece too many", 10, [10, 1]],
        ["a last piece too few", 400_000, [200_000, 199_999]],
        ["many pieces too many", 1_048_576, Array.from({ length: 50 }, () => 65_536)],
      ];
      test.each(wrong)("%s", async (_, sizeBytes, pieces) => {
        const bytes = pieces.map((lengthBytes) => pattern(lengthBytes));
        expect(await failed({ sizeBytes, bytes })).toEqual(refusal("wrong-length"));
      });

      test("a body without an end, left as soon as it is too long", async () => {
        let left = false;
        async function* endless(): AsyncGenerator<Uint8Array> {
          try {
            for (;;) yield pattern(1000);
          } finally {
            left = true;
          }
        }
        expect(await failed({ sizeBytes: 5000, bytes: endless() })).toEqual(refusal("wrong-length"));
        expect(left).toBe(true);
      });

      test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("a length of %d", async (sizeBytes) => {
        expect(await failed({ sizeBytes, bytes: [] })).toEqual(refusal("invalid"));
      });

      test.each([0, 1, 500_000])(
        "a body that throws after %i bytes; its error passes",
        async (lengthBytes) => {
          const defect = Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "open" });
          async function* broken(): AsyncGenerator<Uint8Array> {
            yield pattern(lengthBytes);
            throw defect;
          }
          expect(await failed({ sizeBytes: 600_000, bytes: broken() })).toBe(defect);
        },
      );

      test.each(["at once", "half-way", "behind the last piece"])(
        "a put that is cancelled %s",
        async (when) => {
          const reason = new Error("enough");
          const controller = new AbortController();
          async function* pieces(): AsyncGenerator<Uint8Array> {
            yield pattern(300_000);
            if (when === "half-way") controller.abort(reason);
            yield pattern(300_000);
            if (when === "behind the last piece") controller.abort(reason);
          }
          if (when === "at once") controller.abort(reason);
          const body = { sizeBytes: 600_000, bytes: pieces() };
          expect(await failed(body, { signal: controller.signal })).toBe(reason);
        },
      );
    });

    test("a cancelled call rejects with the signal's reason, and does nothing", async () => {
      const bytes = pattern(100);
      const key = await putFresh(bytes);
      const reason = new StoreError("unavailable", "the caller's own reason");
      const options = { signal: AbortSignal.abort(reason) };
      await expect(readAll(store, key, undefined, options)).rejects.toBe(reason);
      await expect(store.head(key, options)).rejects.toBe(reason);
      await expect(store.list({ prefix: "", limit: 1 }, options)).rejects.toBe(reason);
      await expect(store.delete(key, options)).rejects.toBe(reason);
      expect(await readAll(store, key)).toEqual(bytes);
    });

    test("a get that is cancelled half-way ends with the signal's reason", async () => {
      const key = await putFresh(pattern(5_000_000));
      const reason = new Error("enough");
      const controller = new AbortController();
      const reading = (async () => {
        for await (const _ of store.get(key, undefined, { signal: controller.signal }))
          controller.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
    });

    test("deleting is repeated without harm, and leaves the neighbours", async () => {
      const [key, neighbour] = [await putFresh(pattern(10)), await putFresh(pattern(20))];
      await store.delete(key);
      await expectNothing(key);
      await store.delete(key);
      await store.delete(fresh());
      await store.delete("zz-nothing-begins-like-this");
      expect(await readAll(store, neighbour)).toEqual(pattern(20));
    });

    test("what is not there is not found", async () => {
      await expectNothing(fresh());
      await expectNothing("zz-nothing-begins-like-this");
    });

    describe("a list", () => {
      /** 2,000 names of all lengths under 40 beginnings, one of them the beginning of others. */
      const all = Array.from({ length: 2000 }, (_, index) => {
        const number = index.toString(36).padStart(3, "0");
        return `${"lmnpqrsuvw"[index % 10]!}${["", "-", "0", "z"][index % 4]!}${number}${"x".repeat(index % 7)}`;
      }).toSorted();
      const heads = all.map((key) => ({ name: key, sizeBytes: key.length }));
      beforeAll(async () => {
        const queue = all.values();
        const worker = async (): Promise<void> => {
          for (const key of queue) await store.put(key, bodyOf(pattern(key.length)));
        };
        await Promise.all(Array.from({ length: 16 }, worker));
      });
      const ours = (found: { name: string }[]): { name: string }[] => {
        const known = new Set(all);
        return found.filter((head) => known.has(head.name));
      };

      test.each([1000, 777, 63])("shows every object once, ascending, %i to a page", async (limit) => {
        expect(ours(await listAll(store, { limit }))).toEqual(heads);
      });

      test.each(["l", "m-", "n0", "p00", "q-", "zzz", "w", "uz", heads[1234]!.name])(
        "of %s",
        async (prefix) => {
          const expected = heads.filter((head) => head.name.startsWith(prefix));
          expect(await listAll(store, { prefix, limit: 17 })).toEqual(expected);
        },
      );

      test("goes on behind any name, whether it is there or not", async () => {
        for (const after of [all[0]!, all[999]!, `${all[999]!}0`, "m", "n-", "q0", all.at(-1)!]) {
          const page = await store.list({ prefix: "", after, limit: 5 });
          const known = ours(page);
          expect(known).toEqual(heads.filter((head) => head.name > after).slice(0, known.length));
          expect(page.every((head) => head.name > after)).toBe(true);
        }
      });

      test("behind the last of its prefix is empty", async () => {
        expect(await store.list({ prefix: "l", after: "lzzzz", limit: 10 })).toEqual([]);
        expect(await store.list({ prefix: "l", after: "m", limit: 10 })).toEqual([]);
      });

      test("before its prefix begins with it", async () => {
        const expected = heads.filter((head) => head.name.startsWith("n0")).slice(0, 3);
        expect(await store.list({ prefix: "n0", after: "l", limit: 3 })).toEqual(expected);
      });

      test.each([0, -1, 1001, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
        "of %d names is refused",
        async (limit) => {
          await expect(store.list({ prefix: "", limit })).rejects.toEqual(refusal("invalid"));
        },
      );
    });
  });
}
