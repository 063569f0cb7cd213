import { sentencesOf } from "./explain-words.ts";
import type { Coalition, PolicyExplanation } from "./explanation.ts";
import { onPremise, type Party, providersOf, publicClouds, regionsOf } from "./parties.ts";
import { requireSpread } from "./placement.ts";
import { presetsIn } from "./presets.ts";
import type { VaultSettings } from "./settings.ts";
import type { Spread } from "./spread.ts";

type Terms = Pick<VaultSettings, "stores" | "policy">;

/**
 * Says what the policy means for versions of n fragments.
 * @throws VaultError `policy` where it cannot hold
 */
export function explainPolicy(settings: Terms, fragments: number): PolicyExplanation {
  const { stores, policy } = settings;
  const spread = requireSpread(settings, fragments);
  const coalitions = coalitionsIn(settings).map((party) => explainParty(settings, spread, party));
  const explained: Omit<PolicyExplanation, "sentences"> = {
    policy,
    presets: presetsIn(policy),
    fragments,
    needed: spread.needed,
    storesToLose: policy.tolerate,
    storesToCollude: coalitions[0]!.storesNeeded!,
    inPublic: coalitions.find(({ kind }) => kind === "public clouds")?.most ?? 0,
    regions: fewestRegions(settings, spread),
    stores: stores.map((store, index) => {
      const { fewest, most } = rangeOf(spread, [index]);
      return { ...store, fewest, most, left: fragments - most };
    }),
    coalitions,
  };
  return { ...explained, sentences: sentencesOf(explained) };
}

function coalitionsIn(settings: Terms): (Party & Pick<Coalition, "kind">)[] {
  const { stores } = settings;
  const all = stores.map((_, index) => index);
  const clouds = publicClouds(settings).members;
  const privates = all.filter((index) => !clouds.includes(index));
  const house = onPremise(stores).members;
  const parties: (Party & Pick<Coalition, "kind">)[] = [{ kind: "any stores", name: "", members: all }];
  if (clouds.length > 0) parties.push({ kind: "public clouds", name: "", members: clouds });
  if (clouds.length > 0 && privates.length > 0)
    parties.push({ kind: "private stores", name: "", members: privates });
  const isNew = house.length !== all.length && house.length !== privates.length;
  if (house.length > 0 && isNew) parties.push({ kind: "on premise", name: "", members: house });
  return [...parties, ...providersOf(stores).map((party) => ({ kind: "provider" as const, ...party }))];
}

function explainParty(
  { stores }: Terms,
  spread: Spread,
  { kind, name, members }: Party & Pick<Coalition, "kind">,
): Coalition {
  return {
    kind,
    name,
    stores: members.map((index) => stores[index]!.id),
    ...rangeOf(spread, members),
    storesNeeded: storesNeeded(spread, members),
  };
}

function rangeOf(spread: Spread, members: readonly number[]): { fewest: number; most: number } {
  const [fewest, most] = (["fewest", "most"] as const).map((which) =>
    spread.bundles(members, which).map(sumOf),
  );
  return { fewest: Math.min(...fewest!), most: Math.max(...most!) };
}

function storesNeeded(spread: Spread, members: readonly number[]): number | null {
  const counts = spread.bundles(members, "most").map((loads) => {
    let held = 0;
    return loads.findIndex((load) => (held += load) >= spread.needed) + 1;
  });
  const enough = counts.filter((count) => count > 0);
  return enough.length === 0 ? null : Math.min(...enough);
}

function fewestRegions({ stores }: Terms, spread: Spread): number {
  const counts = stores.map((_, start) => {
    const loads = spread.loads(start);
    return regionsOf(stores.filter((__, index) => loads[index]! > 0)).size;
  });
  return Math.min(...counts);
}

function sumOf(loads: readonly number[]): number {
  return loads.reduce((sum, load) => sum + load, 0);
}
