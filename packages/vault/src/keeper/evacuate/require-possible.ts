import type { Id } from "../../catalogue.ts";
import { VaultError } from "../../error.ts";
import type { Keeping } from "../keeping.ts";
import { placeWithout, staying } from "../leaving/place-without.ts";
import { fragmentsIn } from "../moving/fragments-in.ts";
import { objectGroups } from "../moving/object-groups.ts";
import { isWanting, planMoves } from "../moving/targets.ts";
import { envelopeCopies } from "../parties.ts";
import { planPlacement } from "../placement.ts";

/** Words have so many characters, and versions as many fragments. */
const LENGTHS: readonly number[] = Array.from({ length: 57 }, (_, more) => 8 + more);

/** What an evacuation is going to move, as the rows tell. */
export interface Forecast {
  readonly fragments: number;
  /** Fragments that no other store may take. */
  readonly stuck: number;
  /** Numbers of fragments that new versions cannot have without the store. */
  readonly lengths: readonly number[];
}

/** Looks through the rows for all that a store has; no store is asked. */
export async function forecast(
  keeping: Keeping,
  plan: { readonly store: Id; readonly usable: ReadonlySet<Id>; readonly leaving: ReadonlySet<Id> },
): Promise<Forecast> {
  let [fragments, stuck] = [0, 0];
  const lengths = new Set<number>();
  for await (const group of objectGroups(keeping.rows, plan.store)) {
    const contents = await fragmentsIn(keeping, group);
    fragments += contents.fragments.length;
    const whole = contents.fragments.filter((fragment) => !isWanting(fragment));
    stuck += planMoves(keeping.settings, plan.usable, whole).stuck.length;
    for (const { envelope } of contents.fragments) lengths.add(envelope.total);
  }
  return { fragments, stuck, lengths: lengthsThatNeed(keeping, plan.leaving, [...lengths]) };
}

/** @throws VaultError `policy`, saying what the policy holds fast */
export function requirePossible(store: Id, { fragments, stuck, lengths }: Forecast): void {
  const reasons: string[] = [];
  if (stuck > 0) {
    reasons.push(`of its ${fragments} fragments ${stuck} may lie on no other store that can be used now`);
  }
  if (lengths.length > 0) {
    reasons.push(`new versions of ${lengths.join(", ")} fragments could not be placed without it`);
  }
  if (reasons.length === 0) return;
  throw new VaultError(
    "policy",
    `The policy cannot hold without this store: ${reasons.join(", and ")}. Nothing was moved. Add a store, see that ` +
      `all others can be reached, or evacuate it only as far as the policy allows.`,
    { stores: [store] },
  );
}

/** Of the lengths that are in use all must do without the store; where there are none yet, one of all that can be. */
function lengthsThatNeed(keeping: Keeping, leaving: ReadonlySet<Id>, used: readonly number[]): number[] {
  const possible = (used.length > 0 ? used : LENGTHS).filter((length) => canPlace(keeping, length));
  const stuck = possible.filter(
    (fragments) => placeWithout(keeping.settings, leaving, { fragments, start: 0 }) === undefined,
  );
  return used.length > 0 || stuck.length === possible.length ? stuck : [];
}

function canPlace({ settings }: Pick<Keeping, "settings">, fragments: number): boolean {
  try {
    planPlacement(settings, { fragments, start: 0 });
    return true;
  } catch (error) {
    if (error instanceof VaultError && error.code === "policy") return false;
    throw error;
  }
}

export function requireStore({ settings }: Keeping, store: Id): void {
  if (settings.stores.some(({ id }) => id === store)) return;
  throw new VaultError("unknown", "This store is none of the vault's.", { stores: [store] });
}

/**
 * Commits count once N − f of the stores that stay have them, and a reindex reads as many of all that are signed: with
 * too few that stay, the two might have none in common. And envelopes need as many stores as the policy says.
 */
export function requireMostStay({ settings }: Keeping, leaving: ReadonlySet<Id>): void {
  const count = settings.stores.length;
  const rest = staying(settings, leaving);
  const isEnough = 2 * leaving.size < count + 2 && rest.stores.length > 0;
  if (isEnough && envelopeCopies(rest) <= rest.stores.length) return;
  throw new VaultError(
    "policy",
    `Of ${count} stores ${leaving.size} cannot leave at the same time: too few would stay. Nothing was moved.`,
    { stores: [...leaving] },
  );
}
