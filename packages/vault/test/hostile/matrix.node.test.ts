// Every hostile behaviour, by every set of stores that may be lost, in everything that is done without writing a record.
import { type Behaviour, behaviours } from "@chirograph/stores/hostile";
import { beforeAll, describe, expect, test } from "vitest";
import { reindexVault } from "../../src/keeper/reindex/reindex.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import { verifyVault } from "../../src/keeper/verify/verify.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { engine, people, refusal } from "../chart/fixtures.ts";
import {
  expectAllReadable,
  expectClean,
  expectExactly,
  expectInSet,
  expectOnly,
  NOBODY,
} from "./expecting.ts";
import { inTime, setsFor } from "./extent.ts";
import { isSeenByNobody, isSeenByReaders } from "./seen-by.ts";
import { accusedBy, accusedByReindex, accusedByVerify, unlock } from "./looking.ts";
import { makeScene, type Scene } from "./scene.ts";
import { inHands, type Trial, tryIt, vaultOver } from "./trial.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await makeScene();
});

/** Whoever writes there sees no more than that an object of the right length is there: `verify` sees what it is. */
const keepsUpAppearances: ReadonlySet<string> = new Set([
  "flip a bit",
  "another object",
  "another vault's object",
  "index swap",
  "different answers",
]);

type Expectation = (trial: Trial, behaviour: Behaviour) => Promise<void>;

const expectReading: Expectation = async (trial) => {
  const { vault, hostile } = trial;
  await expectAllReadable(trial, scene, scene.versions, hostile);
  const chart = await unlock(vault, scene);
  const listed = chart
    .records()
    .flatMap(({ record, versions }) => versions.map((one) => ({ ...one, record })))
    .filter(({ erased }) => !erased)
    .map(({ record, version }) => `${record}/${version}`);
  const expected = scene.versions.map(({ record, version }) => `${record}/${version}`);
  expect(listed.toSorted()).toEqual(expected.toSorted());
  const { record, version } = scene.erased;
  await expect(chart.open(record, version)).rejects.toEqual(refusal("erased"));
};

const expectVerification: Expectation = async ({ keeping, hostile }, { name }) => {
  const report = await verifyVault(keeping, { headers: scene.headers });
  expect(report.lost).toEqual([]);
  expectExactly(accusedByVerify(report), isSeenByReaders(name) ? hostile : NOBODY);
};

const expectRepair: Expectation = async (trial, { name }) => {
  const { keeping, hostile } = trial;
  const { headers, versions } = scene;
  const report = await repairVault(keeping, { headers });
  expect(report.lost).toEqual([]);
  const accused = [...accusedBy(report.atRisk), ...report.unreachable];
  expectOnly(accused, hostile);
  if (!keepsUpAppearances.has(name)) expectExactly(accused, isSeenByReaders(name) ? hostile : NOBODY);
  await expectAllReadable(trial, scene, versions, hostile);
  // Whatever they made repair believe, nobody needs them.
  await expectAllReadable(vaultOver(trial, { without: hostile }), scene, versions, hostile);

  trial.repent();
  await repairVault(keeping, { headers });
  expectClean(await verifyVault(keeping, { headers }));
  await expectAllReadable(trial, scene, versions, NOBODY);
};

const expectReindex: Expectation = async (trial, { name }) => {
  const { hostile, stores } = trial;
  const { versions, headers, chart, settings } = scene;
  const rows = createMemoryRows();
  const given = [...stores];
  const plan = { stores: given.map(([, store]) => store), identity: people.ada, rows };
  const report = await reindexVault(engine, plan);
  expect(report).toMatchObject({ proven: true, charts: 1, versions: versions.length + 1, settings });
  const accused = accusedByReindex(report, given);
  expectOnly(accused, hostile);
  const hashes = (await rows.links(chart)).map(({ hash }) => hash);
  expect(hashes).toEqual(scene.rows.links.map(({ hash }) => hash));

  const over = vaultOver(trial, { rows });
  await expectAllReadable(over, scene, versions, hostile);
  const verified = await verifyVault(over.keeping, { headers });
  expect(verified.lost).toEqual([]);
  const named = [...accused, ...accusedByVerify(verified)];
  expectExactly(named, isSeenByNobody(name) ? NOBODY : hostile);
};

const operations: readonly (readonly [string, Expectation])[] = [
  ["get, range and list", expectReading],
  ["verify", expectVerification],
  ["repair", expectRepair],
  ["reindex", expectReindex],
];

describe.each(operations.map(([name, expectation], index) => ({ name, expectation, index })))(
  "$name",
  ({ expectation, index }) => {
    test.each(behaviours)("$name", inTime, async (behaviour) => {
      for (const hostile of setsFor(behaviour, index)) {
        const trial = await tryIt(scene, inHands(behaviour, hostile));
        await expectInSet(hostile, () => expectation(trial, behaviour));
      }
    });
  },
);
