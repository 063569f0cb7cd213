import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import type { Keeping } from "../keeping.ts";
import { newId } from "../names.ts";
import type { Rows, VersionRow } from "../rows.ts";

/** Rows that are asked for at once. */
const PAGE = 500;
const SAMPLE_PAGE = 20;
/** A group is as large as one batch, or has at least so many versions. */
const GROUP_VERSIONS = 1000;
/** Or so many bytes of fragments. */
const GROUP_BYTES: number = 256 * 1_048_576;

/** Versions that are checked together, none of them erased. */
export interface Group {
  readonly versions: readonly VersionRow[];
  /** Behind this id the next group begins. */
  readonly after: Id | undefined;
}

/**
 * All versions. Those of one batch come together, when its smallest id is reached: what was put together shares
 * objects, and ids are random, so in the order of ids every object would be read again and again.
 */
export async function* groupsOfAll(rows: Rows, begin: Id | undefined): AsyncGenerator<Group> {
  const firstOf = new Map<Id, Id | undefined>();
  let group: VersionRow[] = [];
  let sizeBytes = 0;
  let after = begin;
  while (true) {
    const page = await rows.pageVersions({ limit: PAGE, ...(after !== undefined && { after }) });
    for (const { version, batch } of page) {
      after = version;
      let versions: VersionRow[] | undefined;
      if (!firstOf.has(batch)) {
        ({ versions } = await rows.batch(batch));
        firstOf.set(batch, versions.map((row) => row.version).toSorted()[0]);
      }
      // Versions that are gone have a row and are in no batch, so the first row is not always the batch's first.
      if (firstOf.get(batch) === version) {
        versions ??= (await rows.batch(batch)).versions;
        const here = versions.filter(({ erased }) => !erased);
        group.push(...here);
        sizeBytes += here.reduce((sum, row) => sum + bytesOf(row), 0);
      }
      if (group.length < GROUP_VERSIONS && sizeBytes < GROUP_BYTES) continue;
      yield { versions: group, after };
      [group, sizeBytes] = [[], 0];
    }
    if (page.length < PAGE) break;
  }
  if (group.length > 0) yield { versions: group, after };
}

/** The versions of some records. */
export async function* groupsOfRecords(rows: Rows, records: readonly Id[]): AsyncGenerator<Group> {
  const charts = await rows.chartsOf(records);
  const unknown = records.find((record) => !charts.has(record));
  if (unknown !== undefined) throw new VaultError("unknown", `The vault has no record ${unknown}.`);
  const wanted = new Set(records);
  for (const chart of new Set(charts.values())) {
    let after: Id | undefined;
    while (true) {
      const page = await rows.page({
        of: "versions",
        chart,
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      const ids = page.flatMap(({ id, record, erased }) => (!erased && wanted.has(record!) ? [id] : []));
      if (ids.length > 0) yield { versions: await rows.versions(ids), after: undefined };
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
  }
}

/** Versions that nobody can foretell, without repetition; all of them where there are not so many. */
export async function* groupsOfSample({ engine, rows }: Keeping, count: number): AsyncGenerator<Group> {
  const chosen = new Set<Id>();
  while (chosen.size < count) {
    // Ids are random, so what comes behind a random id is a fair choice.
    const version = await freeBehind(rows, newId(engine), chosen);
    if (version === undefined) break;
    chosen.add(version);
  }
  const rest = [...chosen];
  while (rest.length > 0) {
    yield { versions: await rows.versions(rest.splice(0, GROUP_VERSIONS)), after: undefined };
  }
}

/** The first version behind an id that is not taken; behind the last one comes the first. */
async function freeBehind(rows: Rows, begin: Id, taken: ReadonlySet<Id>): Promise<Id | undefined> {
  for (const start of [begin, undefined]) {
    let after = start;
    while (true) {
      const request = { of: "versions", limit: SAMPLE_PAGE, ...(after !== undefined && { after }) } as const;
      const page = await rows.page(request);
      const free = page.find(({ id, erased }) => !erased && !taken.has(id));
      if (free !== undefined) return free.id;
      if (page.length < SAMPLE_PAGE) break;
      after = page.at(-1)!.id;
    }
  }
  return undefined;
}

function bytesOf({ places }: VersionRow): number {
  return places.reduce((sum, place) => sum + (place?.lengthBytes ?? 0), 0);
}
