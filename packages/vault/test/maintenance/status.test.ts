import { describe, expect, test } from "vitest";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { knownLosses } from "../../src/keeper/status/at-risk.ts";
import { latencies } from "../../src/keeper/status/latency.ts";
import { makeVault, Scribe, silentStore, withStores } from "./fixture.ts";

describe("versions that lack something", () => {
  test("are counted by what the rows know, and no more once they are repaired or erased", async () => {
    const vault = await makeVault(8, { tolerate: 2 });
    const scribe = await Scribe.begin(vault);
    const [first] = await scribe.put([10]);
    await scribe.put([20]);
    const { rows } = vault.keeping;
    expect(await knownLosses(vault.keeping)).toEqual({ incomplete: 0, tooFew: 0 });
    const [row] = await rows.versions([first!.version]);
    for (const [index, place] of row!.places.entries()) {
      const expected = index <= 1 ? { incomplete: 1, tooFew: 0 } : { incomplete: 0, tooFew: 1 };
      if (index === 3) break;
      await rows.forget(place!.store, place!.object);
      expect(await knownLosses(vault.keeping)).toEqual(expected);
    }
    // What the rows forgot lies there still, and reindex would find it; repair cannot.
    expect((await repairVault(vault.keeping, { headers: vault.headers })).lost).not.toEqual([]);
    await scribe.erase(first!);
    expect(await knownLosses(vault.keeping)).toEqual({ incomplete: 0, tooFew: 0 });
  });
});

test("a store's latency is that of its header; none for one that does not answer, or has no header", async () => {
  const vault = await makeVault(3);
  const [slow, silent, empty] = vault.keeping.settings.stores.map(({ id }) => id) as [string, string, string];
  const inner = vault.stores.get(slow)!;
  await vault.stores.get(empty)!.delete("vault");
  const hurt = withStores(vault, (stores) => {
    stores.set(silent, silentStore());
    stores.set(slow, {
      ...silentStore(),
      async head(name, options) {
        vault.clock.now += 250;
        return inner.head(name, options);
      },
    });
  });
  expect(await latencies(hurt.keeping, {})).toEqual(
    new Map([
      [slow, 250],
      [silent, null],
      [empty, null],
    ]),
  );
});
