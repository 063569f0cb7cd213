import { StoreError } from "@chirograph/stores";
import { describe, expect, test } from "vitest";
import { compactVault } from "../../src/keeper/compact/compact.ts";
import { finishErasures } from "../../src/keeper/erase/finish-erasures.ts";
import { evacuateStore } from "../../src/keeper/evacuate/evacuate.ts";
import { rebalanceVault } from "../../src/keeper/rebalance/rebalance.ts";
import { fragmentsIn } from "../../src/keeper/moving/fragments-in.ts";
import { moveFragments } from "../../src/keeper/moving/move-fragments.ts";
import { sayKnowsEverything } from "../../src/keeper/reindex/whole.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { Reach } from "../../src/keeper/verify/reach.ts";
import { refusal } from "../keeper/fixtures.ts";
import {
  crashingAt,
  fragmentsOf,
  makeVault,
  objectsOf,
  overwrite,
  Scribe,
  type Vault,
  withStores,
} from "./fixture.ts";
import { entriesOn, expectPolicy, expectSame, expectWhole, settleAndExpectWhole } from "./moving.ts";

/** Objects of one fragment each, as many puts of one small record make them. */
async function scattered(puts: number, stores = 4): Promise<{ vault: Vault; scribe: Scribe }> {
  const vault = await makeVault(stores, { tolerate: stores === 2 ? 0 : 1 });
  const scribe = await Scribe.begin(vault);
  for (let put = 0; put < puts; put++) await scribe.put([10 + put]);
  return { vault, scribe };
}

describe("many small objects", () => {
  test("are put together, byte for byte; a second run finds nothing", async () => {
    const { vault } = await scattered(10);
    const before = await fragmentsOf(vault);
    for (const store of vault.stores.values())
      expect(await entriesOn(store)).toEqual(Array<number>(10).fill(2));
    const report = await compactVault(vault.keeping);
    expect(report).toMatchObject({
      rewrittenObjects: 40,
      copiedFragments: 80,
      rebuiltFragments: 0,
      deletedObjects: 40,
    });
    expect(report).toMatchObject({ atRisk: [], lost: [], unreachable: [] });
    for (const store of vault.stores.values()) expect(await entriesOn(store)).toEqual([20]);
    await expectSame(vault, before);
    await expectPolicy(vault);
    await expectWhole(vault);
    const objects = await objectsOf(vault);
    expect(await compactVault(vault.keeping)).toMatchObject({ rewrittenObjects: 0, writtenBytes: 0 });
    expect(await objectsOf(vault)).toEqual(objects);
  });

  test("a few are left as they are", async () => {
    const { vault } = await scattered(7);
    expect(await compactVault(vault.keeping)).toMatchObject({
      rewrittenObjects: 0,
      readBytes: expect.any(Number),
    });
  });

  test("what the store does not take anew is not told of as written again", async () => {
    const { vault } = await scattered(10);
    const [first] = vault.keeping.settings.stores;
    const inner = vault.stores.get(first!.id)!;
    const full = withStores(vault, (stores) =>
      stores.set(first!.id, {
        promises: inner.promises,
        put: () => Promise.reject(new StoreError("full", "no room")),
        get: (...args) => inner.get(...args),
        head: (...args) => inner.head(...args),
        list: (...args) => inner.list(...args),
        delete: (...args) => inner.delete(...args),
      }),
    );
    const report = await compactVault(full.keeping);
    expect(report).toMatchObject({ rewrittenObjects: 30, copiedFragments: 60 });
    expect(report.atRisk).toHaveLength(20);
  });

  test("a damaged fragment among them is rebuilt, not copied", async () => {
    const { vault } = await scattered(8);
    const before = await fragmentsOf(vault);
    const [row] = await vault.keeping.rows.pageObjects({ kind: "fragment", limit: 1 });
    const [hurt] = (await objectsOf(vault)).filter(({ name }) => name === row!.name);
    const bytes = hurt!.bytes.map((byte, index) => (index === 60 ? byte ^ 1 : byte));
    await overwrite(vault.stores.get(row!.store)!, row!.name, bytes);
    expect(await compactVault(vault.keeping)).toMatchObject({ copiedFragments: 63, rebuiltFragments: 1 });
    await expectSame(vault, before);
    await expectWhole(vault);
  });
});

