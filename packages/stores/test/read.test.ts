import { describe, expect, test } from "vitest";
import { createMemoryStore } from "../src/memory/memory-store.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { pattern, refusal } from "./bodies.ts";

/** A store that answers every get with these pieces. */
function answering(...pieces: Uint8Array[]): Store {
  const store = createMemoryStore();
  store.get = async function* () {
    yield* pieces;
  };
  return store;
}

describe("reading all", () => {
  test("joins the pieces in memory of its own", async () => {
    const pieces = [pattern(3, 1), new Uint8Array(), pattern(2, 2)];
    const whole = await readAll(answering(...pieces), "object");
    expect(whole).toEqual(Uint8Array.of(...pattern(3, 1), ...pattern(2, 2)));
    expect(whole.buffer).not.toBe(pieces[0]!.buffer);
  });

  test.each([4, 6])("does not take %i bytes for five", async (lengthBytes) => {
    const reading = readAll(answering(pattern(lengthBytes)), "object", { offset: 0, lengthBytes: 5 });
    await expect(reading).rejects.toEqual(refusal("unavailable"));
  });

  test("stops reading a store that does not stop", async () => {
    const store = createMemoryStore();
    let pieces = 0;
    store.get = async function* () {
      for (;;) {
        pieces++;
        yield pattern(10);
      }
    };
    await expect(readAll(store, "object", { offset: 0, lengthBytes: 25 })).rejects.toEqual(
      refusal("unavailable"),
    );
    expect(pieces).toBe(3);
  });
});
