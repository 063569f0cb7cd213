import type { Id, Reservation, ReserveRequest, Target } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { Keeping } from "./keeping.ts";
import { newId } from "./names.ts";
import { planPlacement } from "./placement.ts";

/** Versions of one reservation, and of one commit. */
export const MOST_VERSIONS = 1024;
const LIFETIME_MS: number = 24 * 3_600_000;

/** Places every version by the policy, and writes the objects' names down before anybody uses them. */
export async function reserve(keeping: Keeping, request: ReserveRequest): Promise<Reservation> {
  const { versions, layout } = request;
  if (!Number.isInteger(versions) || versions < 1 || versions > MOST_VERSIONS) {
    throw new VaultError("malformed", `A reservation is for 1 to ${MOST_VERSIONS} versions.`);
  }
  const { engine, settings, rows } = keeping;
  const starts = new DataView(engine.randomBytes(4 * versions).buffer);
  const nameOn = layout === "packed" ? sharedNames(keeping) : () => newId(engine);

  let tolerate = 0;
  const targets: Target[][] = [];
  for (let index = 0; index < versions; index++) {
    const start = starts.getUint32(4 * index);
    const placement = planPlacement(settings, { fragments: request.fragments, start });
    tolerate = placement.tolerate;
    targets.push(placement.stores.map((store) => ({ store, object: nameOn(store) })));
  }

  const id = newId(engine);
  const expires = keeping.now() + LIFETIME_MS;
  await rows.reserve({ id, objects: distinct(targets.flat()), expires });
  return { id, expires, tolerate, targets };
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
