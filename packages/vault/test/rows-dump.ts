import type { Id } from "../src/catalogue.ts";
import type { LinkRow, ObjectRow, Rows, Target, Totals, VersionRow } from "../src/keeper/rows.ts";

/** All rows that are not local to one catalogue, in one order: what `reindex` must give back. */
export interface RowsDump {
  readonly links: readonly LinkRow[];
  readonly versions: readonly VersionRow[];
  readonly objects: readonly ObjectRow[];
  readonly totals: Totals;
}

/** Small pages, so that paging is tried by every test that compares. */
const LIMIT = 7;

export async function dumpRows(rows: Rows): Promise<RowsDump> {
  const links: LinkRow[] = [];
  for (const chart of await allCharts(rows)) links.push(...(await rows.links(chart)));
  const versions = await allVersions(rows);
  return { links, versions, objects: await allObjects(rows), totals: await rows.totals() };
}

async function allCharts(rows: Rows): Promise<Id[]> {
  const charts: Id[] = [];
  for (;;) {
    const after = charts.at(-1);
    const page = await rows.page({ of: "charts", limit: LIMIT, ...(after !== undefined && { after }) });
    charts.push(...page.map(({ id }) => id));
    if (page.length < LIMIT) return charts;
  }
}

async function allVersions(rows: Rows): Promise<VersionRow[]> {
  const versions: VersionRow[] = [];
  for (;;) {
    const after = versions.at(-1)?.version;
    const page = await rows.pageVersions({ limit: LIMIT, ...(after !== undefined && { after }) });
    versions.push(...page);
    if (page.length < LIMIT) return versions;
  }
}

async function allObjects(rows: Rows): Promise<ObjectRow[]> {
  const objects: ObjectRow[] = [];
  for (;;) {
    const last = objects.at(-1);
    const after: Target | undefined = last && { store: last.store, object: last.name };
    const page = await rows.pageObjects({ limit: LIMIT, ...(after && { after }) });
    objects.push(...page);
    if (page.length < LIMIT) return objects;
  }
}
