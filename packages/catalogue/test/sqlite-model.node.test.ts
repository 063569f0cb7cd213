import type { Intent, Place, Replacement, Rows } from "@chirograph/vault";
import { createMemoryRows } from "@chirograph/vault/memory";
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dumpRows } from "../../vault/test/rows-dump.ts";
import {
  beginReserved,
  chartA,
  chartB,
  fragmentObject,
  link,
  object,
  reserveAll,
  sampleHash,
  sampleId,
  sampleIntent,
  store1,
  store2,
  store3,
  version,
} from "../../vault/test/rows-samples.ts";
import { createSqliteRows } from "../src/sqlite/sqlite-rows.ts";

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chirograph-rows-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

// Few ids, so that calls meet.
const upTo = (most: number): fc.Arbitrary<number> => fc.nat({ max: most });
const stores = fc.constantFrom(store1, store2, store3);
const names = upTo(4).map(object);
const targets = fc.record({ store: stores, object: names });
const places: fc.Arbitrary<Place> = fc.record({
  store: stores,
  object: names,
  offset: upTo(1),
  lengthBytes: fc.constant(100),
});
const placeOrNone = fc.option(places, { freq: 3 });
const versionIds = upTo(4).map((number) => sampleId("e", number));
const versions = fc
  .tuple(upTo(4), fc.array(placeOrNone, { maxLength: 3 }), fc.boolean())
  .map(([number, where, withEnvelope]) => {
    const made = version(number, where);
    return {
      ...made,
      chart: number % 2 === 0 ? chartA : chartB,
      envelope: withEnvelope ? made.envelope : undefined,
    };
  });
const links = fc
  .tuple(fc.constantFrom(chartA, chartB), upTo(4), fc.uniqueArray(upTo(4), { maxLength: 2 }))
  .map(([chart, number, previous]) =>
    link(chart, number, { previous: previous.filter((at) => at < number) }),
  );
const objects = fc.tuple(stores, names, upTo(2), fc.boolean()).map(([store, name, size, statement]) =>
  statement
    ? {
        ...fragmentObject(store, name, size),
        kind: "statement" as const,
        batch: sampleId("b", 1),
        envelopes: true,
      }
    : fragmentObject(store, name, size),
);
const few = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(values, { maxLength: 3 });

/** A call, made of the rows as they are now: where a guess would seldom be right, it looks first. */
type Call = (rows: Rows) => Promise<unknown>;

