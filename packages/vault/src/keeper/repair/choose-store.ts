import type { Id } from "../../catalogue.ts";
import { excessOf } from "../excess.ts";
import { type Held, storesByClaim, storesToTake } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/**
 * The store for a fragment that is to be written again: where it was, if that store can be written to; else the best
 * one that keeps the policy, or with which a version that breaks it already is no farther from it; `undefined` where
 * none does.
 */
export function chooseStore(
  settings: Rules,
  usable: ReadonlySet<Id>,
  fragment: Held & {
    /** Where the fragment was; `holders` are those of the others. */
    readonly home: Id | undefined;
    readonly turn: number;
  },
): Id | undefined {
  const { home } = fragment;
  if (home !== undefined && usable.has(home)) return home;
  const [best] = storesToTake(settings, usable, fragment);
  return best ?? leastHarmful(settings, usable, fragment);
}

function leastHarmful(
  settings: Rules,
  usable: ReadonlySet<Id>,
  held: Held & { readonly turn: number },
): Id | undefined {
  const before = excessOf(settings, held);
  if (before === 0) return undefined;
  const [least] = storesByClaim(settings, usable, held)
    .map((id) => ({ id, excess: excessOf(settings, { ...held, holders: [...held.holders, id] }) }))
    .filter(({ excess }) => excess <= before)
    .toSorted((left, right) => left.excess - right.excess);
  return least?.id;
}

/**
 * Moves that bring a version back to the rules which it breaks, as far as that goes: a catalogue that was made again
 * while a store was away may have had no better choice. Each brings it nearer.
 * @param version the store of every fragment that lies somewhere, by index, and which of them can be moved
 * @returns where fragments are to go, by index
 */
export function movesToRules(
  settings: Rules,
  usable: ReadonlySet<Id>,
  version: Omit<Held, "holders"> & {
    readonly holders: ReadonlyMap<number, Id>;
    readonly movable: ReadonlySet<number>;
    readonly turn: number;
  },
): Map<number, Id> {
  const { movable, turn, ...size } = version;
  const lying = new Map(version.holders);
  const moves = new Map<number, Id>();
  const heldWith = (index: number, store: Id): Held => ({
    ...size,
    holders: [...new Map(lying).set(index, store).values()],
  });
  // Each step takes one fragment out of the way, so there are no more steps than fragments.
  for (let steps = 0; steps < movable.size; steps++) {
    const held = { ...size, holders: [...lying.values()] };
    const excess = excessOf(settings, held);
    if (excess === 0) break;
    const stores = storesByClaim(settings, usable, { ...held, turn });
    // Of all on one store it is the same which of them goes.
    const oneOfEach = new Map([...movable].map((index) => [lying.get(index), index] as const)).values();
    const [best] = [...oneOfEach]
      .flatMap((index) =>
        stores.map((to) => ({ index, to, excess: excessOf(settings, heldWith(index, to)) })),
      )
      .toSorted((left, right) => left.excess - right.excess);
    if (best === undefined || best.excess >= excess) break;
    lying.set(best.index, best.to);
    moves.set(best.index, best.to);
  }
  return moves;
}
