import { encodeChart } from "@chirograph/core";
import type { Found, FoundChart, Hash, Page, PageRequest, Wanted, WantedChart } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { type ChartCache, sameHashes } from "./chart-cache.ts";
import { isId } from "./names.ts";
import type { LinkRow, Rows } from "./rows.ts";

const MOST_WANTED = 1024;
const LARGEST_PAGE = 1000;

/** What is known of the charts, records and versions that are asked for. */
export async function find(rows: Rows, cache: ChartCache, wanted: Wanted): Promise<Found> {
  const { charts = [], records = [], versions = [] } = wanted;
  for (const list of [charts.map(({ chart }) => chart), records, versions]) {
    if (list.length > MOST_WANTED) refuse(`asks for more than ${MOST_WANTED} at a time`);
    if (!list.every(isId)) refuse("asks for something that is not an id");
  }
  const foundCharts: FoundChart[] = [];
  for (const chart of charts) {
    const found = await findChart(rows, cache, chart);
    if (found !== undefined) foundCharts.push(found);
  }
  const chartOf = await rows.chartsOf(records);
  return {
    charts: foundCharts,
    records: Array.from(chartOf, ([record, chart]) => ({ record, chart })),
    versions: (await rows.versions(versions)).map(({ version, record, chart, envelope, places, erased }) => ({
      version,
      record,
      chart,
      envelope: erased ? undefined : envelope,
      places,
    })),
  };
}

/** One page of charts or versions, ascending by id. */
export async function page(rows: Rows, request: PageRequest): Promise<Page> {
  const { chart, after, limit } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) {
    refuse(`asks for a page that does not have 1 to ${LARGEST_PAGE} rows`);
  }
  if (![chart, after].every((id) => id === undefined || isId(id)))
    refuse("names something that is not an id");
  return { rows: await rows.page(request) };
}

/** The chart as its rows have it, not checked again: whoever reads it checks every link himself. */
async function findChart(
  rows: Rows,
  cache: ChartCache,
  { chart, heads: known }: WantedChart,
): Promise<FoundChart | undefined> {
  const heads = await rows.heads(chart);
  if (heads.length === 0) return undefined;
  if (known !== undefined && sameHashes(known.toSorted(), heads))
    return { chart, heads, document: undefined };
  const checked = cache.at(chart, heads);
  if (checked !== undefined) return { chart, heads, document: encodeChart(checked) };
  const links = await rows.links(chart);
  return {
    chart,
    heads: headsAmong(links),
    document: encodeChart({ links: links.map(({ bytes }) => bytes) }),
  };
}

function headsAmong(links: readonly LinkRow[]): Hash[] {
  const continued = new Set(links.flatMap(({ previous }) => previous));
  return links
    .map(({ hash }) => hash)
    .filter((hash) => !continued.has(hash))
    .toSorted();
}

function refuse(problem: string): never {
  throw new VaultError("malformed", `The request is refused: it ${problem}.`);
}
