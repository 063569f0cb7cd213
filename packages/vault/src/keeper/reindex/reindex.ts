import { type Chart, type Identity, toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Store } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { storesToAcknowledge } from "../intent.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import type { Restored, Rows, Target, VersionRow } from "../rows.ts";
import type { VaultSettings } from "../settings.ts";
import { readStatements } from "../verify/check-statements.ts";
import { Reach } from "../verify/reach.ts";
import { admitted, bareRow, type NamedVersion, namedVersions, versionRow } from "./find-versions.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import type { ReindexProblem } from "./problems.ts";
import { readCharts } from "./read-charts.ts";
import { readHeaders } from "./read-headers.ts";
import { type FoundStatements, readAllStatements } from "./read-statements.ts";
import { sayKnowsEverything } from "./whole.ts";

/** Rows that are restored at once. */
const PAGE = 2000;

export interface ReindexPlan extends JobOptions {
  /** Those that are at hand, in any order; which is which their headers tell. */
  readonly stores: readonly Store[];
  /** Of an owner of the vault. */
  readonly identity: Identity;
  /** Takes what is found; what is there already stays. */
  readonly rows: Rows;
}

export interface ReindexReport {
  readonly settings: VaultSettings;
  readonly catalogueKey: Uint8Array<ArrayBuffer>;
  readonly stores: ReadonlyMap<Id, Store>;
  /** Of these stores, the headers as they were read and checked: what to put back should one be lost. */
  readonly headers: ReadonlyMap<Id, Uint8Array>;
  /** N − f stores answered completely, f = ⌊(N − 1) / 3⌋: nothing that was acknowledged is missing. */
  readonly proven: boolean;
  readonly charts: number;
  readonly versions: number;
  readonly problems: readonly ReindexProblem[];
  /** Objects that nothing refers to. They stay: a commit elsewhere may be about to name them. */
  readonly unreferenced: readonly Target[];
}

/**
 * Makes the catalogue again from the stores and one owner's identity. Whatever is damaged or foreign is reported and
 * left out; the rest is restored as it was, with the fragments of erased versions that lie about still, so that
 * `finishErasures` deletes them. Where it is not proven, or something that was named could not be found, nothing is
 * deleted with these rows until a later `reindex` finds it all.
 * @throws VaultError `not-owner`, `forged`: see `readHeaders`
 */
export async function reindexVault(engine: Engine, plan: ReindexPlan): Promise<ReindexReport> {
  const problems: ReindexProblem[] = [];
  const found = await readHeaders(engine, plan.stores, plan.identity, problems);
  const { settings, catalogueKey, stores, headers } = found;
  const keeping: Keeping = { engine, rows: plan.rows, settings, stores, catalogueKey, now: () => 0 };
  const reach = new Reach(stores, plan.signal);

  await sayKnowsEverything(keeping.rows, false);
  const inventory = await takeInventory([...stores.keys()], reach, problems, plan);
  const statements = await readAllStatements(keeping, reach, inventory, problems, plan);
  await restoreStatements(keeping, statements);
  const { charts, named } = await restoreCharts(keeping, statements, problems, plan);
  await restoreVersions(keeping, reach, { inventory, statements, charts, named, problems }, plan);

  const proven = inventory.complete.size >= storesToAcknowledge({ settings });
  await sayKnowsEverything(keeping.rows, proven && !problems.some(leavesOut));
  return {
    settings,
    catalogueKey,
    stores,
    headers,
    proven,
    charts: charts.size,
    versions: named.size,
    problems,
    unreferenced: unreferencedOf(inventory),
  };
}

async function restoreStatements({ rows }: Keeping, { objects }: FoundStatements): Promise<void> {
  const pages = new RestoredPages(rows);
  for (const object of objects) await pages.add({ objects: [object] });
  await pages.flush();
}

