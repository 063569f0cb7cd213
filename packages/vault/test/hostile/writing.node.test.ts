// Every hostile behaviour, by every set of stores that may be lost, while records are put and erased.
import { type Behaviour, behaviours } from "@chirograph/stores/hostile";
import { beforeAll, describe, expect, test } from "vitest";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import { VaultError } from "../../src/error.ts";
import { finishErasures } from "../../src/keeper/erase/finish-erasures.ts";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { engine, pattern, people, putAll, read, refusal, sourceOf } from "../chart/fixtures.ts";
import {
  expectAllReadable,
  expectClean,
  expectExactly,
  expectInSet,
  expectOnly,
  NOBODY,
} from "./expecting.ts";
import { fewerSetsFor, inTime } from "./extent.ts";
import { accusedByVerify, unlock } from "./looking.ts";
import { makeScene, type Original, type Scene } from "./scene.ts";
import { inHands, type Trial, tryIt, vaultOver } from "./trial.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await makeScene();
});

/** These lie to whoever lists, or about what is deleted. */
const showsNothingToWriters: ReadonlySet<string> = new Set([
  "lying list",
  "stale list",
  "duplicates in lists",
  "endless list",
  "resurrect deleted",
]);

const small = [pattern(900, 11), pattern(60_000, 12)] as const;
/** Streams into objects of its own. */
const large = pattern(1_050_000, 13);

/** A put that is refused, or what it acknowledged. */
async function tryToPut(
  chart: OpenChart,
  isLarge: boolean,
): Promise<{ put: Original[]; missing: string[] } | VaultError> {
  const sources = [
    { bytes: small[0], record: undefined },
    { bytes: small[1], record: scene.versions[0]!.record },
    ...(isLarge ? [{ bytes: large, record: undefined }] : []),
  ];
  try {
    const results = await putAll(
      chart,
      sources.map(({ bytes, record }) => sourceOf(bytes, record)),
    );
    return {
      put: results.map(({ record, version }, index) => ({ record, version, bytes: sources[index]!.bytes })),
      missing: results.flatMap(({ storesMissing }) => storesMissing),
    };
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
}

async function expectPut(trial: Trial, { name }: Behaviour): Promise<void> {
  const { keeping, vault, hostile } = trial;
  const { headers } = scene;
  const chart = await unlock(vault, scene);
  const outcome = await tryToPut(chart, hostile.length > 1);
  const versions = [...scene.versions];
  if (outcome instanceof VaultError) {
    expect([name, outcome.code, outcome.message, outcome.stores]).toEqual([
      name,
      "stores-missing",
      expect.anything(),
      hostile,
    ]);
  } else {
    expectOnly(outcome.missing, hostile);
    versions.push(...outcome.put);
  }
  await expectAllReadable(trial, scene, versions, hostile);
  await expectAllReadable(vaultOver(trial, { without: hostile }), scene, versions, hostile);
  const report = await verifyVault(keeping, { headers });
  expect(report.lost).toEqual([]);
  const missing = outcome instanceof VaultError ? outcome.stores : outcome.missing;
  expectExactly([...missing, ...accusedByVerify(report)], showsNothingToWriters.has(name) ? NOBODY : hostile);

  trial.repent();
  await repairVault(keeping, { headers });
  expectClean(await verifyVault(keeping, { headers }));
  await expectAllReadable(trial, scene, versions, NOBODY);
}

/** Such a keeper refuses what a store would be asked for in vain, and says whose it was. */
async function expectCheckedPut(trial: Trial, { name }: Behaviour): Promise<void> {
  const { hostile } = trial;
  const { vault } = vaultOver(trial, { checkFragments: true });
  const outcome = await tryToPut(await unlock(vault, scene), false);
  if (outcome instanceof VaultError) {
    expect(["stores-missing", "malformed"]).toContain(outcome.code);
    expect(outcome.stores.length).toBeGreaterThan(0);
    expectOnly(outcome.stores, hostile);
    await expectAllReadable(trial, scene, scene.versions, hostile);
  } else {
    expect(["acknowledge, then lose", "older version", "another object"]).not.toContain(name);
    await expectAllReadable(trial, scene, [...scene.versions, ...outcome.put], hostile);
  }
}

async function expectErasure(trial: Trial): Promise<void> {
  const { keeping, vault, hostile } = trial;
  const { headers } = scene;
  const chart = await unlock(vault, scene);
  const [victim, ...others] = scene.versions.toReversed();
  await chart.erase(victim!.record);
  const report = await finishErasures(keeping);
  expect([...report.erased, ...report.unfinished]).toEqual([victim!.version]);
  expectOnly(
    report.stores.flatMap(({ store, unreachable }) => (unreachable > 0 ? [store] : [])),
    hostile,
  );
  await expectAllReadable(trial, scene, others, hostile);
  await expectAllReadable(vaultOver(trial, { without: hostile }), scene, others, hostile);

  trial.repent();
  await repairVault(keeping, { headers });
  expect(await finishErasures(keeping)).toMatchObject({ unfinished: [] });
  expectClean(await verifyVault(keeping, { headers }));
  await expectAllReadable(trial, scene, others, NOBODY);
  // Whatever came back, the tombstone stands.
  const rows = createMemoryRows();
  await reindexVault(engine, { stores: [...trial.stores.values()], identity: people.ada, rows });
  const again = vaultOver(trial, { rows });
  await expect(read(await unlock(again.vault, scene), victim!.record, victim!.version)).rejects.toEqual(
    refusal("erased"),
  );
  expect(await finishErasures(again.keeping)).toMatchObject({ unfinished: [] });
}

const operations = [
  ["put", expectPut],
  ["put through a keeper that reads back", expectCheckedPut],
  ["erase", expectErasure],
] as const;

describe.each(operations.map(([name, expectation], index) => ({ name, expectation, index: index + 4 })))(
  "$name",
  ({ expectation, index }) => {
    test.each(behaviours)("$name", inTime, async (behaviour) => {
      for (const hostile of fewerSetsFor(behaviour, index)) {
        const trial = await tryIt(scene, inHands(behaviour, hostile));
        await expectInSet(hostile, () => expectation(trial, behaviour));
      }
    });
  },
);
