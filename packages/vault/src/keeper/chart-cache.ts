import { type Chart, equalBytes, extendChart, toHex } from "@chirograph/core";
import type { Hash, Id } from "../catalogue.ts";
import type { Keeping } from "./keeping.ts";

const MOST_CHARTS = 256;
const MOST_BYTES: number = 64 * 1_048_576;

/** A chart, and the hashes of its links that nothing continues, ascending. */
export interface KnownChart {
  readonly chart: Chart;
  readonly heads: readonly Hash[];
}

/** Charts whose links were checked, so that the next link of one costs no more than itself. Least used go first. */
export class ChartCache {
  readonly #keeping: Pick<Keeping, "engine" | "rows">;
  readonly #charts = new Map<Id, KnownChart & { readonly sizeBytes: number }>();
  #sizeBytes = 0;

  constructor(keeping: Pick<Keeping, "engine" | "rows">) {
    this.#keeping = keeping;
  }

  /** The chart as the rows have it now; `undefined` for an unknown one. */
  async current(id: Id): Promise<KnownChart | undefined> {
    const { engine, rows } = this.#keeping;
    const unchanged = this.at(id, await rows.heads(id));
    if (unchanged !== undefined) return this.remember(unchanged);
    const links = (await rows.links(id)).map(({ bytes }) => bytes);
    if (links.length === 0) return undefined;
    const known = this.#charts.get(id)?.chart;
    const base = known !== undefined && begins(links, known.links) ? known : undefined;
    return this.remember(await extendChart(engine, base, links.slice(base?.links.length)));
  }

  /** The chart if it is known as it is with these heads. */
  at(id: Id, heads: readonly Hash[]): Chart | undefined {
    const known = this.#charts.get(id);
    return known !== undefined && sameHashes(known.heads, heads) ? known.chart : undefined;
  }

  /** Keeps a chart as the newest of its id. */
  remember(chart: Chart): KnownChart {
    const id = toHex(chart.state.chart);
    const known = { chart, heads: chart.heads.map(toHex).toSorted() };
    const sizeBytes = chart.links.reduce((sum, link) => sum + link.length, 0);
    this.#forget(id);
    this.#charts.set(id, { ...known, sizeBytes });
    this.#sizeBytes += sizeBytes;
    for (const oldest of this.#charts.keys()) {
      if (this.#charts.size <= MOST_CHARTS && this.#sizeBytes <= MOST_BYTES) break;
      this.#forget(oldest);
    }
    return known;
  }

  #forget(id: Id): void {
    this.#sizeBytes -= this.#charts.get(id)?.sizeBytes ?? 0;
    this.#charts.delete(id);
  }
}

/** Whether two ascending lists of hashes are one. */
export function sameHashes(left: readonly Hash[], right: readonly Hash[]): boolean {
  return left.length === right.length && left.every((hash, index) => hash === right[index]);
}

function begins(links: readonly Uint8Array[], first: readonly Uint8Array[]): boolean {
  return first.length <= links.length && first.every((link, index) => equalBytes(link, links[index]!));
}
