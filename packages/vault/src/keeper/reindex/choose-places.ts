import type { Id, Place } from "../../catalogue.ts";
import { keepsPolicy } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";
import { claim } from "../spread.ts";

/** So many choices are tried before the policy is given up; where moves left copies, the first ones do. */
const MOST_TRIES = 10_000;

/** Where the fragments of one version may lie. */
export interface PossiblePlaces {
  /** k. */
  readonly needed: number;
  /** Of every fragment the places that claim to be it. */
  readonly claims: readonly (readonly Place[])[];
  /** Whether what lies there is fragment `index`: asked only where there are several that claim to be. */
  readonly isRight: (index: number, place: Place) => Promise<boolean>;
}

/**
 * One place for each fragment, so that the version keeps the policy if it can: a fragment that was moved lies in its old
 * object, too, as long as others need that, and of the two nothing tells which the rows had.
 * @returns `null` for a fragment that lies nowhere; where no claim is right, one of them
 */
export async function choosePlaces(
  settings: Pick<VaultSettings, "stores" | "policy">,
  { needed, claims, isRight }: PossiblePlaces,
): Promise<(Place | null)[]> {
  const chosen = claims.map((own) => (own.length === 1 ? own[0]! : null));
  const open = claims.flatMap((own, index) => (own.length > 1 ? [index] : []));
  const right = new Map<Place, Promise<boolean>>();
  const holders = (): Id[] => chosen.flatMap((place) => place?.store ?? []);
  const isKept = (): boolean => keepsPolicy(settings, { holders: holders(), total: claims.length, needed });

  async function* rightOnes(index: number): AsyncGenerator<Place, void, void> {
    const best = bestFirst(settings, claims[index]!, holders());
    let hasAny = false;
    for (const place of best) {
      const asked = right.get(place) ?? isRight(index, place);
      right.set(place, asked);
      if (!(await asked)) continue;
      hasAny = true;
      yield place;
    }
    if (!hasAny) yield best[0]!;
  }

  let tries = 0;
  /** What lies nowhere yet breaks no rule, so that a choice which breaks one need not be gone on with. */
  async function choose(from: number, keepsRules: boolean): Promise<boolean> {
    const index = open[from];
    if (index === undefined) return true;
    for await (const place of rightOnes(index)) {
      chosen[index] = place;
      if (keepsRules && (++tries > MOST_TRIES || !isKept())) continue;
      if (await choose(from + 1, keepsRules)) return true;
    }
    chosen[index] = null;
    return false;
  }
  if (!(await choose(0, true))) await choose(0, false);
  return chosen;
}

/** On the store that is furthest below its share first; of equals by the settings' order, and by name. */
function bestFirst(
  { stores }: Pick<VaultSettings, "stores">,
  places: readonly Place[],
  holders: readonly Id[],
): Place[] {
  const candidates = places.map((place) => {
    const order = stores.findIndex(({ id }) => id === place.store);
    const load = holders.filter((holder) => holder === place.store).length;
    return { place, order, claim: claim(load, stores[order]!.weight) };
  });
  return candidates
    .toSorted(
      (left, right) =>
        left.claim - right.claim ||
        left.order - right.order ||
        (left.place.object < right.place.object ? -1 : 1),
    )
    .map(({ place }) => place);
}
