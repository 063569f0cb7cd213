import { countsProviders, providersOf, publicClouds } from "./parties.ts";
import type { VaultSettings } from "./settings.ts";

/**
 * Who comes first among equals. Over all turns each store is as often in each place as any other that weight and rules
 * do not tell from it.
 */
export class Turns {
  /** For each store the ones that nothing tells from it, itself among them. */
  readonly #kin: readonly (readonly number[])[];

  constructor(settings: Pick<VaultSettings, "stores" | "policy">) {
    const kin = new Map<string, number[]>();
    const kinds = kindsOf(settings);
    kinds.forEach((kind, store) => kin.set(kind, [...(kin.get(kind) ?? []), store]));
    this.#kin = kinds.map((kind) => kin.get(kind)!);
  }

  /** All stores, by their positions, beginning at another one for each of as many starts as there are stores. */
  order(start: number): number[] {
    const count = this.#kin.length;
    return this.#kin.map((_, index) => (start + index) % count);
  }

  /** The loads with kin in another place for each round of starts. */
  turn(loads: readonly number[], start: number): number[] {
    const round = Math.floor(start / this.#kin.length);
    const result = [...loads];
    this.#kin.forEach((kin, store) => {
      const next = kin[(kin.indexOf(store) + round) % kin.length]!;
      result[next] = loads[store]!;
    });
    return result;
  }

  /** The loads that some stores can have when kin change places: the heaviest among kin, or the lightest. */
  bundle(loads: readonly number[], members: readonly number[], which: "most" | "fewest"): number[] {
    const bundle = [...new Set(this.#kin)].flatMap((kin) => {
      const ascending = kin.map((store) => loads[store]!).toSorted((left, right) => left - right);
      const count = kin.filter((store) => members.includes(store)).length;
      return which === "most" ? ascending.slice(kin.length - count) : ascending.slice(0, count);
    });
    return bundle.toSorted((left, right) => right - left);
  }
}

/** What tells one store from another, where a rule asks for it. */
function kindsOf(settings: Pick<VaultSettings, "stores" | "policy">): string[] {
  const { stores, policy } = settings;
  const clouds = publicClouds(settings).members;
  const providers = providersOf(stores);
  return stores.map(({ weight, region }, store) =>
    JSON.stringify([
      weight,
      policy.regions > 1 ? region : "",
      policy.publicBelowNeeded && clouds.includes(store),
      countsProviders(policy) ? providers.findIndex(({ members }) => members.includes(store)) : -1,
    ]),
  );
}
