import type { Id, Reservation, ReserveRequest, Target } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { Keeping } from "./keeping.ts";
import { newId } from "./names.ts";
import { leavingStores } from "./leaving/leaving.ts";
import { placeWithout } from "./leaving/place-without.ts";
import { planPlacement } from "./placement.ts";

/** Versions of one reservation, and of one commit. */
export const MOST_VERSIONS = 1024;
const LIFETIME_MS: number = 24 * 3_600_000;
const MOST_TRIES = 8;

/**
 * Places every version by the policy, on a store that is leaving only where the policy cannot hold without it, and
 * writes the objects' names down before anybody uses them.
 * @throws VaultError `busy` where stores begin to leave again and again
 */
export async function reserve(keeping: Keeping, request: ReserveRequest): Promise<Reservation> {
  const { versions } = request;
  if (!Number.isInteger(versions) || versions < 1 || versions > MOST_VERSIONS) {
    throw new VaultError("malformed", `A reservation is for 1 to ${MOST_VERSIONS} versions.`);
  }
  const { engine, rows, settings } = keeping;
  const { generation } = settings;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const leaving = await leavingStores(rows);
    const { targets, tolerate } = place(keeping, request, leaving);
    const id = newId(engine);
    const expires = keeping.now() + LIFETIME_MS;
    await rows.reserve({ id, generation, objects: distinct(targets.flat()), expires });
    // Behind the reservation: whoever evacuates a store sees it, or its mark is seen here.
    const now = await leavingStores(rows);
    if ([...now].every((store) => leaving.has(store))) return { id, expires, tolerate, targets };
    await rows.replace({ added: [], moved: [], replaced: [], reservations: [id] });
  }
  throw new VaultError("busy", "Stores began to leave again and again while this was being placed.");
}

function place(
  keeping: Keeping,
  { versions, fragments, layout }: ReserveRequest,
  leaving: ReadonlySet<Id>,
): Pick<Reservation, "targets" | "tolerate"> {
  const { engine, settings } = keeping;
  const starts = new DataView(engine.randomBytes(4 * versions).buffer);
  const nameOn = layout === "packed" ? sharedNames(keeping) : () => newId(engine);
  let tolerate = 0;
  const targets: Target[][] = [];
  for (let index = 0; index < versions; index++) {
    const plan = { fragments, start: starts.getUint32(4 * index) };
    const placement = placeWithout(settings, leaving, plan) ?? planPlacement(settings, plan);
    tolerate = placement.tolerate;
    targets.push(placement.stores.map((store) => ({ store, object: nameOn(store) })));
  }
  return { targets, tolerate };
}

/** One object for each store, however many fragments it gets. */
function sharedNames({ engine }: Keeping): (store: Id) => string {
  const names = new Map<Id, string>();
  return (store) => {
    const name = names.get(store) ?? newId(engine);
    names.set(store, name);
    return name;
  };
}

function distinct(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((target) => [target.object, target])).values()];
}
