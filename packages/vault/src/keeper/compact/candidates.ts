import type { Id } from "../../catalogue.ts";
import { callOptions } from "../fragment-sources.ts";
import type { Keeping } from "../keeping.ts";
import { settledObjects } from "../moving/fragments-in.ts";
import { objectGroups } from "../moving/object-groups.ts";
import type { ObjectRow } from "../rows.ts";
import type { Reach } from "../verify/reach.ts";

/** Magic, count, length and magic again; and a row (docs/vault.md, "What lies on a store"). */
const TABLE_BYTES: number = 8 + 4 + 4 + 8;
const ROW_BYTES: number = 16 + 1 + 8 + 8;

/** An object is written again when so much of it is of no use. */
const MOST_WASTE = 0.25;
/** Smaller objects with fewer entries are put together. */
const SMALL_BYTES = 1_048_576;
const SMALL_ENTRIES = 512;
/** So many small ones are worth it. */
const FEWEST_SMALL = 8;

const GROUP_BYTES: number = 128 * 1_048_576;
const GROUP_OBJECTS = 1024;

/** An object that is worth writing again. */
export interface Candidate {
  readonly row: ObjectRow;
  readonly sizeBytes: number;
  /** Bytes in it that no version needs. */
  readonly wastedBytes: number;
}

export async function findCandidates(keeping: Keeping, reach: Reach, store: Id): Promise<Candidate[]> {
  const wasteful: Candidate[] = [];
  const small: Candidate[] = [];
  for await (const group of objectGroups(keeping.rows, store)) {
    for (const row of await settledObjects(keeping.rows, group)) {
      reach.signal?.throwIfAborted();
      const contents = await keeping.rows.contents(store, row.name);
      const sizeBytes = row.sizeBytes === 0 ? await sizeOf(reach, row) : row.sizeBytes;
      if (contents.length === 0 || sizeBytes === undefined) continue;
      const usedBytes = contents.reduce((sum, { lengthBytes }) => sum + lengthBytes + ROW_BYTES, TABLE_BYTES);
      const wastedBytes = Math.max(0, sizeBytes - usedBytes);
      if (wastedBytes > MOST_WASTE * sizeBytes) wasteful.push({ row, sizeBytes, wastedBytes });
      else if (sizeBytes < SMALL_BYTES && contents.length < SMALL_ENTRIES)
        small.push({ row, sizeBytes, wastedBytes });
    }
  }
  return small.length < FEWEST_SMALL ? wasteful : [...wasteful, ...small];
}

/** Some at a time: what a run that is cut short has to do again. */
export function* groupsOf(candidates: readonly Candidate[]): Generator<Candidate[]> {
  let group: Candidate[] = [];
  let sizeBytes = 0;
  for (const candidate of candidates) {
    group.push(candidate);
    sizeBytes += candidate.sizeBytes;
    if (sizeBytes < GROUP_BYTES && group.length < GROUP_OBJECTS) continue;
    yield group;
    [group, sizeBytes] = [[], 0];
  }
  if (group.length > 0) yield group;
}

/** `undefined` for an object that is not there, or cannot be asked for now. */
async function sizeOf(reach: Reach, { store, name }: ObjectRow): Promise<number | undefined> {
  const head = await reach.ask(store, (at) => at.head(name, callOptions(reach.signal)));
  return typeof head === "string" ? undefined : head?.sizeBytes;
}
