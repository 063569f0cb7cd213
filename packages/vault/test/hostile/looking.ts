// What is looked at in a trial: whether what is read is right, and whom reports accuse.
import { equalBytes } from "@chirograph/core";
import type { Store } from "@chirograph/stores";
import type { Id } from "../../src/catalogue.ts";
import type { OpenChart } from "../../src/chart/open-chart.ts";
import type { Vault } from "../../src/chart/vault.ts";
import { VaultError } from "../../src/error.ts";
import type { Finding } from "../../src/keeper/findings.ts";
import type { ReindexReport } from "../../src/keeper/reindex/reindex.ts";
import type { VerifyReport } from "../../src/keeper/verify/verify.ts";
import { gather, people, word } from "../chart/fixtures.ts";
import type { Original, Scene } from "./scene.ts";

/** What became of reading: nothing but right bytes and refusals. */
export interface Reading {
  readonly refused: readonly VaultError[];
  /** Stores that the opened versions, and the refusals, name. */
  readonly accused: ReadonlySet<Id>;
}

export function unlock(vault: Vault, { chart }: Pick<Scene, "chart">): Promise<OpenChart> {
  return vault.unlock(chart, people.ada, word);
}

/**
 * Reads every version whole and in ranges.
 * @throws Error for the first wrong byte, and for whatever is no refusal of a vault
 */
export async function readAllOf(chart: OpenChart, versions: readonly Original[]): Promise<Reading> {
  const refused: VaultError[] = [];
  const accused = new Set<Id>();
  for (const original of versions) {
    try {
      for (const store of await readOne(chart, original)) accused.add(store);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      refused.push(error);
      for (const store of error.stores) accused.add(store);
    }
  }
  return { refused, accused };
}

async function readOne(chart: OpenChart, { record, version, bytes }: Original): Promise<readonly Id[]> {
  const whole = await chart.open(record, version);
  requireEqual(await gather(whole.content()), bytes);
  // What was read whole is known; a large one is opened again to be read in parts.
  const again = bytes.length > 100_000 ? await chart.open(record, version) : whole;
  const middle = bytes.length >> 1;
  for (const [first, end] of [
    [0, 1],
    [middle, middle + 99],
    [bytes.length - 1, bytes.length],
  ] as const) {
    requireEqual(await gather(again.content(first, end)), bytes.subarray(first, end));
  }
  return [...whole.damagedStores, ...again.damagedStores];
}

function requireEqual(read: Uint8Array, bytes: Uint8Array): void {
  if (!equalBytes(read, bytes)) throw new Error("WRONG BYTES were given out as right");
}

/** Stores that have something wrong, by a verification. */
export function accusedByVerify({ repairable, lost, leftToDelete, unreachable }: VerifyReport): Set<Id> {
  return new Set([...accusedBy([...repairable, ...lost, ...leftToDelete]), ...unreachable]);
}

export function accusedBy(findings: readonly Pick<Finding, "store">[]): Id[] {
  return findings.flatMap(({ store }) => store ?? []);
}

/** Stores that a reindex reports; a header that cannot be read is known by where it was looked for. */
export function accusedByReindex(
  { problems }: ReindexReport,
  given: readonly (readonly [Id, Store])[],
): Set<Id> {
  return new Set(problems.flatMap(({ at, store }) => (at === undefined ? (store ?? []) : given[at]![0])));
}
