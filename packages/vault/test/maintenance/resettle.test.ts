import { equalBytes } from "@chirograph/core";
import { readAll, type Store, StoreError } from "@chirograph/stores";
import { createMemoryStore } from "@chirograph/stores/memory";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import type { VaultErrorCode } from "../../src/error.ts";
import { compactVault } from "../../src/keeper/compact/compact.ts";
import { evacuateStore } from "../../src/keeper/evacuate/evacuate.ts";
import { HEADER_NAME, openHeader, sealHeader } from "../../src/keeper/header.ts";
import { rebalanceVault } from "../../src/keeper/rebalance/rebalance.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { renewHeaders } from "../../src/keeper/resettle/renew-headers.ts";
import { giveUpResettling, type ResettlePlan, resettleVault } from "../../src/keeper/resettle/resettle.ts";
import { sweepVault } from "../../src/keeper/sweep/sweep.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { idOf, refusal } from "../keeper/fixtures.ts";
import { engine, overwrite, silentStore, thePeople, type Vault } from "./fixture.ts";
import { expectPolicy, expectWhole, loadsOf, namesOn, settleAndExpectWhole } from "./moving.ts";
import {
  aVault,
  type Begun,
  evacuated,
  NEW,
  opened,
  planFor,
  reindexed,
  storeOf,
  withoutStore,
  withStore,
} from "./resettling.ts";

