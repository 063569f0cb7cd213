import { type Chart, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Hash, Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { hasLinks, headsOf } from "./heads.ts";

/** A client's own memory of charts: what holds where a catalogue shows less than it did (docs/vault.md, "Freshness"). */
export interface Seen {
  recall(chart: Id): Promise<SeenChart | undefined>;
  remember(chart: Id, seen: SeenChart): Promise<void>;
}

/** The newest that was seen of a chart. */
export interface SeenChart {
  /** Hash of link 0. */
  readonly genesis: Hash;
  readonly generation: number;
  readonly heads: readonly Hash[];
}

/**
 * Refuses a chart that began with another link than before, or lacks a link that was there.
 * @throws VaultError `rolled-back`
 */
export async function requireSeen(engine: Engine, chart: Chart, seen: SeenChart | undefined): Promise<void> {
  if (seen === undefined) return;
  if (toHex(chart.state.genesisHash) !== seen.genesis) {
    throw new VaultError("rolled-back", "Another chart stands under the id of one that was seen before.");
  }
  if (!(await hasLinks(engine, chart, seen.heads))) {
    throw new VaultError("rolled-back", "The chart is older than what was seen of it before.");
  }
}

export async function rememberChart(
  seen: Seen,
  { chart, before }: { chart: Chart; before?: SeenChart },
): Promise<void> {
  const heads = headsOf(chart);
  if (before !== undefined && before.heads.join() === heads.join()) return;
  const { generation, genesisHash } = chart.state;
  const id = toHex(chart.state.chart);
  const newest = await seen.recall(id);
  // A slower answer may come in after a faster one.
  if (newest !== undefined && newest.generation > generation) return;
  await seen.remember(id, { genesis: toHex(genesisHash), generation, heads });
}
