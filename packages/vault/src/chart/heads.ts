import { type Chart, labelled, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Hash } from "../catalogue.ts";

/** Hashes of the links that nothing continues, ascending. */
export function headsOf({ heads }: Chart): Hash[] {
  return heads.map(toHex);
}

/** Those of these links that are not in the chart. */
export async function missingLinks(engine: Engine, chart: Chart, hashes: readonly Hash[]): Promise<Hash[]> {
  const missing = new Set(hashes);
  for (const head of headsOf(chart)) missing.delete(head);
  // The newest first: what was seen last time is near the end.
  for (const link of chart.links.toReversed()) {
    if (missing.size === 0) break;
    missing.delete(toHex(await engine.sha256([labelled("link-hash", link)])));
  }
  return [...missing];
}

/**
 * Whether what one tried to commit is in the chart after all. A commit whose answer was lost on the way is tried again,
 * and then meets itself as a conflict.
 */
export async function hasLanded(engine: Engine, chart: Chart, tried: Chart): Promise<boolean> {
  return (await missingLinks(engine, chart, headsOf(tried))).length === 0;
}

/** The links that `after` has more than `before`, from which it was made link by link. */
export function newLinks(before: Chart, after: Chart): readonly Uint8Array[] {
  return after.links.slice(before.links.length);
}
