import { type Chart, equalBytes, extendChart, parseChart, Reader, toHex } from "@chirograph/core";
import type { Found, FoundChart, Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { VaultParts } from "./parts.ts";
import { rememberChart, requireSeen, type SeenChart } from "./seen.ts";

/** What one answer says of a chart, and what the client knew when it asked. */
export interface ChartAnswer {
  readonly id: Id;
  readonly found: Pick<Found, "charts">;
  /** The chart whose heads were told to the catalogue. */
  readonly known?: Chart;
  /** Recalled before asking: what was seen since need not be in the answer. */
  readonly seen: SeenChart | undefined;
}

/**
 * The chart as the catalogue has it now, of which nothing is believed that is not signed.
 * @throws VaultError `unknown`, `forged`, `rolled-back`; ChirographError for a document with a wrong link
 */
export async function fetchChart(parts: VaultParts, id: Id): Promise<Chart> {
  const seen = await parts.seen.recall(id);
  const found = await parts.catalogue.find({ charts: [{ chart: id }] });
  return acceptChart(parts, { id, found, seen });
}

/** Checks every link, the id and the high-water mark, and moves the mark. */
export async function acceptChart(parts: VaultParts, answer: ChartAnswer): Promise<Chart> {
  const { id, found, seen } = answer;
  const row = found.charts.find(({ chart }) => chart === id);
  if (row === undefined) {
    if (seen === undefined) throw new VaultError("unknown", "There is no such chart in this vault.");
    throw new VaultError("rolled-back", "The catalogue has lost a chart that was seen before.");
  }
  const chart = await readChart(parts, row, answer.known);
  if (toHex(chart.state.chart) !== id) {
    throw new VaultError("forged", "The catalogue answered with another chart than it was asked for.");
  }
  await requireSeen(parts.engine, chart, seen);
  await rememberChart(parts.engine, parts.seen, chart);
  return chart;
}

async function readChart({ engine }: VaultParts, { document }: FoundChart, known?: Chart): Promise<Chart> {
  if (document === undefined) {
    if (known !== undefined) return known;
    throw new VaultError("forged", "The catalogue answered without the chart that it was asked for.");
  }
  const further = known === undefined ? undefined : linksBehind(document, known);
  return further === undefined ? parseChart(engine, document) : extendChart(engine, known, further);
}

/** The links of a document behind those that are known; `undefined` where it does not begin with these. */
function linksBehind(document: Uint8Array, { links }: Chart): Uint8Array[] | undefined {
  const reader = new Reader(document, "chart document");
  reader.magic("CHGCHART");
  const count = reader.u32();
  const begins = count >= links.length && links.every((link) => equalBytes(reader.bytes32(), link));
  if (!begins) return undefined;
  const further: Uint8Array[] = [];
  for (let left = count - links.length; left > 0; left--) further.push(reader.bytes32());
  reader.end();
  return further;
}
