// Two stores, each hostile in a way of its own: a small part of all such pairs, in Node and in Chromium.
import { behaviours } from "@chirograph/stores/hostile";
import { beforeAll, expect, test } from "vitest";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { expectAllReadable, expectClean, expectExactly, expectOnly } from "./expecting.ts";
import { accusedBy, accusedByVerify } from "./looking.ts";
import { makeScene, type Scene } from "./scene.ts";
import { isSeenByReaders } from "./seen-by.ts";
import { setsOf } from "./sets.ts";
import { tryIt, vaultOver } from "./trial.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await makeScene();
});

const pairs = setsOf(2);
/** Every behaviour beside the one that is so many behind it. */
const FURTHER = 8;

test.each(
  behaviours.map((one, index) => ({ one, other: behaviours[(index + FURTHER) % behaviours.length]!, index })),
)("$one.name and $other.name", async ({ one, other, index }) => {
  const { headers, versions } = scene;
  const hostile = pairs[(11 * index) % pairs.length]!;
  const hands = new Map([
    [hostile[0]!, one],
    [hostile[1]!, other],
  ]);
  await expectAllReadable(await tryIt(scene, hands), scene, versions, hostile);

  const verified = await verifyVault((await tryIt(scene, hands)).keeping, { headers });
  expect(verified.lost).toEqual([]);
  const seen = [...hands].flatMap(([id, { name }]) => (isSeenByReaders(name) ? [id] : []));
  expectExactly(accusedByVerify(verified), seen);

  const trial = await tryIt(scene, hands);
  const { lost, atRisk, unreachable } = await repairVault(trial.keeping, { headers });
  expect(lost).toEqual([]);
  expectOnly([...accusedBy(atRisk), ...unreachable], hostile);
  await expectAllReadable(vaultOver(trial, { without: hostile }), scene, versions, hostile);
  trial.repent();
  await repairVault(trial.keeping, { headers });
  expectClean(await verifyVault(trial.keeping, { headers }));
});