async function restoreCharts(
  { engine, rows }: Keeping,
  { links }: FoundStatements,
  problems: ReindexProblem[],
  { signal, onProgress }: JobOptions,
): Promise<{ charts: Map<Id, Chart>; named: Map<Id, NamedVersion> }> {
  const charts = new Map<Id, Chart>();
  const named = new Map<Id, NamedVersion>();
  const pages = new RestoredPages(rows);
  for await (const { chart, rows: linkRows, batchOf } of readCharts(engine, links.values(), problems)) {
    signal?.throwIfAborted();
    charts.set(toHex(chart.state.chart), chart);
    for (const version of namedVersions(chart, batchOf)) named.set(version.version, version);
    for (const link of linkRows) await pages.add({ links: [link] });
    onProgress?.({ what: "charts", done: charts.size });
  }
  await pages.flush();
  return { charts, named };
}

async function restoreVersions(
  keeping: Keeping,
  reach: Reach,
  found: {
    readonly inventory: Inventory;
    readonly statements: FoundStatements;
    readonly charts: ReadonlyMap<Id, Chart>;
    readonly named: ReadonlyMap<Id, NamedVersion>;
    readonly problems: ReindexProblem[];
  },
  { onProgress }: JobOptions,
): Promise<void> {
  const { inventory, statements, charts, named, problems } = found;
  const { engine, rows } = keeping;
  const byHash = new Map([...named.values()].map((version) => [version.envelopeHash, version]));
  const pages = new RestoredPages(rows);
  const done = new Set<Id>();
  const isFresh = (await rows.totals()).versions === 0;
  const objects = [...statements.envelopes.values()].flat();
  for (const object of objects) {
    reach.signal?.throwIfAborted();
    // Read a second time: what all batches hold together does not fit into memory.
    const opened = await readStatements(keeping, reach, object);
    if (typeof opened === "string") {
      problems.push({ kind: "object damaged", store: object.store, object: object.name });
      objects.push(...(statements.copies.get(object.batch!) ?? []));
      statements.copies.delete(object.batch!);
      continue;
    }
    for (const bytes of opened.envelopes) {
      const version = byHash.get(toHex(await engine.sha256([bytes])));
      const chart = version && charts.get(version.chart);
      const envelope = chart && (await admitted(engine, chart, bytes));
      if (version === undefined || envelope === undefined) {
        problems.push({ kind: "envelope refused", store: object.store, object: object.name });
        continue;
      }
      if (done.has(version.version)) continue;
      done.add(version.version);
      // An object that the rows would not place anything in would be theirs for ever, and nobody's.
      const [before] = isFresh ? [] : await rows.versions([version.version]);
      const row = await versionRow(keeping, reach, inventory.fragments, {
        named: version,
        envelope,
        known: before?.places ?? [],
      });
      // An object comes with the first version in it, which would make one of unknown size.
      await pages.add({ versions: [row.version], objects: row.objects });
    }
    onProgress?.({ what: "versions", done: done.size, total: named.size });
  }
  for (const version of named.values()) {
    if (done.has(version.version)) continue;
    if (!version.erased) problems.push({ kind: "envelope missing", version: version.version });
    await pages.add({ versions: [bareRow(version)] });
  }
  await pages.flush();
}

/** Whether stores may have something of the vault that the rows do not know. */
function leavesOut({ kind }: ReindexProblem): boolean {
  return kind === "link refused" || kind === "envelope missing";
}

function unreferencedOf({ fragments, foreign }: Inventory): Target[] {
  const unneeded = fragments.objects.filter(({ isNeeded }) => !isNeeded);
  return [...foreign, ...unneeded.map(({ store, name: object }) => ({ store, object }))];
}

/** Collects what was found and restores it some thousand rows at a time. */
class RestoredPages {
  readonly #rows: Rows;
  #page: { [Key in keyof Restored]: Restored[Key][number][] } = {
    links: [],
    versions: [],
    erased: [],
    objects: [],
  };
  #count = 0;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async add(found: Partial<Restored>): Promise<void> {
    const { links = [], versions = [], objects = [] } = found;
    this.#page.links.push(...links);
    this.#page.versions.push(...versions);
    this.#page.objects.push(...objects);
    this.#page.erased.push(...versions.filter(isErased).map(({ version }) => version));
    this.#count += links.length + versions.length + objects.length;
    if (this.#count >= PAGE) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#count > 0) await this.#rows.restore(this.#page);
    this.#page = { links: [], versions: [], erased: [], objects: [] };
    this.#count = 0;
  }
}

function isErased({ erased }: VersionRow): boolean {
  return erased;
}
