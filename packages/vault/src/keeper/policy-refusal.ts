import type { StoreSettings, VaultSettings } from "./settings.ts";

export function isPublic({ kind }: StoreSettings): boolean {
  return kind === "public";
}

export function regionsOf(stores: readonly StoreSettings[]): Set<string> {
  return new Set(stores.map(({ region }) => region));
}

/** Which rule cannot hold for n fragments, with its numbers, and what would help: for people. */
export function refusalOf(
  { stores, policy }: Pick<VaultSettings, "stores" | "policy">,
  fragments: number,
): string {
  const { tolerate, regions } = policy;
  const privates = stores.filter((store) => !isPublic(store)).length;
  const known = regionsOf(stores).size;
  if (regions > known) {
    return (
      `The rule "regions" asks for ${regions} regions, and the stores lie in ${known}. ` +
      `Add a store in another region, or ask for at most ${known}.`
    );
  }
  if (policy.publicBelowNeeded && privates <= tolerate) {
    return (
      `The rule "publicBelowNeeded" cannot hold: any ${tolerate} of ${stores.length} stores may be lost, and when the ` +
      `${privates} private ones are, the public ones alone must still hold enough fragments to open a record. ` +
      `Have at least ${tolerate + 1} private stores, tolerate fewer losses, or drop the rule.`
    );
  }
  if (policy.publicBelowNeeded || regions > 1) {
    return (
      `With ${fragments} fragments on ${stores.length} stores, ${privates} of them private, no spread survives the loss ` +
      `of any ${tolerate} and keeps ${rulesOf(policy)}. Tolerate fewer losses, add private stores, use a longer ` +
      `word, or drop a rule.`
    );
  }
  return (
    `The rule "tolerate" cannot hold: of ${fragments} fragments on ${stores.length} stores, some ${tolerate} stores ` +
    `hold all but one or all, and a record must not open from fewer than 2. Tolerate fewer losses, add stores, or use ` +
    `a longer word.`
  );
}

function rulesOf({ publicBelowNeeded, regions }: VaultSettings["policy"]): string {
  const rules: string[] = [];
  if (publicBelowNeeded) rules.push("fewer than the needed fragments on public stores");
  if (regions > 1) rules.push(`fragments in ${regions} regions`);
  return rules.join(" and ");
}