describe("a store that comes", () => {
  test("has every statement and its header, and takes what a rebalance gives it", async () => {
    const { vault } = await aVault();
    const store = createMemoryStore();
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, store]]);
    const { headers, owing, writtenStatements } = await resettleVault(vault.keeping, plan);
    expect(owing).toEqual([]);
    expect(writtenStatements).toBe(3);
    expect(await namesOn(store)).toHaveLength(3);
    const { ada } = await thePeople();
    for (const [id, at] of plan.stores) {
      const bytes = await readAll(at, HEADER_NAME);
      expect(equalBytes(bytes, headers.get(id)!)).toBe(true);
      expect(await openHeader(engine, bytes, ada)).toMatchObject({ store: id, settings: plan.settings });
    }

    const after = opened(vault, plan, headers);
    await expectWhole(after);
    await rebalanceVault(after.keeping);
    expect((await loadsOf(after.keeping)).every((fragments) => fragments > 0)).toBe(true);
    await expectPolicy(after);
    await settleAndExpectWhole(after);
  });

  test("whoever was open before commits nothing any more, whoever opens it then does", async () => {
    const { vault, scribe } = await aVault();
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    const { headers } = await resettleVault(vault.keeping, plan);
    await expect(scribe.put([20])).rejects.toThrow(refusal("outdated"));
    const after = opened(vault, plan, headers);
    await scribe.over(after).put([20]);
    await expectWhole(after);
  });

  test("whoever was open before repairs and moves nothing, and puts no header back", async () => {
    const { vault } = await aVault();
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    const { headers } = await resettleVault(vault.keeping, plan);
    for (const job of [
      () => repairVault(vault.keeping, { headers: vault.headers }),
      () => verifyVault(vault.keeping, { headers: vault.headers }),
      () => rebalanceVault(vault.keeping),
      () => compactVault(vault.keeping),
      () => sweepVault(vault.keeping),
      () => evacuateStore(vault.keeping, idOf(1)),
    ]) {
      await expect(job()).rejects.toThrow(refusal("outdated"));
    }
    await expectWhole(opened(vault, plan, headers));
  });

  test("a reindex over it and few of the others knows everything, and says so", async () => {
    const { vault } = await aVault(4);
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    await resettleVault(vault.keeping, plan);
    // N = 5, f = 1: without any one of them.
    for (const away of plan.stores.keys()) {
      const others = [...plan.stores].filter(([id]) => id !== away).map(([, store]) => store);
      const { settings, proven, versions } = await reindexed(others);
      expect(settings).toEqual(plan.settings);
      expect({ proven, versions }).toEqual({ proven: true, versions: 4 });
    }
  });

  test("beside puts: each is there afterwards, or was refused and is put again", async () => {
    const { vault, scribe } = await aVault(4);
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    let versions = 4;
    const putting = (async () => {
      // More than a change takes.
      for (let puts = 0; puts < 500; puts++) {
        await scribe.put([20]);
        versions++;
      }
    })();
    const ended = putting.catch((error: unknown) => error);
    const { headers } = await resettleVault(vault.keeping, plan);
    expect(await ended).toEqual(refusal("outdated"));
    const after = opened(vault, plan, headers);
    await scribe.over(after).put([20]);
    await expectWhole(after);
    expect(await reindexed(after.stores.values())).toMatchObject({ proven: true, versions: versions + 1 });
  });

  test("of several, all come in one", async () => {
    const { vault } = await aVault(3);
    const ids = [idOf(0xa1), idOf(0xa2), idOf(0xa3)];
    const settings = { ...vault.keeping.settings, generation: 2 };
    const plan = await planFor(
      vault,
      { ...settings, stores: [...settings.stores, ...ids.map(storeOf)] },
      ids.map((id) => [id, createMemoryStore()] as const),
    );
    const { headers } = await resettleVault(vault.keeping, plan);
    await expectWhole(opened(vault, plan, headers));
  });

  test("one of the others that is away owes its header, which repair gives it", async () => {
    const { vault } = await aVault();
    const [away] = [...vault.stores.keys()];
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    const stores = new Map(plan.stores).set(away!, silentStore());
    const { headers, owing } = await resettleVault(vault.keeping, { ...plan, stores });
    expect(owing).toEqual([away]);
    const after = opened(vault, plan, headers);
    const { repairable } = await verifyVault(after.keeping, { headers });
    expect(repairable).toEqual([{ kind: "header damaged", store: away, object: HEADER_NAME }]);
    // Its header of before is no lie: a reindex takes what the others say, and the store for the one that it is.
    expect(await reindexed(plan.stores.values())).toMatchObject({ settings: plan.settings, proven: true });
    await repairVault(after.keeping, { headers });
    await expectWhole(after);
  });

  test.each<[string, VaultErrorCode, (vault: Vault, plan: ResettlePlan) => Promise<ResettlePlan>]>([
    [
      "is another vault's",
      "exists",
      async (_, plan) => {
        const { ben } = await thePeople();
        const theirs = { ...plan.settings, founder: ben.recipient, owners: [ben.recipient] };
        const catalogueKey = new Uint8Array(32).fill(3);
        const header = await sealHeader(engine, {
          settings: theirs,
          catalogueKey,
          store: NEW,
          founder: ben,
        });
        await plan.stores.get(NEW)!.put(HEADER_NAME, { sizeBytes: header.length, bytes: [header] });
        return plan;
      },
    ],
    [
      "does not answer",
      "stores-missing",
      async (_, plan) => ({ ...plan, stores: new Map(plan.stores).set(NEW, silentStore()) }),
    ],
    [
      "comes by the word of somebody else than the founder",
      "not-owner",
      async (_, plan) => ({ ...plan, founder: (await thePeople()).ben }),
    ],
    [
      "comes with another policy",
      "malformed",
      async (_, { settings, ...plan }) => ({
        ...plan,
        settings: { ...settings, policy: { ...settings.policy, tolerate: 1 } },
      }),
    ],
    [
      "comes with another weight of one that is there",
      "malformed",
      async (_, { settings, ...plan }) => ({
        ...plan,
        settings: { ...settings, stores: settings.stores.map((store) => ({ ...store, weight: 2 })) },
      }),
    ],
    [
      "comes a generation too late",
      "malformed",
      async (_, { settings, ...plan }) => ({ ...plan, settings: { ...settings, generation: 3 } }),
    ],
  ])("one that %s is refused, and nothing is changed", async (_, code, spoil) => {
    const { vault, scribe } = await aVault();
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    await expect(resettleVault(vault.keeping, await spoil(vault, plan))).rejects.toThrow(refusal(code));
    await scribe.put([20]);
    await expectWhole(vault);
  });

  test("with too few of the others there it is refused, and nothing is changed", async () => {
    const { vault, scribe } = await aVault();
    const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    const few = new Map([...vault.stores].slice(0, 4));
    const before = { ...vault.keeping, stores: few };
    await expect(resettleVault(before, plan)).rejects.toThrow(refusal("stores-missing"));
    await scribe.put([20]);
    await expectWhole(vault);
  });
});

