import type { Id } from "../../catalogue.ts";
import type { Keeping } from "../keeping.ts";
import { fragmentsIn } from "../moving/fragments-in.ts";
import { objectGroups } from "../moving/object-groups.ts";
import type { Rows } from "../rows.ts";
import { objectRows } from "../verify/batches.ts";

/** Reserved objects, of all stores together, that are looked at. Where there are more, one is taken to be the store's. */
const MOST_RESERVED = 100_000;

/** What a store still has of the vault, as the rows tell. */
export interface Remaining {
  /** Fragments that are needed from there. */
  readonly fragments: number;
  /** Statement objects of which others have too few. */
  readonly statements: number;
  /** Objects of puts and commits that began before the store was to leave, and may still end. */
  readonly reservedObjects: number;
  /** By then those that are reserved are committed or never will be: milliseconds since 1970; `null`: none is. */
  readonly reservedUntil: number | null;
  /** Objects that it is yet to delete; nobody needs them. */
  readonly condemnedObjects: number;
}

/** In the order in which a put goes from a reservation to an intent to rows, so that none is overlooked. */
export async function remainingOn(keeping: Keeping, store: Id): Promise<Remaining> {
  const { rows } = keeping;
  const reserved = await reservedOn(rows, store);
  const begun = (await rows.intents()).flatMap(({ objects, statements }) => [...objects, ...statements]);
  let fragments = 0;
  for await (const group of objectGroups(rows, store)) {
    const contents = await fragmentsIn(keeping, group);
    fragments += contents.fragments.length + contents.unreadable.length;
  }
  let [statements, condemnedObjects] = [0, 0];
  for await (const page of objectRows(rows, { store })) {
    for (const { kind, state } of page) {
      if (state === "condemned") condemnedObjects++;
      else if (kind === "statement") statements++;
    }
  }
  return {
    fragments,
    statements,
    reservedObjects: reserved.count + begun.filter((object) => object.store === store).length,
    reservedUntil: reserved.until,
    condemnedObjects,
  };
}

async function reservedOn(rows: Rows, store: Id): Promise<{ count: number; until: number | null }> {
  const all = await rows.expired(Number.MAX_SAFE_INTEGER, MOST_RESERVED);
  const own = all.filter((target) => target.store === store);
  let until: number | null = null;
  for (const target of own) until = Math.max(until ?? 0, (await rows.reservedUntil(target)) ?? 0);
  return { count: own.length + (all.length < MOST_RESERVED ? 0 : 1), until };
}
