import type { Id } from "../../catalogue.ts";
import { type Distance, distanceOf, isNoFarther } from "../excess.ts";
import type { VaultSettings } from "../settings.ts";
import type { LyingFragment } from "./fragments-in.ts";
import type { Move } from "./move.ts";
import { Lying } from "./targets.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/** How full stores are, beside what they should hold: of equally good ones, the emptier one is taken. */
export interface Fullness {
  fill(store: Id): number;
  moved(from: Id | undefined, to: Id, sizeBytes: number): void;
}

/**
 * Moves of one version that bring it nearer to the rules that it breaks, as far as that goes. None takes it farther from
 * any rule, also not for the sake of another.
 */
export function mendRules(
  settings: Rules,
  fullness: Fullness,
  { fragments, usable }: { readonly fragments: readonly LyingFragment[]; readonly usable: ReadonlySet<Id> },
): Move[] {
  const lying = new Lying(fragments[0]!);
  const steps: Step[] = [];
  let [distance, useful] = [distanceOf(settings, lying.held), 0];
  // Two stores that are the fullest take two steps to come nearer. Each step evens out, so they come to an end.
  while (distance.excess > 0 && steps.length < 2 * fragments.length) {
    const best = bestStep(settings, fullness, { fragments, usable, lying, distance });
    if (best === undefined) break;
    steps.push(best);
    lying.move(best.fragment.index, best.to);
    if (best.distance.excess < distance.excess) useful = steps.length;
    ({ distance } = best);
  }
  const moves = new Map<number, Move>();
  for (const { fragment, to } of steps.slice(0, useful)) {
    const from = moves.get(fragment.index)?.to ?? fragment.place.store;
    fullness.moved(from, to, fragment.place.lengthBytes);
    moves.set(fragment.index, { ...fragment, to });
  }
  return [...moves.values()].filter(({ place, to }) => place.store !== to);
}

interface Step {
  readonly fragment: LyingFragment;
  readonly to: Id;
  readonly distance: Distance;
}

function bestStep(
  settings: Rules,
  fullness: Fullness,
  version: {
    readonly fragments: readonly LyingFragment[];
    readonly usable: ReadonlySet<Id>;
    readonly lying: Lying;
    readonly distance: Distance;
  },
): Step | undefined {
  const { usable, lying, distance: before } = version;
  // Of all on one store it is the same which of them goes.
  const oneOfEach = new Map(version.fragments.map((fragment) => [lying.storeOf(fragment.index), fragment]));
  let best: (Step & { readonly order: readonly number[] }) | undefined;
  for (const fragment of oneOfEach.values()) {
    const others = lying.without(fragment.index);
    for (const to of usable) {
      const distance = distanceOf(settings, { ...others, holders: [...others.holders, to] });
      if (!isNoFarther(distance, before)) continue;
      const order = [distance.excess, distance.unevenness, fullness.fill(to)];
      const least = best?.order ?? [before.excess, before.unevenness];
      if (isLess(order, least)) best = { fragment, to, distance, order };
    }
  }
  return best;
}

/** By the first that differs; what is longer and begins alike is not less. */
function isLess(left: readonly number[], right: readonly number[]): boolean {
  const at = right.findIndex((value, index) => left[index] !== value);
  return at >= 0 && left[at]! < right[at]!;
}