describe("a store that goes", () => {
  test("is not one of the vault's any more, nor one that leaves", async () => {
    const { vault, scribe, going, plan } = await evacuated(9);
    const { headers } = await resettleVault(vault.keeping, plan);
    const after = opened(vault, plan, headers);
    await expectWhole(after);
    await scribe.over(after).put([20]);
    await expectWhole(after);
    expect(await namesOn(vault.stores.get(going)!)).toEqual([]);
    expect(await reindexed(after.stores.values())).toMatchObject({ settings: plan.settings, proven: true });
    // Its header went, too, and what is given as a store and is none is named.
    const { problems, stores } = await reindexed(vault.stores.values());
    expect(problems).toEqual([{ kind: "header", at: 3 }]);
    expect(stores.has(going)).toBe(false);
  });

  test("one that was not evacuated stays", async () => {
    const { vault, scribe } = await aVault(9);
    const plan = await planFor(vault, withoutStore(vault.keeping.settings, idOf(4)));
    await expect(resettleVault(vault.keeping, plan)).rejects.toThrow(/was not evacuated/);
    await scribe.put([20]);
    await expectWhole(vault);
  });

  test("one that is lost goes with what it had to delete, if that is said", async () => {
    const { vault, going, plan } = await evacuated(9);
    const object = "f".repeat(32);
    const { rows } = vault.keeping;
    await rows.restore({
      links: [],
      versions: [],
      erased: [],
      objects: [
        {
          store: going,
          name: object,
          sizeBytes: 1,
          kind: "fragment",
          state: "condemned",
          batch: undefined,
          envelopes: false,
        },
      ],
    });
    await expect(resettleVault(vault.keeping, plan)).rejects.toThrow(/still to delete/);
    const { headers } = await resettleVault(vault.keeping, { ...plan, lost: true });
    expect(await rows.pageObjects({ store: going, limit: 1 })).toEqual([]);
    await expectWhole(opened(vault, plan, headers));
  });

  test("without which no policy is left stays", async () => {
    const { vault } = await aVault(4);
    const settings = withoutStore(withoutStore(vault.keeping.settings, idOf(1)), idOf(2));
    const plan = await planFor(vault, { ...settings, generation: 2 });
    await expect(resettleVault(vault.keeping, plan)).rejects.toThrow(refusal("malformed"));
  });
});

async function coming(): Promise<Begun> {
  const { vault, scribe } = await aVault(4);
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
  return { vault, scribe, plan };
}

function failingSecondHeader(store: Store, count: () => number): Store {
  return {
    ...store,
    promises: store.promises,
    get: (name, range, options) => store.get(name, range, options),
    head: (name, options) => store.head(name, options),
    list: (request, options) => store.list(request, options),
    delete: (name, options) => store.delete(name, options),
    async put(name, body, options) {
      if (name === HEADER_NAME && count() > 1) throw new StoreError("unavailable", "gone");
      return store.put(name, body, options);
    },
  };
}

