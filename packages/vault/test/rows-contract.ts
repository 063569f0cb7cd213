import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Id } from "../src/catalogue.ts";
import type { Intent, Replacement, Restored, Rows, VersionRow } from "../src/keeper/rows.ts";
import { dumpRows } from "./rows-dump.ts";
import {
  beginReserved,
  chartA,
  chartB,
  firstCommit,
  fragmentObject,
  link,
  object,
  place,
  reserveAll,
  sampleHash,
  sampleId,
  sampleIntent,
  store1,
  store2,
  store3,
  version,
} from "./rows-samples.ts";

const unknown = { name: "VaultError", code: "unknown" };

/** What every storage of rows must do; `open` gives one that is empty. */
export function rowsContract(where: string, open: () => Promise<Rows>): void {
  describe(`rows in ${where}`, () => {
    let rows: Rows;
    beforeEach(async () => {
      rows = await open();
    });
    afterEach(async () => {
      await rows.close();
    });

    const commit = async (intent: Intent, stored: readonly Id[] = [store1, store2]): Promise<void> => {
      expect(await beginReserved(rows, intent)).toEqual([]);
      await rows.finish(intent.batch, new Set(stored));
    };
    const replace = async (change: Partial<Replacement>): Promise<Replacement["moved"]> => {
      await reserveAll(
        rows,
        (change.added ?? []).map(({ store, name }) => ({ store, object: name })),
      );
      return rows.replace({ added: [], moved: [], replaced: [], reservations: [], ...change });
    };
    const restore = async (found: Partial<Restored>): Promise<void> => {
      await rows.restore({ links: [], versions: [], erased: [], objects: [], ...found });
    };
    const versionNow = async (id: Id): Promise<VersionRow> => (await rows.versions([id]))[0]!;
    const stateOf = async (store: Id, wanted: string): Promise<string | undefined> =>
      (await rows.pageObjects({ store, limit: 1000 })).find((row) => row.name === wanted)?.state;

    const reserve = (number: number, expires: number, ...objects: string[]): Promise<void> =>
      rows.reserve({
        generation: 1,
        id: sampleId("f", number),
        objects: objects.map((wanted) => ({ store: store1, object: wanted })),
        expires,
      });
    const expiredAt = async (now: number): Promise<string[]> =>
      (await rows.expired(now, 100)).map((target) => target.object);
    /** The last digits of store and name. */
    const namesOf = async (request: Parameters<Rows["pageObjects"]>[0]): Promise<string[]> =>
      (await rows.pageObjects(request)).map((row) => `${row.store.at(-1)}${row.name.at(-1)}`);

    test("is empty at first", async () => {
      expect(await dumpRows(rows)).toEqual({
        links: [],
        versions: [],
        objects: [],
        totals: { charts: 0, records: 0, versions: 0, erased: 0, stores: [] },
      });
      expect(await rows.links(chartA)).toEqual([]);
      expect(await rows.heads(chartA)).toEqual([]);
      expect(await rows.chartsOf([sampleId("a", 1)])).toEqual(new Map());
      expect(await rows.versions([sampleId("e", 1)])).toEqual([]);
      expect(await rows.contents(store1, object(1))).toEqual([]);
      expect(await rows.intents()).toEqual([]);
      expect(await rows.batch(sampleId("b", 1))).toEqual({ links: [], versions: [] });
      expect(await rows.job("repair")).toBeUndefined();
    });

    test("of two who saw the same job one changes it", async () => {
      expect(await rows.swapJob("marks", undefined, "one")).toBe(true);
      expect(await rows.swapJob("marks", undefined, "other")).toBe(false);
      expect(await rows.swapJob("marks", "other", undefined)).toBe(false);
      expect(await rows.job("marks")).toBe("one");
      expect(await rows.swapJob("marks", "one", undefined)).toBe(true);
      expect(await rows.job("marks")).toBeUndefined();
    });

    describe("begin and finish", () => {
      test("nothing is seen before finish, everything after it", async () => {
        const { intent, made } = firstCommit();
        expect(await beginReserved(rows, intent)).toEqual([]);
        expect(await rows.heads(chartA)).toEqual([]);
        expect((await rows.totals()).versions).toBe(0);
        expect(await rows.pageObjects({ limit: 10 })).toEqual([]);
        expect(await rows.intents()).toEqual([intent]);

        await rows.finish(intent.batch, new Set([store1]));
        expect(await rows.intents()).toEqual([]);
        const { batch } = intent;
        expect(await rows.links(chartA)).toEqual([{ ...link(chartA, 1), batch }]);
        expect(await rows.versions([made.version])).toEqual([made]);
        expect(await rows.chartsOf([made.record, sampleId("a", 9)])).toEqual(
          new Map([[made.record, chartA]]),
        );
        const statement = { kind: "statement", sizeBytes: 0, batch } as const;
        expect(await rows.pageObjects({ limit: 10 })).toEqual([
          fragmentObject(store1, object(1), 1000),
          { store: store1, name: object(11), ...statement, state: "live", envelopes: true },
          fragmentObject(store2, object(2), 2000),
          { store: store2, name: object(12), ...statement, state: "owed", envelopes: false },
        ]);
        expect(await rows.batch(batch)).toEqual({ links: await rows.links(chartA), versions: [made] });
        expect(await rows.contents(store1, object(1))).toEqual([
          { version: made.version, index: 0, offset: 0, lengthBytes: 100 },
        ]);
      });

      test("finish is told who may hold the envelopes, where that is not what was planned", async () => {
        const { intent } = firstCommit();
        await beginReserved(rows, intent);
        await rows.finish(intent.batch, new Set([store2]), new Set([store2]));
        const statements = await rows.pageObjects({ kind: "statement", limit: 10 });
        expect(statements.map(({ store, state, envelopes }) => [store, state, envelopes])).toEqual([
          [store1, "owed", false],
          [store2, "live", true],
        ]);
      });

      test("a second finish does nothing, not even to what was paid", async () => {
        const { intent } = firstCommit();
        await commit(intent, [store1]);
        await rows.paid(store2, object(12), 77);
        const before = await dumpRows(rows);
        await Promise.all([
          rows.finish(intent.batch, new Set()),
          rows.finish(intent.batch, new Set([store1])),
        ]);
        expect(await dumpRows(rows)).toEqual(before);
      });

      test("finish of a batch that never began does nothing", async () => {
        await rows.finish(sampleId("b", 9), new Set([store1]));
        expect((await rows.totals()).charts).toBe(0);
      });

      test("the heads must be just those expected, in any order", async () => {
        const heads = [sampleHash(2), sampleHash(1)];
        await commit(sampleIntent(1, { links: [link(chartA, 1), link(chartA, 2)] }));
        const expecting = (...expectedHeads: string[]): Promise<Id[]> =>
          rows.begin(sampleIntent(2, { charts: [{ chart: chartA, expectedHeads }] }));
        expect(await expecting()).toEqual([chartA]);
        expect(await expecting(sampleHash(1))).toEqual([chartA]);
        expect(await expecting(sampleHash(1), sampleHash(3))).toEqual([chartA]);
        expect(await expecting(...heads, sampleHash(3))).toEqual([chartA]);
        expect(await rows.intents()).toEqual([]);
        expect(await expecting(...heads)).toEqual([]);
      });

      test("an unknown chart has no heads to expect", async () => {
        const charts = [{ chart: chartB, expectedHeads: [sampleHash(1)] }];
        expect(await rows.begin(sampleIntent(1, { charts }))).toEqual([chartB]);
      });

      test("of several charts only those in the way are named, and none is held", async () => {
        await commit(sampleIntent(1, { links: [link(chartA, 1)] }));
        const both = [chartB, chartA].map((chart) => ({ chart, expectedHeads: [] }));
        expect(await rows.begin(sampleIntent(2, { charts: both }))).toEqual([chartA]);
        expect(await rows.begin(sampleIntent(3, { charts: [{ chart: chartB, expectedHeads: [] }] }))).toEqual(
          [],
        );
      });

      test("an intent holds its charts until it is finished; to begin it again is no conflict", async () => {
        const intent = sampleIntent(1);
        expect(await rows.begin(intent)).toEqual([]);
        expect(await rows.begin(intent)).toEqual([]);
        expect(await rows.intents()).toHaveLength(1);
        expect(await rows.begin(sampleIntent(2))).toEqual([chartA]);
        await rows.finish(intent.batch, new Set());
        expect(await rows.begin(sampleIntent(2))).toEqual([]);
      });

      test("of settings that are older than the gate's none begins or is reserved; what had begun ends", async () => {
        const first = { generation: 1, change: null };
        expect(await rows.gate()).toEqual(first);
        const begun = sampleIntent(1);
        await rows.begin(begun);
        const change = { settings: "5".repeat(64), run: sampleId("a", 1), told: false };
        const closed = { generation: 3, change };
        expect(await rows.swapGate({ generation: 2, change: null }, closed)).toBe(false);
        expect(await rows.swapGate(first, closed)).toBe(true);
        expect(await rows.gate()).toEqual(closed);

        const charts = [{ chart: chartB, expectedHeads: [] }];
        const older = sampleIntent(2, { charts, generation: 2 });
        await expect(rows.begin(older)).rejects.toMatchObject({ code: "outdated" });
        const reservation = { id: sampleId("f", 7), generation: 2, objects: [], expires: 9 };
        await expect(rows.reserve(reservation)).rejects.toMatchObject({ code: "outdated" });
        expect(await rows.intents()).toHaveLength(1);
        await rows.finish(begun.batch, new Set());
        expect(await rows.begin(sampleIntent(2, { charts, generation: 3 }))).toEqual([]);

        for (const other of [
          { generation: 3, change: { ...change, told: true } },
          { generation: 3, change: { ...change, run: sampleId("a", 2) } },
          { generation: 3, change: { ...change, settings: "6".repeat(64) } },
          { generation: 3, change: null },
        ]) {
          expect(await rows.swapGate(other, first)).toBe(false);
        }
        expect(await rows.swapGate(closed, { generation: 2, change: null })).toBe(true);
        expect(await rows.begin(sampleIntent(4, { generation: 2 }))).toEqual([]);
      });

      test("of many at once, one begins", async () => {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, at) => rows.begin(sampleIntent(at))),
        );
        expect(answers.filter((inTheWay) => inTheWay.length === 0)).toHaveLength(1);
      });

      test("intents come back whole, in the order of their beginning", async () => {
        const { intent } = firstCommit();
        const large = Uint8Array.from({ length: 100_000 }, (_, at) => at * 7);
        const other = sampleIntent(0, {
          charts: [{ chart: chartB, expectedHeads: [] }],
          links: [{ ...link(chartB, 9, { previous: [7, 8] }), bytes: large }],
          versions: [
            { ...version(3, [null, place(store1, object(1), 2 ** 40, 2 ** 33)]), envelope: undefined },
          ],
          erased: [sampleId("e", 8)],
          lease: Date.UTC(2030, 0),
        });
        await beginReserved(rows, intent);
        await rows.begin(other);
        expect(await rows.intents()).toEqual([intent, other]);
      });

      test("links are ascending by generation, then hash; heads are what nothing continues", async () => {
        const links = [
          link(chartA, 9, { generation: 1 }),
          link(chartA, 8, { generation: 2, previous: [9] }),
          link(chartA, 3, { generation: 2, previous: [9] }),
          link(chartA, 1, { generation: 3, previous: [3] }),
        ];
        await commit(sampleIntent(1, { links }));
        const hashes = (await rows.links(chartA)).map(({ hash }) => hash);
        expect(hashes).toEqual([9, 3, 8, 1].map(sampleHash));
        expect(await rows.heads(chartA)).toEqual([sampleHash(1), sampleHash(8)]);
        const expectedHeads = await rows.heads(chartA);
        const merge = link(chartA, 5, { generation: 4, previous: [1, 8] });
        await commit(sampleIntent(2, { charts: [{ chart: chartA, expectedHeads }], links: [merge] }));
        expect(await rows.heads(chartA)).toEqual([sampleHash(5)]);
      });

      test("what is given and what is answered stay apart from the rows", async () => {
        const { intent, made } = firstCommit();
        await commit(intent);
        intent.links[0]!.bytes.fill(0);
        (await versionNow(made.version)).envelope!.fill(0);
        expect((await rows.links(chartA))[0]!.bytes).toEqual(link(chartA, 1).bytes);
        expect((await versionNow(made.version)).envelope).toEqual(version(1, []).envelope);
      });
    });

    describe("reservations", () => {
      test("expire, the oldest first, as many as asked for", async () => {
        await reserve(1, 200, object(4), object(3));
        await reserve(2, 100, object(9));
        expect(await expiredAt(100)).toEqual([]);
        expect(await expiredAt(101)).toEqual([object(9)]);
        expect(await expiredAt(201)).toEqual([object(9), object(3), object(4)]);
        expect(await rows.expired(201, 2)).toEqual([
          { store: store1, object: object(9) },
          { store: store1, object: object(3) },
        ]);
        expect(await rows.pageObjects({ limit: 10 })).toEqual([]);
      });

      test("tells how long an object is reserved, by store and name", async () => {
        await reserve(1, 200, object(4));
        expect(await rows.reservedUntil({ store: store1, object: object(4) })).toBe(200);
        expect(await rows.reservedUntil({ store: store2, object: object(4) })).toBeUndefined();
        expect(await rows.reservedUntil({ store: store1, object: object(5) })).toBeUndefined();
        const versions = [version(1, [place(store1, object(4)), null])];
        const objects = [{ store: store1, name: object(4), sizeBytes: 5 }];
        expect(await rows.begin(sampleIntent(1, { versions, objects }))).toEqual([]);
        expect(await rows.reservedUntil({ store: store1, object: object(4) })).toBeUndefined();
      });

      test("a reservation may be made again for longer", async () => {
        await reserve(1, 100, object(1));
        await reserve(1, 300, object(1));
        expect(await expiredAt(200)).toEqual([]);
        expect(await expiredAt(301)).toEqual([object(1)]);
      });

      test("begin takes the objects of its places out, a refused one does not", async () => {
        await reserve(1, 100, object(1), object(2), object(5));
        const versions = [version(1, [place(store1, object(1)), null])];
        const objects = [{ store: store1, name: object(1), sizeBytes: 5 }];
        const charts = [{ chart: chartA, expectedHeads: [sampleHash(1)] }];
        expect(await rows.begin(sampleIntent(1, { versions, objects, charts }))).toEqual([chartA]);
        expect(await expiredAt(101)).toEqual([object(1), object(2), object(5)]);
        expect(await rows.begin(sampleIntent(1, { versions, objects }))).toEqual([]);
        expect(await expiredAt(101)).toEqual([object(2), object(5)]);
      });

      test("a swept object is condemned first, and no commit may name it then", async () => {
        await reserve(1, 100, object(1));
        await replace({ replaced: [{ store: store1, object: object(1) }] });
        expect(await expiredAt(101)).toEqual([]);
        expect(await stateOf(store1, object(1))).toBe("condemned");
        const late = sampleIntent(1, { versions: [version(1, [place(store1, object(1))])] });
        await expect(rows.begin(late)).rejects.toMatchObject(unknown);
        expect(await rows.intents()).toEqual([]);
      });

      test("what was swept, deleted and forgotten is taken by nobody", async () => {
        await reserve(1, 100, object(1), object(2));
        await replace({ replaced: [{ store: store1, object: object(1) }] });
        await rows.forget(store1, object(1));
        const late = sampleIntent(1, { versions: [version(1, [place(store1, object(1))])] });
        await expect(rows.begin(late)).rejects.toMatchObject(unknown);
        const added = [fragmentObject(store1, object(1))];
        const change = { added, moved: [], replaced: [], reservations: [sampleId("f", 1)] };
        await expect(rows.replace(change)).rejects.toMatchObject(unknown);
        expect(await rows.intents()).toEqual([]);
        expect(await rows.pageObjects({ limit: 9 })).toEqual([]);
        expect(await expiredAt(101)).toEqual([object(2)]);
      });

      test("an object that another intent awaits, or that is live, needs no reservation", async () => {
        await reserve(1, 100, object(1));
        const [first, second, third] = [1, 2, 3].map((number) =>
          sampleIntent(number, {
            charts: [{ chart: sampleId("c", number), expectedHeads: [] }],
            versions: [version(number, [place(store1, object(1), number)])],
          }),
        );
        expect(await rows.begin(first!)).toEqual([]);
        expect(await rows.begin(second!)).toEqual([]);
        await rows.finish(first!.batch, new Set());
        expect(await rows.begin(third!)).toEqual([]);
      });

      test("a fragment in a statement object, or in one that nobody promised, is refused", async () => {
        await commit(firstCommit().intent);
        for (const name of [object(11), object(77)]) {
          const odd = sampleIntent(2, {
            charts: [{ chart: chartB, expectedHeads: [] }],
            versions: [version(2, [place(store1, name)])],
          });
          await expect(rows.begin(odd)).rejects.toMatchObject(unknown);
        }
      });

      test("forget and replace end them", async () => {
        await reserve(1, 100, object(1), object(2));
        await reserve(2, 100, object(3), object(4));
        await rows.forget(store1, object(1));
        await replace({ reservations: [sampleId("f", 2)] });
        expect(await expiredAt(101)).toEqual([object(2)]);
      });
    });

    describe("replace", () => {
      const { intent, made } = firstCommit();
      const from = made.places[0]!;
      const to = place(store3, object(30), 12, 100);
      const added = [fragmentObject(store3, object(30))];
      const moved = [{ version: made.version, index: 0, from, to }];
      beforeEach(() => commit(intent));

      test("a fragment moves, and the object that it left empty is condemned", async () => {
        await replace({ added, moved });
        expect((await versionNow(made.version)).places).toEqual([to, made.places[1]]);
        expect(await rows.contents(store1, object(1))).toEqual([]);
        expect(await rows.contents(store3, object(30))).toHaveLength(1);
        expect(await stateOf(store1, object(1))).toBe("condemned");
        expect(await stateOf(store3, object(30))).toBe("live");
      });

      test("the same change twice is the change", async () => {
        await replace({ added, moved });
        const after = await dumpRows(rows);
        await replace({ added, moved });
        expect(await dumpRows(rows)).toEqual(after);
      });

      for (const [what, wrong] of Object.entries({
        store: { ...from, store: store2 },
        object: { ...from, object: object(7) },
        offset: { ...from, offset: 1 },
        length: { ...from, lengthBytes: 99 },
        "place: none": null,
      })) {
        test(`a fragment that lies elsewhere stays: another ${what}`, async () => {
          await replace({ added, moved: [{ ...moved[0]!, from: wrong }] });
          expect((await versionNow(made.version)).places).toEqual(made.places);
          expect(await stateOf(store1, object(1))).toBe("live");
          expect(await stateOf(store3, object(30))).toBe("condemned");
        });
      }

      test("nothing of a version moves that lies on other stores than was believed", async () => {
        const stores = made.places.map((lies) => lies?.store ?? null);
        const others: (Id | null)[][] = [[stores[0]!, store3], [stores[0]!, null], [null]];
        for (const wrong of others) {
          const lying = [{ version: made.version, stores: wrong }];
          expect(await replace({ added, moved, lying })).toEqual(moved);
          expect((await versionNow(made.version)).places).toEqual(made.places);
          await rows.forget(store3, object(30));
        }
        expect(await replace({ added, moved, lying: [{ version: made.version, stores }] })).toEqual([]);
        expect((await versionNow(made.version)).places).toEqual([to, made.places[1]]);
      });

      test("a fragment of an unknown version, or beyond the last one, moves nowhere", async () => {
        const strangers = [
          { ...moved[0]!, version: sampleId("e", 99) },
          { ...moved[0]!, index: 2, from: null },
        ];
        await replace({ added, moved: strangers });
        expect(await stateOf(store3, object(30))).toBe("condemned");
        expect((await versionNow(made.version)).places).toHaveLength(2);
      });

      test("of two who move one fragment, the second finds it gone and loses its object", async () => {
        const other = { ...moved[0]!, to: place(store3, object(31)) };
        await Promise.all([
          replace({ added, moved }),
          replace({ added: [fragmentObject(store3, object(31))], moved: [other] }),
        ]);
        const states = [await stateOf(store3, object(30)), await stateOf(store3, object(31))];
        expect(new Set(states)).toEqual(new Set(["condemned", "live"]));
      });

      test("an object stays while one fragment lies in it", async () => {
        const second = version(2, [place(store1, object(1), 100), null]);
        const charts = [{ chart: chartA, expectedHeads: [sampleHash(1)] }];
        await commit(sampleIntent(2, { charts, versions: [second] }));
        await replace({ added, moved });
        expect(await stateOf(store1, object(1))).toBe("live");
        expect(await rows.contents(store1, object(1))).toEqual([
          { version: second.version, index: 0, offset: 100, lengthBytes: 100 },
        ]);
      });

      test("a fragment is lost, and found again in an object that is live", async () => {
        await replace({ moved: [{ ...moved[0]!, to: null }] });
        expect((await versionNow(made.version)).places).toEqual([null, made.places[1]]);
        const found = place(store2, object(2), 500);
        await replace({ moved: [{ ...moved[0]!, from: null, to: found }] });
        expect((await versionNow(made.version)).places).toEqual([found, made.places[1]]);
        expect((await rows.contents(store2, object(2))).map(({ offset }) => offset)).toEqual([0, 500]);
      });

      test("moves of one fragment follow each other", async () => {
        const next = { ...moved[0]!, from: null, to };
        await replace({ added, moved: [{ ...moved[0]!, to: null }, next] });
        expect((await versionNow(made.version)).places[0]).toEqual(to);
      });

      test("a target that is not there is refused, and nothing changed", async () => {
        const before = await dumpRows(rows);
        const elsewhere = {
          version: made.version,
          index: 1,
          from: made.places[1]!,
          to: place(store3, object(9)),
        };
        await expect(replace({ added, moved: [...moved, elsewhere] })).rejects.toMatchObject(unknown);
        expect(await dumpRows(rows)).toEqual(before);
      });

      test("neither a condemned object nor a statement takes a fragment", async () => {
        await replace({ added, moved });
        for (const target of [from, place(store1, object(11))]) {
          await expect(replace({ moved: [{ ...moved[0]!, from: to, to: target }] })).rejects.toMatchObject(
            unknown,
          );
        }
      });

      test("a statement object takes the place of another", async () => {
        const { batch } = intent;
        const statement = { ...added[0]!, kind: "statement", batch, envelopes: true, sizeBytes: 9 } as const;
        await replace({ added: [statement], replaced: [{ store: store1, object: object(11) }] });
        expect(await stateOf(store1, object(11))).toBe("condemned");
        expect(await rows.pageObjects({ store: store3, limit: 9 })).toEqual([
          { ...statement, state: "live" },
        ]);
      });

      test("what is replaced is condemned with all that still lies in it, until it is forgotten", async () => {
        await replace({ replaced: [{ store: store1, object: object(1) }] });
        expect((await versionNow(made.version)).places[0]).toEqual(from);
        expect(await rows.pageObjects({ state: "condemned", limit: 9 })).toHaveLength(1);
        await rows.forget(store1, object(1));
        expect((await versionNow(made.version)).places[0]).toBeNull();
        expect(await stateOf(store1, object(1))).toBeUndefined();
      });

      test("an unknown object is neither condemned nor forgotten", async () => {
        const before = await dumpRows(rows);
        await replace({ replaced: [{ store: store3, object: object(99) }] });
        await rows.forget(store3, object(99));
        expect(await dumpRows(rows)).toEqual(before);
      });
    });

    describe("erasing", () => {
      const { intent, made } = firstCommit();
      const tombstone = sampleIntent(2, {
        charts: [{ chart: chartA, expectedHeads: [sampleHash(1)] }],
        links: [link(chartA, 2, { previous: [1] })],
        erased: [made.version, sampleId("e", 99)],
      });
      beforeEach(async () => {
        await commit(intent);
        await commit(tombstone);
      });

      test("an erased version keeps what is known until it is gone", async () => {
        expect(await rows.versions([made.version])).toEqual([{ ...made, erased: true }]);
        expect(await rows.pageErased({ limit: 9 })).toEqual([{ ...made, erased: true }]);
        expect((await rows.batch(intent.batch)).versions).toEqual([{ ...made, erased: true }]);
        expect(await rows.page({ of: "versions", limit: 9 })).toMatchObject([{ erased: true }]);
        expect(await rows.totals()).toMatchObject({ versions: 1, erased: 1 });
      });

      test("gone: the row stays, its envelope and places do not, its objects are condemned", async () => {
        await rows.gone([made.version, sampleId("e", 99)]);
        const gone = { ...made, erased: true, envelope: undefined, places: [null, null] };
        expect(await rows.versions([made.version])).toEqual([gone]);
        expect(await rows.pageErased({ limit: 9 })).toEqual([]);
        expect((await rows.batch(intent.batch)).versions).toEqual([]);
        expect((await rows.batch(intent.batch)).links).toHaveLength(1);
        expect(await stateOf(store1, object(1))).toBe("condemned");
        expect(await rows.totals()).toMatchObject({ records: 1, versions: 1, erased: 1 });
      });

      test("a version that nobody erased is not gone", async () => {
        const charts = [{ chart: chartA, expectedHeads: [sampleHash(2)] }];
        const kept = version(2, [place(store1, object(1), 100)]);
        await commit(sampleIntent(3, { charts, versions: [kept] }));
        await rows.gone([kept.version]);
        expect(await versionNow(kept.version)).toMatchObject(kept);
      });

      test("its fragments may leave or move along, but none is found anew", async () => {
        const [first, second] = [made.places[0]!, made.places[1]!];
        const to = place(store3, object(30));
        const { version: id } = made;
        await replace({ moved: [{ version: id, index: 0, from: first, to: null }] });
        await replace({
          added: [fragmentObject(store3, object(30))],
          moved: [
            { version: id, index: 0, from: null, to },
            { version: id, index: 1, from: second, to },
          ],
        });
        expect((await versionNow(id)).places).toEqual([null, to]);
      });

      test("where it turns up again, it is to be erased again", async () => {
        await rows.gone([made.version]);
        await restore({ versions: [{ ...made, places: [null, null] }] });
        expect(await rows.pageErased({ limit: 9 })).toHaveLength(1);
        await rows.gone([made.version]);
        await restore({ versions: [{ ...made, envelope: undefined }] });
        expect(await rows.pageErased({ limit: 9 })).toMatchObject([{ erased: true, places: made.places }]);
      });
    });

    describe("objects", () => {
      test("page by store and name, and by what is asked for", async () => {
        const objects = [store3, store1, store2].flatMap((store) =>
          [3, 1, 2].map((number) => fragmentObject(store, object(number), number)),
        );
        await restore({ objects });
        await replace({ replaced: [{ store: store2, object: object(1) }] });
        expect(await namesOf({ limit: 9 })).toEqual(["11", "12", "13", "21", "22", "23", "31", "32", "33"]);
        const after = { store: store1, object: object(2) };
        expect(await namesOf({ limit: 3, after })).toEqual(["13", "21", "22"]);
        expect(await namesOf({ limit: 9, after, store: store1 })).toEqual(["13"]);
        expect(await namesOf({ limit: 9, after, store: store2 })).toEqual(["21", "22", "23"]);
        expect(
          await namesOf({ limit: 9, after: { store: store2, object: object(3) }, store: store1 }),
        ).toEqual([]);
        expect(await namesOf({ limit: 9, state: "condemned" })).toEqual(["21"]);
        expect(await namesOf({ limit: 2, after, state: "live" })).toEqual(["13", "22"]);
        expect(await namesOf({ limit: 9, kind: "statement" })).toEqual([]);
        expect(await namesOf({ limit: 9, kind: "fragment", store: store3 })).toEqual(["31", "32", "33"]);
        expect(
          await namesOf({ limit: 9, after: { store: sampleId("5", 2), object: object(9) } }),
        ).toHaveLength(3);
        expect(await namesOf({ limit: 9, store: sampleId("5", 9) })).toEqual([]);
        expect(await namesOf({ limit: 9, after: { store: sampleId("6", 0), object: object(0) } })).toEqual(
          [],
        );
      });

      test("only what is owed can be paid", async () => {
        await commit(firstCommit().intent, [store1]);
        await rows.paid(store2, object(12), 44);
        await rows.paid(store2, object(12), 55);
        await rows.paid(store1, object(1), 66);
        await rows.paid(store3, object(1), 77);
        await replace({ replaced: [{ store: store1, object: object(11) }] });
        await rows.paid(store1, object(11), 88);
        expect(await rows.pageObjects({ limit: 9 })).toMatchObject([
          { name: object(1), sizeBytes: 1000 },
          { name: object(11), state: "condemned", sizeBytes: 0 },
          { name: object(2), sizeBytes: 2000 },
          { name: object(12), state: "live", sizeBytes: 44 },
        ]);
      });

      test("contents are ascending by offset", async () => {
        const many = [40, 10, 30].map((offset, at) => version(at + 1, [place(store1, object(1), offset)]));
        await commit(sampleIntent(1, { versions: many }));
        const contents = await rows.contents(store1, object(1));
        expect(contents.map(({ offset }) => offset)).toEqual([10, 30, 40]);
      });
    });

    describe("restore", () => {
      const { intent, made } = firstCommit();

      test("gives back what a dump holds, in any order and any pieces", async () => {
        await commit(intent);
        const dump = await dumpRows(rows);
        await rows.close();
        rows = await open();
        await restore({
          versions: dump.versions.map((row) => ({ ...row, places: row.places.with(1, null) })),
        });
        await restore({ objects: dump.objects });
        await restore({ links: dump.links });
        await restore({ versions: dump.versions });
        expect(await dumpRows(rows)).toEqual(dump);
        await rows.restore({ ...dump, erased: [] });
        expect(await dumpRows(rows)).toEqual(dump);
      });

      test("what is there stays", async () => {
        await commit(intent);
        const dump = await dumpRows(rows);
        const elsewhere = [place(store3, object(9)), place(store3, object(9), 5)];
        await restore({
          links: [{ ...link(chartA, 1, { generation: 7 }), batch: sampleId("b", 9) }],
          versions: [{ ...made, batch: sampleId("b", 9), envelope: Uint8Array.of(9), places: elsewhere }],
          objects: [{ ...fragmentObject(store1, object(1), 5), state: "condemned" }],
        });
        expect(await dumpRows(rows)).toEqual(dump);
      });

      test("what was not known is filled in", async () => {
        await restore({ versions: [{ ...made, envelope: undefined, places: [] }] });
        expect(await versionNow(made.version)).toMatchObject({ envelope: undefined, places: [] });
        await restore({ versions: [{ ...made, places: [null, made.places[1]!] }] });
        expect(await versionNow(made.version)).toEqual({ ...made, places: [null, made.places[1]] });
        await restore({ versions: [made], erased: [made.version, sampleId("e", 99)] });
        expect(await versionNow(made.version)).toEqual({ ...made, erased: true });
        await restore({ versions: [made] });
        expect(await versionNow(made.version)).toEqual({ ...made, erased: true });
      });

      test("a child may come before its parent", async () => {
        const { batch } = intent;
        await restore({ links: [{ ...link(chartA, 2, { previous: [1] }), batch }] });
        await restore({ links: [{ ...link(chartA, 1), batch }] });
        expect(await rows.heads(chartA)).toEqual([sampleHash(2)]);
      });

      test("links of one hash in two charts are two", async () => {
        const { batch } = intent;
        await restore({ links: [chartA, chartB].map((chart) => ({ ...link(chart, 1), batch })) });
        expect(await rows.heads(chartA)).toEqual(await rows.heads(chartB));
        expect((await rows.batch(batch)).links.map(({ chart }) => chart)).toEqual([chartA, chartB]);
      });
    });

    test("versions are answered in the order asked for, and page by id and chart", async () => {
      const versions = Array.from({ length: 10 }, (_, at) => ({
        ...version(at, []),
        chart: at % 3 === 0 ? chartB : chartA,
        batch: sampleId("b", 1),
        erased: false,
      }));
      await restore({ versions: versions.toReversed() });
      const ids = versions.map((row) => row.version);
      const asked = [ids[4]!, sampleId("e", 99), ids[1]!];
      expect((await rows.versions(asked)).map((row) => row.version)).toEqual([ids[4], ids[1]]);
      const page = await rows.page({ of: "versions", chart: chartB, after: ids[0]!, limit: 2 });
      const expected = [3, 6].map((at) => ({
        id: ids[at],
        chart: chartB,
        record: sampleId("a", at),
        erased: false,
      }));
      expect(page).toEqual(expected);
      expect((await rows.page({ of: "versions", limit: 4 })).map(({ id }) => id)).toEqual(ids.slice(0, 4));
      expect(await rows.page({ of: "versions", chart: sampleId("c", 9), limit: 4 })).toEqual([]);
      expect((await rows.pageVersions({ after: ids[7]!, limit: 4 })).map((row) => row.version)).toEqual(
        ids.slice(8),
      );
      expect(await rows.page({ of: "charts", limit: 1 })).toEqual([
        { id: chartA, chart: chartA, record: undefined, erased: false },
      ]);
      expect((await rows.page({ of: "charts", after: chartA, limit: 9 })).map(({ id }) => id)).toEqual([
        chartB,
      ]);
    });

    test("totals count what is there, store by store", async () => {
      await commit(firstCommit().intent, [store1]);
      const counted = { objects: 2, sizeBytes: 1000, fragments: 1, owed: 0, condemned: 0 };
      const stores = [
        { store: store1, ...counted },
        { store: store2, ...counted, objects: 1, sizeBytes: 2000, owed: 1 },
      ];
      expect(await rows.totals()).toEqual({ charts: 1, records: 1, versions: 1, erased: 0, stores });
      await replace({ replaced: [{ store: store2, object: object(2) }] });
      await rows.paid(store2, object(12), 10);
      const after = { ...counted, objects: 1, sizeBytes: 10, condemned: 1 };
      expect((await rows.totals()).stores[1]).toEqual({ store: store2, ...after });
      await rows.forget(store2, object(2));
      await rows.forget(store2, object(12));
      expect((await rows.totals()).stores).toEqual([stores[0]]);
    });

    test("jobs are kept until they end", async () => {
      await rows.saveJob("repair", "page 1");
      await rows.saveJob("repair", "page 2");
      await rows.saveJob("verify", "");
      expect([await rows.job("repair"), await rows.job("verify")]).toEqual(["page 2", ""]);
      await rows.saveJob("repair", undefined);
      expect(await rows.job("repair")).toBeUndefined();
    });
  });
}
