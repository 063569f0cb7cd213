import { admitEnvelope, type Chart, extendChart, type Link, toHex } from "@chirograph/core";
import type { Hash, Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { type ChartCache, sameHashes } from "./chart-cache.ts";
import { objectsOf, requireRoom } from "./commit-places.ts";
import type { ReadCommit } from "./commit-read.ts";
import type { IntentContent } from "./intent.ts";
import type { Keeping } from "./keeping.ts";
import { belongsTo } from "../record-id.ts";

/** A commit that may be made: what it brings, and the charts as they will be. */
export interface CheckedCommit {
  readonly content: IntentContent;
  readonly after: readonly Chart[];
}

type Checked =
  | { readonly state: "ready"; readonly commit: CheckedCommit }
  | { readonly state: "conflict"; readonly charts: readonly Id[] };

/**
 * Holds a request against the charts as they are now. Whoever may not write has a link that no chart takes; whoever
 * wrote for heads that are no longer the chart's has a conflict.
 * @throws VaultError `malformed`, `forged`; ChirographError for links that break a rule and envelopes that nobody stands behind
 */
export async function checkCommit(keeping: Keeping, charts: ChartCache, read: ReadCommit): Promise<Checked> {
  const before = new Map<Id, { chart: Chart | undefined; heads: readonly Hash[] }>();
  const moved: Id[] = [];
  for (const [id, links] of read.charts) {
    const known = await charts.current(id);
    before.set(id, known ?? { chart: undefined, heads: [] });
    if (!sameHashes(previousOf(links[0]!).toSorted(), known?.heads ?? [])) moved.push(id);
  }
  if (moved.length > 0) return { state: "conflict", charts: moved };

  requireNamed(read);
  const after = new Map<Id, Chart>();
  const erased: Id[] = [];
  for (const [id, links] of read.charts) {
    const { chart } = before.get(id)!;
    const bytes = links.map((link) => link.bytes);
    const extended = await extendChart(keeping.engine, chart, bytes);
    after.set(id, extended);
    erased.push(...erasedBy(links, chart, extended));
  }
  await admitAll(keeping, read, after);
  const places = [...read.versions.values()]
    .flatMap((version) => version.places)
    .filter((place) => place !== null);
  const objects = objectsOf(places);
  await requireRoom(keeping.rows, places);

  const content: IntentContent = {
    charts: Array.from(before, ([chart, { heads }]) => ({ chart, expectedHeads: heads })),
    links: [...read.charts.values()].flat().map(linkRow),
    versions: Array.from(read.versions, ([version, { envelope, places: own }]) => ({
      version,
      record: toHex(envelope.record),
      chart: toHex(envelope.chart),
      envelope: envelope.bytes,
      places: own,
    })),
    erased,
    objects,
  };
  return { state: "ready", commit: { content, after: [...after.values()] } };
}

/** The versions that links name are those that come with them: none is missing, and none stands alone. */
function requireNamed({ charts, versions }: ReadCommit): void {
  const named = new Set<Id>();
  for (const { changes } of [...charts.values()].flat()) {
    for (const change of changes) if (change.type === "version") named.add(toHex(change.version));
  }
  const exactly = named.size === versions.size && [...named].every((version) => versions.has(version));
  if (!exactly) refuse("malformed", "its versions are not exactly those that its links name");
}

/** Every version fits the link that names it, has a record id of its chart, and an id that is new here. */
async function admitAll(
  { engine, rows }: Keeping,
  { versions }: ReadCommit,
  after: ReadonlyMap<Id, Chart>,
): Promise<void> {
  for (const { envelope } of versions.values()) {
    const chart = after.get(toHex(envelope.chart));
    if (chart === undefined) refuse("malformed", "a version belongs to a chart that no link continues");
    admitEnvelope(chart.state, envelope);
    if (!(await belongsTo(engine, envelope.chart, envelope.record))) {
      refuse("forged", "a record's id is not one of its chart");
    }
  }
  const known = await rows.versions([...versions.keys()]);
  if (known.length > 0) refuse("forged", "a version has the id of another");
}

/** Versions that were there before these links and are erased behind them. */
function erasedBy(links: readonly Link[], before: Chart | undefined, after: Chart): Id[] {
  const tombstones = links.flatMap(({ changes }) => changes).filter((change) => change.type === "tombstone");
  const records = new Set(tombstones.map(({ record }) => toHex(record)));
  return [...records].flatMap((record) => {
    const were = before?.state.records.get(record)?.versions ?? [];
    const are = after.state.records.get(record)?.versions ?? [];
    const erased = new Set(are.filter((version) => version.erased).map(({ version }) => toHex(version)));
    const alive = were.filter((version) => !version.erased).map(({ version }) => toHex(version));
    return alive.filter((version) => erased.has(version));
  });
}

function previousOf({ previous }: Link): Hash[] {
  return previous.map(toHex);
}

function linkRow(link: Link): IntentContent["links"][number] {
  const { generation, bytes } = link;
  return { chart: toHex(link.chart), hash: toHex(link.hash), generation, previous: previousOf(link), bytes };
}

function refuse(code: "malformed" | "forged", problem: string): never {
  throw new VaultError(code, `The commit is refused: ${problem}.`);
}