const calls: fc.Arbitrary<Call> = fc.oneof(
  fc
    .record({
      number: upTo(5),
      links: few(links),
      versions: few(versions),
      erased: few(versionIds),
      objects: few(objects),
      statements: few(fc.record({ store: stores, name: names, envelopes: fc.boolean() })),
      right: fc.boolean(),
      reserved: fc.boolean(),
      stored: fc.option(few(stores)),
    })
    .map(({ number, right, reserved, stored, ...parts }): Call => async (rows) => {
      const expected = async (chart: string): Promise<Intent["charts"][number]> => ({
        chart,
        expectedHeads: right ? await rows.heads(chart) : [sampleHash(1)],
      });
      const charts = [await expected(chartA), await expected(chartB)].slice(number % 2);
      const intent = sampleIntent(number, { ...parts, charts });
      const begin = reserved ? beginReserved : (on: Rows, begun: Intent) => on.begin(begun);
      const inTheWay = await begin(rows, {
        ...intent,
        objects: intent.objects.map(({ store, name, sizeBytes }) => ({ store, name, sizeBytes })),
      });
      if (stored !== null) await rows.finish(intent.batch, new Set(stored));
      return inTheWay;
    }),
  fc.tuple(upTo(5), few(stores), fc.option(few(stores), { nil: undefined })).map(
    ([number, stored, held]): Call =>
      (rows) =>
        rows.finish(sampleId("b", number), new Set(stored), held && new Set(held)),
  ),
  fc.tuple(upTo(3), few(targets), upTo(3)).map(
    ([id, wanted, expires]): Call =>
      (rows) =>
        rows.reserve({ id: sampleId("f", id), generation: 1, objects: wanted, expires }),
  ),
  fc
    .record({
      added: few(objects),
      moved: few(fc.record({ version: versionIds, index: upTo(2), from: placeOrNone, to: placeOrNone })),
      lying: few(fc.record({ version: versionIds, stores: fc.array(fc.option(stores), { maxLength: 3 }) })),
      replaced: few(targets),
      reservations: few(upTo(3).map((id) => sampleId("f", id))),
      right: fc.boolean(),
      reserved: fc.boolean(),
      addTargets: fc.boolean(),
    })
    .map(({ right, reserved, addTargets, ...change }): Call => async (rows) => {
      const moved: Replacement["moved"][number][] = [];
      for (const move of change.moved) {
        const [known] = right ? await rows.versions([move.version]) : [];
        moved.push({ ...move, from: known?.places[move.index] ?? (right ? null : move.from) });
      }
      const found = moved.flatMap(({ to }) =>
        to && addTargets ? [fragmentObject(to.store, to.object, 3)] : [],
      );
      const added = [...change.added, ...found];
      if (reserved) {
        await reserveAll(
          rows,
          added.map((row) => ({ store: row.store, object: row.name })),
        );
      }
      return await rows.replace({ ...change, moved, added });
    }),
  targets.map(
    ({ store, object: name }): Call =>
      (rows) =>
        rows.forget(store, name),
  ),
  targets.map(
    ({ store, object: name }): Call =>
      (rows) =>
        rows.paid(store, name, 5),
  ),
  few(versionIds).map(
    (ids): Call =>
      (rows) =>
        rows.gone(ids),
  ),
  fc
    .record({
      links: few(links),
      versions: few(fc.tuple(versions, fc.boolean())),
      erased: few(versionIds),
      objects: few(objects),
    })
    .map(
      (found): Call =>
        (rows) =>
          rows.restore({
            ...found,
            links: found.links.map((row) => ({ ...row, batch: sampleId("b", 1) })),
            versions: found.versions.map(([row, erased]) => ({ ...row, erased, batch: sampleId("b", 2) })),
          }),
    ),
  fc.tuple(upTo(1), fc.option(fc.string(), { nil: undefined })).map(
    ([name, state]): Call =>
      (rows) =>
        rows.saveJob(`job ${name}`, state),
  ),
  fc.tuple(upTo(1), fc.boolean(), fc.option(fc.string(), { nil: undefined })).map(
    ([name, right, state]): Call =>
      async (rows) =>
        rows.swapJob(`job ${name}`, right ? await rows.job(`job ${name}`) : "another", state),
  ),
);

/** Everything that can be asked. */
async function ask(rows: Rows): Promise<unknown> {
  const two = { limit: 2, after: sampleId("e", 1) };
  return {
    dump: await dumpRows(rows),
    heads: [await rows.heads(chartA), await rows.heads(chartB)],
    records: await rows.chartsOf([0, 1, 2, 3, 4].map((number) => sampleId("a", number))),
    erased: [await rows.pageErased({ limit: 9 }), await rows.pageErased(two)],
    pages: [
      await rows.page({ of: "versions", ...two }),
      await rows.page({ of: "versions", limit: 9, chart: chartB }),
    ],
    condemned: await rows.pageObjects({
      limit: 2,
      state: "condemned",
      after: { store: store1, object: object(3) },
    }),
    owed: await rows.pageObjects({ limit: 9, state: "owed", kind: "statement" }),
    contents: await Promise.all(
      [store1, store2, store3].flatMap((store) =>
        [0, 1, 2, 3, 4].map((at) => rows.contents(store, object(at))),
      ),
    ),
    expired: [await rows.expired(2, 9), await rows.expired(9, 2)],
    intents: await rows.intents(),
    batches: await Promise.all([0, 1, 2, 3].map((number) => rows.batch(sampleId("b", number)))),
    jobs: [await rows.job("job 0"), await rows.job("job 1")],
  };
}

async function outcome(call: Call, rows: Rows): Promise<unknown> {
  try {
    return { answer: await call(rows) };
  } catch (error) {
    return { code: (error as { code?: string }).code };
  }
}

test("any history of calls gives the same answers in SQLite and in memory", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 25 }), async (history) => {
      const sqlite = await createSqliteRows(join(folder, `${files++}.sqlite`));
      const memory = createMemoryRows();
      try {
        for (const call of history) {
          expect(await outcome(call, sqlite)).toEqual(await outcome(call, memory));
          expect(await ask(sqlite)).toEqual(await ask(memory));
        }
      } finally {
        await sqlite.close();
      }
    }),
    { numRuns: 150 },
  );
});
