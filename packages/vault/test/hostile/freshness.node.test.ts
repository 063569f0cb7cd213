// Rollback: stores that show what they once held, when an honest one was away at the last commit and another one later.
import { toHex } from "@chirograph/core";
import { behaviours } from "@chirograph/stores/hostile";
import { beforeAll, describe, expect, test } from "vitest";
import type { Hash, Id } from "../../src/catalogue.ts";
import { reindexVault, type ReindexReport } from "../../src/keeper/reindex/reindex.ts";
import { repairVault } from "../../src/keeper/repair/repair.ts";
import type { Rows } from "../../src/keeper/rows.ts";
import { createMemoryRows } from "../../src/memory/memory-rows.ts";
import { createSeen, engine, people, refusal, word } from "../chart/fixtures.ts";
import { expectAllReadable, expectInSet, NOBODY } from "./expecting.ts";
import { inTime, isLong } from "./extent.ts";
import { unlock } from "./looking.ts";
import { makeScene, type Scene } from "./scene.ts";
import { setsOf, storeIds } from "./sets.ts";
import { inHands, type Trial, tryIt, vaultOver } from "./trial.ts";

const olderVersion = behaviours.find(({ name }) => name === "older version")!;
const SETS = [...setsOf(1), ...setsOf(2)];

let scene: Scene;

beforeAll(async () => {
  scene = await makeScene();
});

/** The stores that are honest, beginning at one of them. */
function honestFrom(hostile: readonly Id[], turn: number): Id[] {
  const honest = storeIds.filter((id) => !hostile.includes(id));
  const first = turn % honest.length;
  return [...honest.slice(first), ...honest.slice(0, first)];
}

/** A commit that some hostile stores acknowledge and roll back, and that these honest ones miss. */
async function commitWithout(trial: Trial, away: readonly Id[]): Promise<Hash[]> {
  const chart = await unlock(vaultOver(trial, { without: away }).vault, scene);
  await chart.setLabel("moved to ward 7");
  return chart.chart.heads.map(toHex);
}

async function reindexWithout(
  trial: Trial,
  silent: readonly Id[],
): Promise<{ report: ReindexReport; rows: Rows; heads: Hash[] }> {
  const rows = createMemoryRows();
  const stores = [...trial.stores].flatMap(([id, store]) => (silent.includes(id) ? [] : [store]));
  const report = await reindexVault(engine, { stores, identity: people.ada, rows });
  return { report, rows, heads: await rows.heads(scene.chart) };
}

/** Two are rolled back, two missed the commit, and four have it. */
async function rolledBack(): Promise<Trial & { readonly newest: Hash[]; readonly have: readonly Id[] }> {
  const hostile = storeIds.slice(0, 2);
  const trial = await tryIt(scene, inHands(olderVersion, hostile));
  const honest = storeIds.slice(2);
  const newest = await commitWithout(trial, honest.slice(0, 2));
  return { ...trial, newest, have: honest.slice(2) };
}

describe("N − f answers, whoever of them is rolled back", () => {
  /** So many ways to choose who misses the commit and who does not answer later. */
  const turns = isLong ? 6 : 1;

  test.each(
    SETS.map((hostile) => [hostile.map((id) => Number.parseInt(id, 16)).join(" and "), hostile] as const),
  )("%s: the newest, and proven so", inTime, async (_, hostile) => {
    for (let turn = 0; turn < turns; turn++) {
      const trial = await tryIt(scene, inHands(olderVersion, hostile));
      const honest = honestFrom(hostile, turn + Number.parseInt(hostile[0]!, 16));
      const newest = await commitWithout(trial, honest.slice(0, 2));
      // Those that missed it are back, and two of those that have it are away.
      const { report, heads } = await reindexWithout(trial, honest.slice(2, 4));
      await expectInSet(hostile, async () => {
        expect(report).toMatchObject({ proven: true, versions: scene.versions.length + 1 });
        expect(heads).toEqual(newest);
      });
    }
  });
});

describe("fewer answers", () => {
  test("may show what is older, and then it is said that nothing is proven", async () => {
    const { newest, have, ...trial } = await rolledBack();
    const { report, heads } = await reindexWithout(trial, have);
    expect(report.proven).toBe(false);
    expect(heads).not.toEqual(newest);
    for (let silent = 0; silent <= have.length; silent++) {
      const seen = await reindexWithout(trial, have.slice(0, silent));
      expect(seen.report.proven).toBe(silent <= 2);
      // One honest store that has it is enough to show it.
      expect(seen.heads.join() === newest.join()).toBe(silent < have.length);
    }
  });

  test("are refused by whoever has seen more, and believed by whoever has not", async () => {
    const { newest, have, ...trial } = await rolledBack();
    const seen = createSeen();
    await vaultOver(trial, { seen }).vault.chart(scene.chart);
    const { rows } = await reindexWithout(trial, have);
    await expect(vaultOver(trial, { rows, seen }).vault.chart(scene.chart)).rejects.toEqual(
      refusal("rolled-back"),
    );
    const stranger = await vaultOver(trial, { rows }).vault.unlock(scene.chart, people.ada, word);
    expect(stranger.chart.heads.map(toHex)).not.toEqual(newest);
  });

  test("lose nothing: repair with what they gave deletes nothing that it does not know", async () => {
    const { newest, have, ...trial } = await rolledBack();
    const { rows } = await reindexWithout(trial, have);
    await repairVault(vaultOver(trial, { rows }).keeping, { headers: scene.headers });
    trial.repent();
    const { report, heads, rows: whole } = await reindexWithout(trial, []);
    expect(report).toMatchObject({ proven: true, problems: [] });
    expect(heads).toEqual(newest);
    await expectAllReadable(vaultOver(trial, { rows: whole }), scene, scene.versions, NOBODY);
  });
});