test("an object that is mostly waste is written again without it, others stay as they are", async () => {
  const vault = await makeVault(4);
  const scribe = await Scribe.begin(vault);
  await scribe.put([3000, 3000, 3000, 3000]);
  const before = await fragmentsOf(vault);
  const { rows } = vault.keeping;
  const [wasteful, ...others] = await rows.pageObjects({ kind: "fragment", state: "live", limit: 10 });
  // Three of four fragments move out of it.
  const { fragments } = await fragmentsIn(vault.keeping, [wasteful!]);
  const leaving = fragments.slice(2).map((fragment) => ({ ...fragment, to: wasteful!.store }));
  await moveFragments(vault.keeping, new Reach(vault.stores, undefined), leaving, async () => undefined);

  const report = await compactVault(vault.keeping);
  expect(report).toMatchObject({ rewrittenObjects: 1, copiedFragments: 2, deletedObjects: 1 });
  const moved = leaving.reduce((sum, { place }) => sum + place.lengthBytes, 0);
  // Their rows in the table are of no use either.
  expect(report.freedBytes).toBe(moved + 33 * leaving.length);
  const live = await rows.pageObjects({ kind: "fragment", state: "live", limit: 10 });
  expect(live).not.toContainEqual(wasteful);
  for (const other of others) expect(live).toContainEqual(other);
  await expectSame(vault, before);
  await expectWhole(vault);
  expect(await compactVault(vault.keeping)).toMatchObject({ rewrittenObjects: 0, freedBytes: 0 });
});

test("stores that are leaving are left alone, and a catalogue that does not know everything is refused", async () => {
  const vault = await makeVault(9, { tolerate: 2 });
  const scribe = await Scribe.begin(vault);
  for (let put = 0; put < 9; put++) await scribe.put([10]);
  await evacuateStore(vault.keeping, vault.keeping.settings.stores[0]!.id);
  await compactVault(vault.keeping);
  expect(await entriesOn([...vault.stores.values()][0]!)).toEqual([]);
  await expectWhole(vault);
  await sayKnowsEverything(vault.keeping.rows, false);
  await expect(compactVault(vault.keeping)).rejects.toThrow(refusal("stores-missing"));
});

test.each(["before", "after"] as const)(
  "a crash %s every third write: the next run completes it",
  async (when) => {
    let hasCrashed = true;
    for (let index = when === "before" ? 0 : 1; hasCrashed; index += 3) {
      const { vault } = await scattered(8, 2);
      const before = await fragmentsOf(vault);
      const crashing = crashingAt(vault.keeping, index, when);
      await compactVault(crashing.keeping).catch(() => undefined);
      hasCrashed = crashing.hasCrashed();
      await compactVault(vault.keeping);
      await expectSame(vault, before);
      await settleAndExpectWhole(vault);
    }
  },
);

test("two at once, beside puts, an erasure, a rebalance and a repair: all is whole", async () => {
  const { vault, scribe } = await scattered(9);
  const before = await fragmentsOf(vault);
  const [erased] = await scribe.put([77]);
  await Promise.all([
    compactVault(vault.keeping),
    compactVault(vault.keeping),
    rebalanceVault(vault.keeping),
    repairVault(vault.keeping, { headers: vault.headers }),
    (async () => {
      for (let put = 0; put < 4; put++) await scribe.put([10 + put, 20]);
      await scribe.erase(erased!);
      await finishErasures(vault.keeping);
    })(),
  ]);
  await settleAndExpectWhole(vault);
  const now = await fragmentsOf(vault);
  for (const [name, hash] of before) expect(now.get(name)).toBe(hash);
  await expectPolicy(vault);
});
