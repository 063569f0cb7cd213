import type { LyingFragment } from "../moving/fragments-in.ts";
import type { Move } from "../moving/move.ts";
import { Lying } from "../moving/targets.ts";
import { brokenRules, type Held } from "../placement.ts";
import type { VaultSettings } from "../settings.ts";
import type { Balance } from "./balance.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

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
