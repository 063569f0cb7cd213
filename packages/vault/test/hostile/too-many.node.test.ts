// One hostile store more than may be lost: what is asked for is refused or right, and never wrong.
import { behaviours } from "@chirograph/stores/hostile";
import { beforeAll, expect, test } from "vitest";
import { VaultError } from "../../src/error.ts";
import { reindexVault, type ReindexReport } from "../../src/keeper/reindex/reindex.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { engine, people } from "../chart/fixtures.ts";
import { expectAllReadable, expectInSet, expectOnly, NOBODY } from "./expecting.ts";
import { inTime, tooManyFor } from "./extent.ts";
import { accusedBy, accusedByVerify, readAllOf, unlock } from "./looking.ts";
import { makeScene, type Scene } from "./scene.ts";
import { inHands, type Trial, tryIt, vaultOver } from "./trial.ts";

let scene: Scene;
/** Versions that were refused, of all behaviours. */
let refusals = 0;

beforeAll(async () => {
  scene = await makeScene();
});

/** @throws Error for wrong bytes */
async function expectRefusedOrRight({
  vault,
  hostile,
}: Pick<Trial, "vault" | "hostile">): Promise<VaultError[]> {
  const { refused, accused } = await readAllOf(await unlock(vault, scene), scene.versions);
  refusals += refused.length;
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(refused.map(() => "stores-missing")));
  expectOnly(accused, hostile);
  return [...refused];
}

async function reindexed(trial: Trial): Promise<ReindexReport | undefined> {
  const rows = createMemoryRows();
  try {
    const report = await reindexVault(engine, {
      stores: [...trial.stores.values()],
      identity: people.ada,
      rows,
    });
    const over = vaultOver(trial, { rows });
    // Of what they hid nobody knows that it was theirs: such a refusal names no store.
    await expectRefusedOrRight({ ...over, hostile: trial.hostile });
    return report;
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

test.each(behaviours)("$name", inTime, async (behaviour) => {
  for (const hostile of tooManyFor(behaviour)) {
    await expectInSet(hostile, async () => {
      const refused = await expectRefusedOrRight(await tryIt(scene, inHands(behaviour, hostile)));
      expect(refused.filter(({ stores }) => stores.length === 0)).toEqual([]);

      const verified = await verifyVault((await tryIt(scene, inHands(behaviour, hostile))).keeping);
      expectOnly(accusedByVerify(verified), hostile);

      expect(await reindexed(await tryIt(scene, inHands(behaviour, hostile)))).toBeDefined();

      // Repair makes nothing worse: what they let be read again is there.
      const trial = await tryIt(scene, inHands(behaviour, hostile));
      const report = await repairVault(trial.keeping, { headers: scene.headers });
      expectOnly([...accusedBy([...report.atRisk, ...report.lost]), ...report.unreachable], hostile);
      trial.repent();
      await expectAllReadable(trial, scene, scene.versions, NOBODY);
    });
  }
});

test("some of all that was asked for had to be refused", () => {
  expect(refusals).toBeGreaterThan(20);
});
