import { type Chart, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Hash, Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { headsOf, missingLinks } from "./heads.ts";

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
  requireGenesis(chart, seen);
  if ((await missingLinks(engine, chart, seen.heads)).length > 0) {
    throw new VaultError("rolled-back", "The chart is older than what was seen of it before.");
  }
}

/** Marks are moved one after the other: what two answers show at the same time is remembered of both. */
const turns = new WeakMap<Seen, Promise<void>>();

/**
 * Moves the mark to a chart whose links were checked. A head that was remembered meanwhile and is not in this chart
 * stays in the mark: it is newer than a slow answer, or the catalogue shows two branches and is held to both.
 * @throws VaultError `rolled-back`
 */
export function rememberChart(engine: Engine, seen: Seen, chart: Chart): Promise<void> {
  const done = (turns.get(seen) ?? Promise.resolve()).then(() => moveMark(engine, seen, chart));
  turns.set(
    seen,
    done.catch(() => undefined),
  );
  return done;
}

async function moveMark(engine: Engine, seen: Seen, chart: Chart): Promise<void> {
  const id = toHex(chart.state.chart);
  const before = await seen.recall(id);
  const generation = Math.max(chart.state.generation, before?.generation ?? 0);
  const genesis = toHex(chart.state.genesisHash);
  if (before === undefined) return seen.remember(id, { genesis, generation, heads: headsOf(chart) });
  requireGenesis(chart, before);
  const lacking = await missingLinks(engine, chart, before.heads);
  const heads = [...new Set([...headsOf(chart), ...lacking])].toSorted();
  if (heads.join() !== before.heads.join()) await seen.remember(id, { genesis, generation, heads });
}

function requireGenesis({ state }: Chart, { genesis }: SeenChart): void {
  if (toHex(state.genesisHash) === genesis) return;
  throw new VaultError("rolled-back", "Another chart stands under the id of one that was seen before.");
}
