import type { Id } from "../../catalogue.ts";
import type { LyingFragment } from "../moving/fragments-in.ts";
import type { Move } from "../moving/move.ts";
import { Lying } from "../moving/targets.ts";
import { brokenRules, type Held } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";
import type { Balance } from "./balance.ts";
import { excessOf } from "../excess.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/** Moves of one version that bring it nearer to the rules that it breaks, as far as that goes. */
export function mendRules(
  settings: Rules,
  balance: Balance,
  { fragments, usable }: { readonly fragments: readonly LyingFragment[]; readonly usable: ReadonlySet<Id> },
): Move[] {
  const lying = new Lying(fragments[0]!);
  const moves = new Map<number, Move>();
  // Each step takes one fragment out of the way, so there are no more steps than fragments.
  for (let steps = 0; steps < fragments.length; steps++) {
    const excess = excessOf(settings, lying.held);
    const best = excess === 0 ? undefined : bestStep(settings, balance, { fragments, usable, lying, excess });
    if (best === undefined) break;
    const { fragment, to } = best;
    balance.moved(lying.storeOf(fragment.index), to, fragment.place.lengthBytes);
    lying.move(fragment.index, to);
    moves.set(fragment.index, { ...fragment, to });
  }
  return [...moves.values()].filter(({ place, to }) => place.store !== to);
}

interface Step {
  readonly fragment: LyingFragment;
  readonly to: Id;
}

function bestStep(
  settings: Rules,
  balance: Balance,
  version: {
    readonly fragments: readonly LyingFragment[];
    readonly usable: ReadonlySet<Id>;
    readonly lying: Lying;
    readonly excess: number;
  },
): Step | undefined {
  const { fragments, usable, lying } = version;
  let best: (Step & { readonly excess: number; readonly fill: number }) | undefined;
  for (const fragment of fragments) {
    const others = lying.without(fragment.index);
    for (const to of usable) {
      const excess = excessOf(settings, { ...others, holders: [...others.holders, to] });
      const fill = balance.fill(to);
      const isBetter =
        best === undefined ? excess < version.excess : isLess([excess, fill], [best.excess, best.fill]);
      if (isBetter) best = { fragment, to, excess, fill };
    }
  }
  return best;
}

function isLess(left: readonly [number, number], right: readonly [number, number]): boolean {
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

/**
 * Moves of one version that even out the stores: none breaks a rule, and none lets one store hold more of the version
 * than the most that one holds now.
 */
export function evenOut(settings: Rules, balance: Balance, fragments: readonly LyingFragment[]): Move[] {
  const lying = new Lying(fragments[0]!);
  const broken = new Set(brokenRules(settings, lying.held));
  const moves: Move[] = [];
  const fullestFirst = fragments.toSorted(
    (left, right) => balance.fill(right.place.store) - balance.fill(left.place.store),
  );
  for (const fragment of fullestFirst) {
    const { index, place } = fragment;
    if (!balance.gives(place.store)) continue;
    const most = mostOnOne(lying.held);
    const to = settings.stores
      .map(({ id }) => id)
      .filter((id) => balance.helps(place.store, id, place.lengthBytes))
      .toSorted((left, right) => balance.fill(left) - balance.fill(right))
      .find((id) => {
        const others = lying.without(index);
        const held = { ...others, holders: [...others.holders, id] };
        return mostOnOne(held) <= most && brokenRules(settings, held).every((rule) => broken.has(rule));
      });
    if (to === undefined) continue;
    balance.moved(place.store, to, place.lengthBytes);
    lying.move(index, to);
    moves.push({ ...fragment, to });
  }
  return moves;
}

function mostOnOne({ holders }: Held): number {
  return Math.max(0, ...Array.from(Map.groupBy(holders, (id) => id).values(), (own) => own.length));
}