describe("cut short at any call", () => {
  class Cut extends Error {}

  /** Counts the calls that a run makes of stores and rows; from one of them on, nothing is done any more. */
  class Fuse {
    calls = 0;
    readonly #last: number;

    constructor(last: number) {
      this.#last = last;
    }

    over<T extends object>(target: T): T {
      return new Proxy(target, {
        get: (from, key) => {
          const value: unknown = Reflect.get(from, key);
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => {
            if (++this.calls > this.#last) throw new Cut();
            return Reflect.apply(value, from, args) as unknown;
          };
        },
      });
    }
  }

  function fused({ keeping }: Vault, plan: ResettlePlan, fuse: Fuse): Promise<unknown> {
    const over = (stores: ReadonlyMap<Id, Store>): Map<Id, Store> =>
      new Map(Array.from(stores, ([id, store]) => [id, fuse.over(store)]));
    const before = { ...keeping, rows: fuse.over(keeping.rows), stores: over(keeping.stores) };
    return resettleVault(before, { ...plan, stores: over(plan.stores) });
  }

  const changes: readonly (readonly [string, () => Promise<Begun>])[] = [
    ["comes", coming],
    ["goes", async () => evacuated(5)],
  ];

  test.each(changes)(
    "nothing is lost when a store %s, what a reindex says is so, and the next run ends it",
    { timeout: 240_000 },
    async (_, begin) => {
      let isCut = true;
      let last = 0;
      for (; isCut; last++) {
        const { vault, scribe, plan } = await begin();
        isCut = await isCutShort(fused(vault, plan, new Fuse(last)));

        // Either the vault is as it was, or it waits for the next run.
        const isOpen = await scribe.put([20]).then(
          () => true,
          (error: unknown) => {
            expect(error).toEqual(refusal("outdated"));
            return false;
          },
        );
        const all = [...plan.stores.values()];
        for (const away of all) {
          const { proven, versions, settings } = await reindexed(all.filter((store) => store !== away));
          expect(!proven || versions === (isOpen ? 5 : 4)).toBe(true);
          expect(settings.generation === 1 || !isOpen).toBe(true);
        }
        const { headers } = await resettleVault(vault.keeping, plan);
        const after = opened(vault, plan, headers);
        await expectWhole(after);
        expect((await reindexed(after.stores.values())).versions).toBe(isOpen ? 5 : 4);
      }
      expect(last).toBeGreaterThan(40);
    },
  );

  async function isCutShort(run: Promise<unknown>): Promise<boolean> {
    try {
      await run;
      return false;
    } catch (error) {
      if (error instanceof Cut) return true;
      throw error;
    }
  }

  test.each(changes)("when a store %s it can be given up until a store was told of it", async (_, begin) => {
    let [isCut, givenUp] = [true, 0];
    const refusals: unknown[] = [];
    for (let last = 0; isCut; last++) {
      const { vault, scribe, plan } = await begin();
      isCut = await isCutShort(fused(vault, plan, new Fuse(last)));
      const refused = await giveUpResettling(vault.keeping, plan.settings).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refused !== undefined) {
        refusals.push(refused);
        continue;
      }
      givenUp++;
      await scribe.put([20]);
      await expectWhole(vault);
      expect(await vault.keeping.rows.pageObjects({ store: NEW, limit: 1 })).toEqual([]);
    }
    expect(givenUp).toBeGreaterThan(20);
    expect(refusals.length).toBeGreaterThan(10);
    expect(refusals).toEqual(refusals.map(() => refusal("busy")));
  });

  test("others cannot be told of other settings then", async () => {
    const { vault } = await aVault(4);
    const first = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
    let headersWritten = 0;
    const failing = new Map(
      Array.from(first.stores, ([id, store]) => [id, failingSecondHeader(store, () => ++headersWritten)]),
    );
    await expect(resettleVault(vault.keeping, { ...first, stores: failing })).rejects.toThrow(
      refusal("stores-missing"),
    );
    const other = idOf(0xdef);
    const second = await planFor(vault, withStore(vault.keeping.settings, other), [
      [other, createMemoryStore()],
    ]);
    await expect(resettleVault(vault.keeping, second)).rejects.toThrow(refusal("busy"));
    const { headers } = await resettleVault(vault.keeping, first);
    await expectWhole(opened(vault, first, headers));
  });
});

test("settings that a store shows from before are not believed, however many do", async () => {
  const { vault } = await aVault(7);
  const old = new Map<Id, Uint8Array>();
  for (const [id, store] of vault.stores) old.set(id, await readAll(store, HEADER_NAME));
  const plan = await planFor(vault, withStore(vault.keeping.settings), [[NEW, createMemoryStore()]]);
  const { headers } = await resettleVault(vault.keeping, plan);
  const back = [...vault.stores.keys()].slice(0, 6);
  for (const id of back) await overwrite(vault.stores.get(id)!, HEADER_NAME, old.get(id)!);
  const { settings, problems, rows, headers: known } = await reindexed(plan.stores.values());
  expect(settings).toEqual(plan.settings);
  expect(problems.flatMap((problem) => (problem.kind === "header" ? (problem.store ?? []) : []))).toEqual(
    back,
  );
  const after = opened(vault, plan, headers);
  await repairVault(after.keeping, { headers });
  await expectWhole(after);

  // A catalogue that was made again has no copies of those headers: their founder makes new ones.
  for (const id of back) await overwrite(vault.stores.get(id)!, HEADER_NAME, old.get(id)!);
  expect([...known.keys()]).toEqual([...vault.stores.keys()].slice(6).concat(NEW));
  const again = { ...after.keeping, rows };
  const { ada: founder, ben } = await thePeople();
  await expect(renewHeaders(again, { founder: ben })).rejects.toThrow(refusal("not-owner"));
  const renewed = await renewHeaders(again, { founder });
  expect(renewed.owing).toEqual([]);
  await expectWhole({ ...after, keeping: again, headers: renewed.headers });
});
