import type { Id } from "../../catalogue.ts";
import { brokenRules, type Held, type Rule, storesToTake, turnOf } from "../placement.ts";
import type { Policy, VaultSettings } from "../settings.ts";
import type { LyingFragment } from "./fragments-in.ts";
import type { Move } from "./move.ts";

type Rules = Pick<VaultSettings, "stores" | "policy">;

/** Where a version's fragments lie while it is being decided where they go. */
export class Lying {
  readonly #stores: (Id | undefined)[];
  readonly #size: Pick<Held, "total" | "needed">;

  constructor({ row, envelope }: Pick<LyingFragment, "row" | "envelope">) {
    this.#stores = row.places.map((place) => place?.store);
    this.#size = { total: envelope.total, needed: envelope.needed };
  }

  get held(): Held {
    return { ...this.#size, holders: this.#stores.filter((store) => store !== undefined) };
  }

  /** The same without one fragment. */
  without(index: number): Held {
    const others = this.#stores.filter((store, at) => at !== index && store !== undefined);
    return { ...this.#size, holders: others as Id[] };
  }

  storeOf(index: number): Id | undefined {
    return this.#stores[index];
  }

  move(index: number, to: Id): void {
    this.#stores[index] = to;
  }
}

/**
 * Whether a version lacks fragments. Nothing of it is moved before they are there again: rules take what lies nowhere for
 * something that may still go anywhere, so a move that keeps them might leave too few to lose T stores.
 */
export function isWanting({ row }: Pick<LyingFragment, "row">): boolean {
  return row.places.includes(null);
}

/**
 * Stores for fragments that must leave theirs, of as many versions as there are: the best one that keeps the policy;
 * for a version that breaks a rule already, one with which it breaks no other.
 * @returns the moves, and the fragments that no store may take
 */
export function planMoves(
  settings: Rules,
  usable: ReadonlySet<Id>,
  fragments: readonly LyingFragment[],
): { moves: Move[]; stuck: LyingFragment[] } {
  const moves: Move[] = [];
  const stuck: LyingFragment[] = [];
  for (const own of Map.groupBy(fragments, ({ row }) => row.version).values()) {
    const lying = new Lying(own[0]!);
    for (const fragment of own) {
      const to = storeFor(settings, usable, lying, fragment);
      if (to === undefined) stuck.push(fragment);
      else {
        lying.move(fragment.index, to);
        moves.push({ ...fragment, to });
      }
    }
  }
  return { moves, stuck };
}

function storeFor(
  settings: Rules,
  usable: ReadonlySet<Id>,
  lying: Lying,
  { row, index }: LyingFragment,
): Id | undefined {
  const held = lying.without(index);
  const turn = turnOf(row.version, index);
  const best = storesToTake(settings, usable, { ...held, turn })[0];
  if (best !== undefined) return best;
  const broken = new Set(brokenRules(settings, lying.held));
  if (broken.size === 0) return undefined;
  const tolerated = withoutRules(settings, broken);
  return storesToTake(tolerated, usable, { ...held, turn })[0];
}

/** Every rule when it asks for nothing. */
const idle: Policy = {
  tolerate: 0,
  publicBelowNeeded: false,
  regions: 1,
  providerBelowNeeded: false,
  tolerateProviders: 0,
};

function withoutRules({ stores, policy }: Rules, rules: ReadonlySet<Rule>): Rules {
  const off = Object.entries(idle).filter(([rule]) => rules.has(rule as Rule));
  return { stores, policy: { ...policy, ...Object.fromEntries(off) } };
}
