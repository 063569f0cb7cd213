import { quoted } from "@chirograph/core";
import { countsProviders, type Party, providersOf, publicClouds, regionsOf } from "./parties.ts";
import type { Policy, VaultSettings } from "./settings.ts";

type Terms = Pick<VaultSettings, "stores" | "policy">;

/** Which rule cannot hold for n fragments, with its numbers, and what would help: for people. */
export function refusalOf(settings: Terms, fragments: number): string {
  return (
    regionsRefusal(settings) ??
    onlyProviderRefusal(settings) ??
    publicRefusal(settings) ??
    providerRefusal(settings) ??
    togetherRefusal(settings, fragments)
  );
}

function regionsRefusal({ stores, policy }: Terms): string | undefined {
  const known = regionsOf(stores).size;
  if (policy.regions <= known) return undefined;
  return (
    `The rule "regions" asks for ${policy.regions} regions, and the stores lie in ${known}. ` +
    `Add a store in another region, or ask for at most ${known}.`
  );
}

function onlyProviderRefusal({ stores, policy }: Terms): string | undefined {
  const only = providersOf(stores).find(({ members }) => members.length === stores.length);
  if (only === undefined || !countsProviders(policy)) return undefined;
  const rule = policy.tolerateProviders > 0 ? "tolerateProviders" : "providerBelowNeeded";
  return (
    `The rule "${rule}" cannot hold: all stores are run by ${nameOf(only)}. ` +
    `Add stores on premise or of other providers, or drop the rule.`
  );
}

function publicRefusal(settings: Terms): string | undefined {
  const { stores, policy } = settings;
  const clouds = publicClouds(settings);
  if (!policy.publicBelowNeeded || !isRestLost(settings, clouds)) return undefined;
  const others = stores.length - clouds.members.length;
  return (
    `The rule "publicBelowNeeded" cannot hold: ${lossOf(policy)} of the ${stores.length} stores may be lost, and when ` +
    `the ${others} private ones are, the public ones alone must still hold enough fragments to open a record. ` +
    `Have more private stores${policy.tolerateProviders > 0 ? ", not all of one provider" : ""}, tolerate fewer ` +
    `losses, or drop the rule.`
  );
}

function providerRefusal(settings: Terms): string | undefined {
  const { stores, policy } = settings;
  if (!policy.providerBelowNeeded) return undefined;
  const alone = providersOf(stores).find((party) => isRestLost(settings, party));
  if (alone === undefined) return undefined;
  return (
    `The rule "providerBelowNeeded" cannot hold: ${lossOf(policy)} of the ${stores.length} stores may be lost, and when ` +
    `the ${stores.length - alone.members.length} that are not run by ${nameOf(alone)} are, those of that provider alone ` +
    `must still hold enough fragments to open a record. Add stores on premise or of a third provider, tolerate fewer ` +
    `losses, or drop the rule.`
  );
}

/** Whether all stores but a party's may be lost at once, so that the party must have enough. */
function isRestLost({ stores, policy }: Terms, { members }: Party): boolean {
  const rest = stores.map((_, index) => index).filter((index) => !members.includes(index));
  if (rest.length <= policy.tolerate) return true;
  const isOneProviders = providersOf(stores).some((party) =>
    rest.every((index) => party.members.includes(index)),
  );
  return policy.tolerateProviders > 0 && isOneProviders;
}

function togetherRefusal({ stores, policy }: Terms, fragments: number): string {
  const rules = rulesOf(policy);
  if (rules.length > 0) {
    return (
      `With ${fragments} fragments on ${stores.length} stores, no spread survives the loss of ${lossOf(policy)} of them ` +
      `and keeps ${rules.join(" and ")}. Tolerate fewer losses, add stores on premise or of other providers, use a ` +
      `longer word, or drop a rule.`
    );
  }
  return (
    `The rule "tolerate" cannot hold: of ${fragments} fragments on ${stores.length} stores, some ${policy.tolerate} stores ` +
    `hold all but one or all, and a record must not open from fewer than 2. Tolerate fewer losses, add stores, or use ` +
    `a longer word.`
  );
}

/** What may be lost, for "… of the stores". */
function lossOf({ tolerate, tolerateProviders }: Policy): string {
  return tolerateProviders > 0 ? `any ${tolerate}, or all that any one provider runs,` : `any ${tolerate}`;
}

function rulesOf({ publicBelowNeeded, regions, providerBelowNeeded, tolerateProviders }: Policy): string[] {
  const rules: string[] = [];
  if (publicBelowNeeded) rules.push("fewer than the needed fragments on public stores");
  if (providerBelowNeeded) rules.push("fewer than the needed fragments with any one provider");
  if (regions > 1) rules.push(`fragments in ${regions} regions`);
  if (rules.length === 0 && tolerateProviders > 0) rules.push("at least 2 fragments");
  return rules;
}

function nameOf({ name }: Party): string {
  return name === "" ? "a provider that is not named" : quoted(name);
}
