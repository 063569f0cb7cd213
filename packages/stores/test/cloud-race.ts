// Eight writers of one name, and readers who look on.
import { expect } from "vitest";
import { StoreError } from "../src/error.ts";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { pattern, refusal, reusingMemory } from "./bodies.ts";

const WRITERS = 8;
const READERS = 2;

/** Of different lengths, several pieces each. */
const bodies = Array.from({ length: WRITERS }, (_, writer) => pattern(150_000 + writer * 1000, writer));

/** One race for a name that is free. Whoever reads meanwhile finds nothing or one whole body. */
export async function race(store: Store, name: string): Promise<void> {
  const writing = new AbortController();
  const readers = Array.from({ length: READERS }, async () => {
    do await expectNothingOrOneBody(store, name);
    while (!writing.signal.aborted);
  });
  const writers = bodies.map((bytes) =>
    store.put(name, { sizeBytes: bytes.length, bytes: reusingMemory(bytes, 40_000) }),
  );
  const outcomes = await Promise.allSettled(writers);
  writing.abort();
  await Promise.all(readers);

  const winners = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
  const left = await readAll(store, name);
  if (store.promises.putIfAbsentIsAtomic) {
    const losers = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(winners).toHaveLength(1);
    expect(losers).toEqual(Array.from({ length: WRITERS - 1 }, () => refusal("exists")));
  }
  expect(winners.map((writer) => sameBytes(bodies[writer]!, left))).toContain(true);
}

async function expectNothingOrOneBody(store: Store, name: string): Promise<void> {
  const head = await whatIsThere(() => store.head(name));
  if (head !== null) expect(bodies.map((body) => body.length)).toContain(head.sizeBytes);
  const bytes = await whatIsThere(() => readAll(store, name));
  if (bytes !== null) expect(bodies.some((body) => sameBytes(body, bytes))).toBe(true);
}

/** A read that fails has shown nothing: what is replaced while it is read may break off. */
async function whatIsThere<Result>(read: () => Promise<Result>): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreError && ["not-found", "unavailable"].includes(error.code)) return null;
    throw error;
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
