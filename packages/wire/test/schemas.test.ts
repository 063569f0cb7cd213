import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as catalogue from "../src/schemas/catalogue.ts";
import { about, status } from "../src/schemas/vault.ts";
import * as z from "../src/zod.ts";

const id = fc.stringMatching(/^[0-9a-f]{32}$/);
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const count = fc.maxSafeNat();
const bytes = fc.uint8Array({ maxLength: 40 });
const place = fc.record({ store: id, object: id, offset: count, lengthBytes: count });
const places = fc.array(fc.option(place), { maxLength: 9 });
const orUndefined = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined });

/** What crosses the wire as `schema` says, comes back, and is the same text when it is written again. */
function expectToCross<Value>(schema: z.ZodType<Value>, values: fc.Arbitrary<Value>): void {
  fc.assert(
    fc.property(values, (value) => {
      const text = JSON.stringify(z.encode(schema, value));
      const read = schema.parse(JSON.parse(text));
      expect(read).toEqual(value);
      expect(JSON.stringify(z.encode(schema, read))).toBe(text);
    }),
    { numRuns: 50 },
  );
}

describe("what crosses the wire comes back:", () => {
  test("a commit", () => {
    const commit = fc.record({
      reservations: fc.array(id, { maxLength: 3 }),
      links: fc.array(bytes, { minLength: 1, maxLength: 3 }),
      versions: fc.array(fc.record({ envelope: bytes, places }), { maxLength: 3 }),
    });
    expectToCross(catalogue.commitRequest, commit);
    expectToCross(
      catalogue.commitResult,
      fc.oneof(
        fc.record({ state: fc.constant("committed" as const), stored: fc.array(id), owed: fc.array(id) }),
        fc.record({ state: fc.constant("conflict" as const), charts: fc.array(id) }),
      ),
    );
  });

  test("what is wanted, and what is found", () => {
    const chart = fc.record(
      { chart: id, heads: fc.array(hash, { maxLength: 3 }) },
      { requiredKeys: ["chart"] },
    );
    const wanted = fc.record(
      { charts: fc.array(chart), records: fc.array(id), versions: fc.array(id) },
      { requiredKeys: [] },
    );
    expectToCross(catalogue.wanted, wanted);
    const found = fc.record({
      charts: fc.array(
        fc.record({ chart: id, heads: fc.array(hash, { maxLength: 3 }), document: orUndefined(bytes) }),
      ),
      records: fc.array(fc.record({ record: id, chart: id })),
      versions: fc.array(
        fc.record({ version: id, record: id, chart: id, envelope: orUndefined(bytes), places }),
      ),
    });
    expectToCross(catalogue.found, found);
  });

  test("what a vault says of itself", () => {
    const store = fc.record({
      id,
      kind: fc.constantFrom("public", "private-on-premise", "private-hosted"),
      provider: fc.constantFrom("", "a cloud"),
      region: fc.constantFrom("", "eu"),
      weight: fc.integer({ min: 1, max: 100 }),
      name: fc.constant("file:///srv/1"),
    });
    const policy = fc.record({
      tolerate: fc.nat(63),
      publicBelowNeeded: fc.boolean(),
      regions: fc.integer({ min: 1, max: 64 }),
      providerBelowNeeded: fc.boolean(),
      tolerateProviders: fc.nat(1),
    });
    const stores = fc.array(store, { minLength: 1, maxLength: 3 });
    expectToCross(about, fc.record({ vault: id, policy, stores, partBytes: fc.constant(1024) }));
  });

  test("a status, whatever of it is not known", () => {
    const counts = { objects: count, sizeBytes: count, fragments: count, owed: count, condemned: count };
    const figure = fc.option(
      fc.double({ min: 0, max: 1e9, noNaN: true }).filter((value) => !Object.is(value, -0)),
    );
    const traffic = fc.record({ requests: count, errors: count, readBytes: count, writtenBytes: count });
    const store = fc.record({
      store: id,
      problem: fc.option(fc.constant("cloud 1 is not there.")),
      isLeaving: fc.boolean(),
      latencyMs: figure,
      traffic: fc.option(traffic),
      health: fc.option(fc.constantFrom("closed" as const, "open" as const, "half-open" as const)),
      ...counts,
      monthlyCost: figure,
      costsTraffic: fc.boolean(),
    });
    const whole = {
      charts: count,
      records: count,
      versions: count,
      erased: count,
      unfinished: count,
      losses: fc.option(fc.record({ incomplete: count, tooFew: count })),
      currency: fc.option(fc.constantFrom("EUR", "€")),
      stores: fc.array(store, { maxLength: 3 }),
    };
    expectToCross(status, fc.record(whole));
    for (const left of ["losses", "currency"] as const) {
      const { [left]: _, ...rest } = whole;
      const [value] = fc.sample(fc.record(rest), 1);
      expect(status.safeParse(value).success).toBe(false);
    }
  });

  test("a page", () => {
    const row = fc.record({ id, chart: id, record: orUndefined(id), erased: fc.boolean() });
    expectToCross(catalogue.page, fc.record({ rows: fc.array(row) }));
  });
});

describe("is refused:", () => {
  const fine = { of: "charts", limit: 10 };
  const page = catalogue.pageRequest;
  test.each([
    ["an unknown key", { ...fine, extra: 1 }],
    ["a missing key", { of: "charts" }],
    ["null for what may be left out", { ...fine, after: null }],
    ["an id in capitals", { ...fine, after: "A".repeat(32) }],
    ["an id that is too long", { ...fine, after: "a".repeat(33) }],
    ["an id with a line after it", { ...fine, after: `${"a".repeat(32)}\n` }],
    ["a fraction", { ...fine, limit: 1.5 }],
    ["too many", { ...fine, limit: 1001 }],
    ["a number as text", { ...fine, limit: "10" }],
    ["no object", [fine]],
  ])("%s", (_, value) => {
    expect(page.safeParse(fine).success).toBe(true);
    expect(page.safeParse(value).success).toBe(false);
  });

  test.each(["AB==", "AA", "A A=", "====", 5, ["AAAA"]])("%j as bytes", (link) => {
    const commit = catalogue.commitRequest;
    expect(commit.safeParse({ reservations: [], links: ["AAAA"], versions: [] }).success).toBe(true);
    expect(commit.safeParse({ reservations: [], links: [link], versions: [] }).success).toBe(false);
  });

  test("a number beyond what is exact", () => {
    const { reservation } = catalogue;
    const row = { id: "a".repeat(32), tolerate: 2, targets: [] };
    expect(reservation.safeParse({ ...row, expires: 2 ** 53 - 1 }).success).toBe(true);
    expect(reservation.safeParse({ ...row, expires: 2 ** 53 }).success).toBe(false);
  });
});

test("no schema needs eval", () => {
  expect(z.config().jitless).toBe(true);
});
