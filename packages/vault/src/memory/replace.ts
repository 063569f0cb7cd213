import { type Place, samePlace } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { Replacement, Target } from "../keeper/rows.ts";
import { condemn, keyOf, liveFragments, type Tables, type VersionCell } from "./tables.ts";

interface Move {
  readonly asked: Replacement["moved"][number];
  readonly version: VersionCell;
  readonly index: number;
  readonly from: Place | null;
  readonly to: Place | null;
}

/** `Rows.replace` in memory. */
export function replaceObjects(tables: Tables, change: Replacement): Replacement["moved"] {
  const moves = movesThatHold(tables, change);
  refuseSwept(tables, change);
  refuseUnknownTargets(tables, change, moves);

  for (const row of change.added) tables.addObject({ ...row, state: "live" });
  for (const { version, index, to } of moves) tables.setPlace(version, index, to);
  for (const { from } of moves) if (from !== null) tables.condemnEmpty(from);
  for (const { store, name } of change.added) tables.condemnEmpty({ store, object: name });
  for (const target of change.replaced) condemnReplaced(tables, target);

  const ended = new Set(change.reservations);
  for (const [key, { id }] of tables.reserved) if (ended.has(id)) tables.reserved.delete(key);
  const done = new Set(moves.map(({ asked }) => asked));
  return change.moved.filter((asked) => !done.has(asked));
}

/** Those whose fragment lies where the change believes; an erased version's fragment is never found anew. */
function movesThatHold(tables: Tables, { moved, lying }: Replacement): Move[] {
  const elsewhere = new Set(
    lying?.filter((version) => !liesSo(tables, version)).map(({ version }) => version),
  );
  const moves: Move[] = [];
  const now = new Map<string, Place | null>();
  for (const asked of moved) {
    const { version: id, index, from, to } = asked;
    const version = elsewhere.has(id) ? undefined : tables.versions.get(id);
    const fragment = `${id}/${index}`;
    const place = now.has(fragment) ? now.get(fragment) : version?.places[index];
    if (version === undefined || place === undefined || !samePlace(place, from)) continue;
    if (version.erased && from === null) continue;
    moves.push({ asked, version, index, from, to });
    now.set(fragment, to);
  }
  return moves;
}

/** Whether every fragment of a version lies on the store that the change believes. */
function liesSo(tables: Tables, { version, stores }: NonNullable<Replacement["lying"]>[number]): boolean {
  const places = tables.versions.get(version)?.places;
  return places !== undefined && stores.every((store, index) => (places[index]?.store ?? null) === store);
}

/** What was swept while it was being written may be deleted already. */
function refuseSwept(tables: Tables, { added }: Replacement): void {
  for (const key of added.map(({ store, name }) => keyOf({ store, object: name }))) {
    const row = tables.objects.get(key)?.row;
    if (row === undefined ? tables.reserved.has(key) : row.state === "live") continue;
    throw new VaultError("unknown", "A new object was swept before it was finished.");
  }
}

function refuseUnknownTargets(tables: Tables, { added }: Replacement, moves: readonly Move[]): void {
  const fresh = new Map(added.map((row) => [keyOf({ store: row.store, object: row.name }), row]));
  for (const { to } of moves) {
    if (to === null) continue;
    const row = tables.objects.get(keyOf(to))?.row ?? fresh.get(keyOf(to));
    const live = row?.kind === "fragment" && (!("state" in row) || row.state === "live");
    if (!live) throw new VaultError("unknown", "A fragment was to move to an object that is not there.");
  }
}

function condemnReplaced(tables: Tables, target: Target): void {
  if (tables.reserved.has(keyOf(target))) tables.addObject(liveFragments(target));
  const cell = tables.objects.get(keyOf(target));
  if (cell !== undefined) condemn(cell);
}
